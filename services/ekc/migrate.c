/* migrate.c - `ekc migrate`; see migrate.h. */
#include "migrate.h"

#include <errno.h>
#include <stdlib.h>

#include "commands.h"
#include "data.h"
#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "options.h"
#include "store.h"

int migrate_database(ekc_sql *sql)
{
    const char *taxonomy = data_find("/taxonomy.json");
    if (!taxonomy)
        return ekc_fail(-ENOENT, "this program carries no taxonomy");
    int r = ekc_schema_migrate(sql);
    if (r < 0)
        return ekc_fail(r, "cannot bring the schema to version %d", ekc_schema_needed());

    r = store_load_taxonomy(sql, taxonomy);
    if (r < 0)
        return ekc_fail(r, "cannot load the taxonomy");
    if (r > 0)
        ekc_info("%d topics loaded", r);
    return 0;
}

int command_migrate(int argc, char **argv)
{
    const struct options options = {
        .command = "ekc migrate",
        .about =
            "Brings the database of EKC_DB to the schema and the taxonomy of this version.",
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (ekc_sql_open(&sql, ekc_setting("EKC_DB")) < 0 || migrate_database(sql) < 0)
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
