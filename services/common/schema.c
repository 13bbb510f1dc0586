/* schema.c - see ekc/schema.h. */
#include "ekc/schema.h"

#include <errno.h>
#include <string.h>

#include "ekc/log.h"

/* The way through XML lets one statement look into a table that may not be there. */
const struct ekc_statement ekc_schema_version = {
    "ekc_schema_version",
    "SELECT CASE WHEN to_regclass('schema_migration') IS NULL THEN 0 ELSE "
    "(xpath('/row/n/text()', query_to_xml('SELECT coalesce(max(number), 0) AS n "
    "FROM schema_migration', false, true, '')))[1]::text::int4 END",
};

/* One at a time in a database; the others wait longer than for any other lock. */
#define LOCK_KEY "4849475"
static const char lock[] = "SET lock_timeout = '60s'; SELECT pg_advisory_lock(" LOCK_KEY "); "
                           "SET lock_timeout = '3s'";
static const char unlock[] = "SELECT pg_advisory_unlock(" LOCK_KEY ")";

static const char own_table[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                "number integer PRIMARY KEY, name text NOT NULL, "
                                "applied_at timestamptz NOT NULL DEFAULT now())";

int ekc_schema_needed(void)
{
    return ekc_migrations[ekc_migration_count - 1].number;
}

static bool is_ours(int64_t number, const char *name)
{
    for (size_t i = 0; i < ekc_migration_count; i++)
        if (ekc_migrations[i].number == number)
            return strcmp(ekc_migrations[i].name, name) == 0;
    return false;
}

/* A database that is newer than this build, or has another history, is left alone. */
static int check_history(const ekc_result *applied)
{
    for (int i = 0; i < ekc_result_rows(applied); i++) {
        int64_t number = ekc_result_int(applied, i, 0);
        const char *name = ekc_result_text(applied, i, 1);
        if (!is_ours(number, name))
            return ekc_fail(-EINVAL,
                            "the database has migration %lld (%s), which this build, at %d, "
                            "does not know: use a newer build",
                            (long long)number, name, ekc_schema_needed());
    }
    return 0;
}

static bool has(const ekc_result *applied, int number)
{
    for (int i = 0; i < ekc_result_rows(applied); i++)
        if (ekc_result_int(applied, i, 0) == number)
            return true;
    return false;
}

static int change(ekc_sql *sql, const struct ekc_migration *migration)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, migration->number);
    ekc_params_text(&params, migration->name);

    int r = ekc_sql_script(sql, migration->sql);
    if (r == 0)
        r = ekc_sql_run(sql, "INSERT INTO schema_migration (number, name) VALUES ($1, $2)",
                        &params, NULL);
    return r == 0 ? ekc_sql_script(sql, "COMMIT") : r;
}

static int apply(ekc_sql *sql, const struct ekc_migration *migration)
{
    int r = ekc_sql_script(sql, "BEGIN");
    if (r < 0)
        return r;

    r = change(sql, migration);
    int undone = r < 0 ? ekc_sql_script(sql, "ROLLBACK") : 0;
    if (r < 0 || undone < 0)
        return ekc_fail(r, "migration %s failed", migration->name);

    ekc_info("migration %s of %s applied", migration->name, migration->owner);
    return 0;
}

static int apply_missing(ekc_sql *sql)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *applied = NULL;
    int r = ekc_sql_script(sql, own_table);
    if (r == 0)
        r = ekc_sql_run(sql, "SELECT number, name FROM schema_migration ORDER BY number", NULL,
                        &applied);
    if (r == 0)
        r = check_history(applied);

    int count = 0;
    for (size_t i = 0; r == 0 && i < ekc_migration_count; i++) {
        if (has(applied, ekc_migrations[i].number))
            continue;
        r = apply(sql, &ekc_migrations[i]);
        count++;
    }
    return r < 0 ? r : count;
}

int ekc_schema_migrate(ekc_sql *sql)
{
    int r = ekc_sql_script(sql, lock);
    if (r < 0)
        return ekc_fail(r, "cannot lock the schema: is another migration running?");

    r = apply_missing(sql);
    int unlocked = ekc_sql_script(sql, unlock);
    return r < 0 ? r : unlocked < 0 ? unlocked : r;
}
