/* portal.c - `ekc portal`: admits portals and lists them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "ekc/z85.h"
#include "keys.h"
#include "options.h"
#include "store.h"
#include "table.h"

/* The key that a portal is known by: given, made into a file, or "" for none yet. */
static int choose_key(const char *key, const char *key_out, char chosen[static EKC_KEY_SIZE])
{
    struct ekc_keypair pair = { .public_key = "" };
    if (key_out) {
        int r = keys_make(key_out, &pair);
        if (r < 0)
            return r;
    }
    (void)snprintf(chosen, EKC_KEY_SIZE, "%s", key ? key : pair.public_key);
    return 0;
}

static int add_portal(int argc, char **argv)
{
    const char *key = NULL, *key_out = NULL, *role = "portal";
    char chosen[EKC_KEY_SIZE];
    const struct option_row rows[] = {
        { "key", OPTION_TEXT, &key, "PUBLIC", "its public key", 0, 0 },
        { "key-out", OPTION_TEXT, &key_out, "FILE", "make a key for it; the secret goes here",
          0, 0 },
        { "role", OPTION_CHOICE, &role, "portal|admin", "admin may submit for others: imports",
          0, 0 },
    };
    const struct options options = {
        .command = "ekc portal add",
        .arguments = "NAME",
        .about = "Admits a portal, or gives one that is known another key.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
        .min_arguments = 1,
        .max_arguments = 1,
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (key && key_out)
        return options_wrong(&options, "takes --key or --key-out, not both");
    if (key && !ekc_is_key(key))
        return options_wrong(&options, "a public key has 40 characters of Z85");
    if (!store_is_portal_name(argv[r]))
        return options_wrong(&options,
                             "a portal's name is 1 to 63 of a-z 0-9 . _ - and begins "
                             "with a letter or digit, not '%s'",
                             argv[r]);

    bool is_done = store_open(&sql) == 0 && choose_key(key, key_out, chosen) == 0 &&
                   store_add_portal(sql, argv[r], chosen, role) >= 0;
    if (is_done && key_out)
        (void)printf("%s\n", chosen);
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int list_portals(int argc, char **argv)
{
    const char *format = "text";
    const struct option_row rows[] = {
        { "format", OPTION_CHOICE, &format, "text|json", "text unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc portal list",
        .about = "Lists the portals that may come in.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (store_open(&sql) < 0)
        return EXIT_FAILURE;
    return table_print(sql, &store_portals, 1, strcmp(format, "json") == 0) < 0 ? EXIT_FAILURE
                                                                                : EXIT_SUCCESS;
}

int command_portal(int argc, char **argv)
{
    static const struct command actions[] = {
        { "add", add_portal, "admit a portal" },
        { "list", list_portals, "list the portals" },
    };
    static const struct command_table table = {
        .program = "ekc portal",
        .commands = actions,
        .count = EKC_COUNT(actions),
    };
    return commands_run(&table, argc, argv);
}
