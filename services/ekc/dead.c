/* dead.c - `ekc dead`: the inquiries that killed workers, and their revival. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "store_dead.h"
#include "table.h"

static bool read_id(const struct options *options, const char *text, int64_t *ret_id)
{
    char *end = NULL;
    errno = 0;
    long long id = strtoll(text, &end, 10);
    *ret_id = id;
    if (id > 0 && !*end && !errno)
        return true;
    (void)options_wrong(
        options, "an id is a whole number, as `ekc dead list` prints it, not '%s'", text);
    return false;
}

static int list_dead(int argc, char **argv)
{
    const char *format = "text";
    const struct option_row rows[] = {
        { "format", OPTION_CHOICE, &format, "text|json", "text unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc dead list",
        .about = "Lists the inquiries whose verdict is dead: workers died of them.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    bool is_done = store_open(&sql) == 0 &&
                   table_print(sql, &store_dead_list, 1, strcmp(format, "json") == 0) >= 0;
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int show_dead(int argc, char **argv)
{
    const struct options options = {
        .command = "ekc dead show",
        .arguments = "ID",
        .about = "Shows what is known of one of them, and each death. Never its text.",
        .min_arguments = 1,
        .max_arguments = 1,
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    EKC_CLEANUP(ekc_result_free) ekc_result *rows = NULL;
    int64_t id = 0;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (!read_id(&options, argv[r], &id))
        return OPTIONS_EXIT_USAGE;
    if (store_open(&sql) < 0 || store_dead_show(sql, id, &rows) < 0)
        return EXIT_FAILURE;

    for (int i = 0; i < ekc_result_rows(rows); i++)
        (void)printf("%-14s %s\n", ekc_result_text(rows, i, 1), ekc_result_text(rows, i, 2));
    if (ekc_result_rows(rows) == 0)
        (void)fprintf(stderr, "ekc dead: no inquiry %s is dead\n", argv[r]);
    return ekc_result_rows(rows) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int revive_dead(int argc, char **argv)
{
    bool is_all = false;
    const struct option_row rows[] = {
        { "all", OPTION_FLAG, &is_all, NULL, "all of them", 0, 0 },
    };
    const struct options options = {
        .command = "ekc dead revive",
        .arguments = "[ID]",
        .about =
            "Has an inquiry judged again, once whatever was wrong with it has been mended.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
        .max_arguments = 1,
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int64_t id = 0;
    int first = options_read(&options, argc, argv);
    if (first <= 0)
        return options_status(first);
    if (is_all == (first < argc))
        return options_wrong(&options, "takes an ID or --all");
    if (!is_all && !read_id(&options, argv[first], &id))
        return OPTIONS_EXIT_USAGE;

    int r = store_open(&sql);
    if (r == 0)
        r = store_dead_revive(sql, id);
    if (r < 0)
        return EXIT_FAILURE;
    (void)printf("%d to be judged again\n", r);
    return r > 0 || is_all ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_dead(int argc, char **argv)
{
    static const struct command actions[] = {
        { "list", list_dead, "list the inquiries that workers died of" },
        { "show", show_dead, "show one, and each death" },
        { "revive", revive_dead, "have it judged again" },
    };
    static const struct command_table table = {
        .program = "ekc dead",
        .commands = actions,
        .count = EKC_COUNT(actions),
    };
    return commands_run(&table, argc, argv);
}
