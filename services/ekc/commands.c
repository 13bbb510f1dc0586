/* commands.c - see commands.h. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/nearest.h"
#include "options.h"

static void print_help(const struct command_table *table)
{
    (void)printf("Usage: %s COMMAND [OPTION...]\n\n", table->program);
    for (size_t i = 0; i < table->count; i++)
        (void)printf("  %-10s %s\n", table->commands[i].name, table->commands[i].about);
    (void)printf("\n%s COMMAND --help tells more of each.\n", table->program);
    if (table->more_help)
        table->more_help();
}

static const char *name_at(const void *words, size_t i)
{
    const struct command *commands = words;
    return commands[i].name;
}

static int tell_unknown(const struct command_table *table, const char *name)
{
    const char *nearest = ekc_nearest(name, table->commands, table->count, name_at);
    const char *kind = *name == '-' ? "option" : "command";
    (void)fprintf(stderr, "%s: there is no %s '%s'%s%s; see %s --help\n", table->program, kind,
                  name, nearest ? "; is it " : "", nearest ? nearest : "", table->program);
    return OPTIONS_EXIT_USAGE;
}

int commands_run(const struct command_table *table, int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "%s: wants a command; see %s --help\n", table->program,
                      table->program);
        return OPTIONS_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) {
        print_help(table);
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(argv[1], table->commands[i].name) == 0)
            return table->commands[i].run(argc - 1, argv + 1);
    }
    return tell_unknown(table, argv[1]);
}
