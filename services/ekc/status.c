/* status.c - `ekc status`: the centre as its database sees it. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "store.h"
#include "table.h"

int command_status(int argc, char **argv)
{
    const char *format = "text";
    const struct option_row rows[] = {
        { "format", OPTION_CHOICE, &format, "text|json", "text unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc status",
        .about =
            "Shows the workers by their lanes, how far consumers of the log are behind, and\n"
            "how many inquiries wait for their verdict.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (store_open(&sql) < 0)
        return EXIT_FAILURE;
    r = table_print(sql, store_status, store_status_count, strcmp(format, "json") == 0);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
