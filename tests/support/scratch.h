/* scratch.h - a schema of a test's own, in the database that EKC_TEST_DB names. */
#ifndef EKC_SCRATCH_H
#define EKC_SCRATCH_H

#include <stdio.h>
#include <unistd.h>

#include "ekc/db.h"
#include "support/ekc_check.h"

static inline const char *scratch_conninfo(void)
{
    return getenv("EKC_TEST_DB");
}

/* Says so when there is no database to test with. */
static inline bool scratch_is_missing(void)
{
    if (scratch_conninfo())
        return false;
    (void)puts("not run: EKC_TEST_DB is unset");
    return true;
}

/* Every later connection of this process finds and makes its tables in the new schema. */
static inline ekc_sql *scratch_open(void)
{
    char script[128], options[64];
    long id = (long)getpid();
    (void)snprintf(script, sizeof script,
                   "DROP SCHEMA IF EXISTS scratch_%ld CASCADE; CREATE SCHEMA scratch_%ld; "
                   "SET search_path = scratch_%ld",
                   id, id, id);
    (void)snprintf(options, sizeof options, "-c search_path=scratch_%ld", id);
    ck_assert_int_eq(setenv("PGOPTIONS", options, 1), 0);

    ekc_sql *sql = NULL;
    ck_ok(ekc_sql_open(&sql, scratch_conninfo()));
    ck_ok(ekc_sql_script(sql, script));
    return sql;
}

static inline void scratch_close(ekc_sql **sql)
{
    char script[64];
    (void)snprintf(script, sizeof script, "DROP SCHEMA scratch_%ld CASCADE", (long)getpid());
    ck_ok(ekc_sql_script(*sql, script));
    ekc_sql_close(sql);
}

/* The one number that a query gives. */
static inline int64_t scratch_int(ekc_sql *sql, const char *query)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    ck_ok(ekc_sql_run(sql, query, NULL, &result));
    ck_assert_int_eq(ekc_result_rows(result), 1);
    return ekc_result_int(result, 0, 0);
}

#endif
