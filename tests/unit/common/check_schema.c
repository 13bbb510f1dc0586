/* check_schema.c - a database gets each migration once, whole, and never goes back. */
#include "ekc/schema.h"

#include <errno.h>
#include <sys/wait.h>

#include "support/scratch.h"

static ekc_sql *sql;

static void open_scratch(void)
{
    sql = scratch_open();
}

static void close_scratch(void)
{
    scratch_close(&sql);
}

/* As if the second migration had not been applied. */
static const char without_portal[] = "DROP TABLE portal, service_key; "
                                     "DELETE FROM schema_migration WHERE name = '002_portal'";

static int64_t version(void)
{
    return scratch_int(sql, ekc_schema_version.sql);
}

static int64_t applied(void)
{
    return scratch_int(sql, "SELECT count(*) FROM schema_migration WHERE applied_at <= now()");
}

START_TEST(an_empty_database_has_version_0)
{
    ck_assert_int_eq(version(), 0);
}
END_TEST

START_TEST(a_migrated_database_has_the_version_that_is_needed)
{
    ck_assert_int_eq(ekc_schema_migrate(sql), (int)ekc_migration_count);
    ck_assert_int_eq(version(), ekc_schema_needed());
    ck_assert_int_eq(applied(), (int64_t)ekc_migration_count);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM lane"), 0);
}
END_TEST

START_TEST(migrations_are_numbered_in_order)
{
    for (size_t i = 1; i < ekc_migration_count; i++)
        ck_assert_int_gt(ekc_migrations[i].number, ekc_migrations[i - 1].number);
}
END_TEST

START_TEST(a_second_migration_changes_nothing)
{
    ck_ok(ekc_schema_migrate(sql));
    ck_assert_int_eq(ekc_schema_migrate(sql), 0);
    ck_assert_int_eq(applied(), (int64_t)ekc_migration_count);
}
END_TEST

START_TEST(only_what_is_missing_is_applied)
{
    ck_ok(ekc_schema_migrate(sql));
    ck_ok(ekc_sql_script(sql, without_portal));
    ck_assert_int_eq(ekc_schema_migrate(sql), 1);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM service_key"), 0);
}
END_TEST

/* The second migration fails in itself, or where it is written down. */
static const struct {
    const char *put, *remove;
} obstacles[] = {
    { "CREATE TABLE service_key ()", "DROP TABLE service_key" },
    { "CREATE TABLE schema_migration (number int4 CONSTRAINT not_2 CHECK (number <> 2), "
      "name text, applied_at timestamptz DEFAULT now())",
      "ALTER TABLE schema_migration DROP CONSTRAINT not_2" },
};

START_TEST(a_migration_that_fails_leaves_nothing_of_itself)
{
    ck_ok(ekc_sql_script(sql, obstacles[_i].put));
    ck_assert_int_lt(ekc_schema_migrate(sql), 0);
    ck_assert_int_eq(version(), 1);
    ck_assert_int_eq(scratch_int(sql, "SELECT (to_regclass('portal') IS NULL)"), 1);

    ck_ok(ekc_sql_script(sql, obstacles[_i].remove));
    ck_assert_int_eq(ekc_schema_migrate(sql), (int)ekc_migration_count - 1);
}
END_TEST

static const char *const strangers[] = {
    "INSERT INTO schema_migration VALUES (999, '999_later')",
    "UPDATE schema_migration SET name = '001_other' WHERE number = 1",
};

START_TEST(a_database_of_another_build_is_left_alone)
{
    ck_ok(ekc_schema_migrate(sql));
    ck_ok(ekc_sql_script(sql, strangers[_i]));
    ck_ok(ekc_sql_script(sql, without_portal));
    ck_fails(ekc_schema_migrate(sql), EINVAL);
    ck_assert_int_eq(scratch_int(sql, "SELECT (to_regclass('portal') IS NULL)"), 1);
}
END_TEST

/* A process of its own, since a connection does not outlive a fork. */
static pid_t migrate_beside(void)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    ekc_sql *own = NULL;
    int r = ekc_sql_open(&own, scratch_conninfo());
    if (r == 0)
        r = ekc_schema_migrate(own);
    ekc_sql_close(&own);
    _exit(r < 0 ? 255 : r);
}

START_TEST(migrations_at_the_same_time_apply_each_once)
{
    pid_t pids[4];
    int count = 0;
    for (size_t i = 0; i < EKC_COUNT(pids); i++)
        pids[i] = migrate_beside();
    for (size_t i = 0; i < EKC_COUNT(pids); i++) {
        int status = 0;
        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert_int_ne(WEXITSTATUS(status), 255);
        count += WEXITSTATUS(status);
    }
    ck_assert_int_eq(count, (int)ekc_migration_count);
    ck_assert_int_eq(version(), ekc_schema_needed());
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("schema");
    TCase *schema = tcase_create("schema");
    tcase_add_checked_fixture(schema, open_scratch, close_scratch);
    tcase_set_timeout(schema, 60);
    tcase_add_test(schema, an_empty_database_has_version_0);
    tcase_add_test(schema, a_migrated_database_has_the_version_that_is_needed);
    tcase_add_test(schema, migrations_are_numbered_in_order);
    tcase_add_test(schema, a_second_migration_changes_nothing);
    tcase_add_test(schema, only_what_is_missing_is_applied);
    tcase_add_loop_test(schema, a_migration_that_fails_leaves_nothing_of_itself, 0,
                        EKC_COUNT(obstacles));
    tcase_add_loop_test(schema, a_database_of_another_build_is_left_alone, 0,
                        EKC_COUNT(strangers));
    tcase_add_test(schema, migrations_at_the_same_time_apply_each_once);
    suite_add_tcase(suite, schema);
    return ekc_check_run(suite);
}
