/* main.c - wires ekc: which commands there are. What each does is in the file of its name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "ekc/log.h"
#include "ekc/settings.h"

static const struct command commands[] = {
    { "up", command_up, "bring a centre up: a private PostgreSQL and the services" },
    { "down", command_down, "take it down again" },
    { "status", command_status, "workers, lag and backlog" },
    { "submit", command_submit, "submit the inquiries of a file" },
    { "show", command_show, "show an inquiry" },
    { "report", command_report, "the figures of the centre" },
    { "verify", command_verify, "recount everything and compare" },
    { "sample", command_sample, "write synthetic inquiries" },
    { "portal", command_portal, "admit portals, list them" },
    { "key", command_key, "make, show and admit keys" },
    { "dead", command_dead, "inquiries that workers died of: list, show, revive" },
    { "migrate", command_migrate, "bring the database to this version's schema" },
};

static void print_settings(void)
{
    (void)printf("\n");
    ekc_settings_help(stdout);
}

int main(int argc, char **argv)
{
    static const struct command_table table = {
        .program = "ekc",
        .commands = commands,
        .count = EKC_COUNT(commands),
        .more_help = print_settings,
    };
    ekc_log_open("ekc");
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)printf("ekc " EKC_VERSION "\n");
        return EXIT_SUCCESS;
    }
    return commands_run(&table, argc, argv);
}
