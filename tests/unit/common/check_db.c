/* check_db.c - a batch happens as a whole or not at all, and its caller learns which. */
#include "common/db_internal.h"
#include "support/scratch_db.h"

static const struct ekc_statement put = { "put", "INSERT INTO thing VALUES (1)" };
static const struct ekc_statement count = { "count", "SELECT count(*) FROM thing" };
static const struct ekc_statement broken = { "broken", "SELECT 1 / (random() * 0)::int" };
static const struct ekc_statement nonsense = { "nonsense", "SELEKT" };

static void open_things(void)
{
    open_world();
    ck_ok(ekc_sql_script(sql, "CREATE TABLE thing (id integer UNIQUE DEFERRABLE "
                              "INITIALLY DEFERRED)"));
    connect_scratch(0);
}

static int64_t things(void)
{
    return scratch_int(sql, "SELECT count(*) FROM thing");
}

static void count_things(void *self, const struct ekc_reply *reply)
{
    ck_ok(reply->r);
    *(int64_t *)self = things();
}

START_TEST(whoever_is_told_of_success_finds_it_committed)
{
    int64_t seen = -1;
    ck_ok(ekc_db_add(db, &put, NULL));
    ck_ok(ekc_db_run(db, count_things, &seen));
    turn_until(seen >= 0);
    ck_assert_int_eq(seen, 1);
}
END_TEST

START_TEST(each_statement_has_its_result_in_order)
{
    ck_ok(RUN_BATCH(&count, &put, &count));
    ck_assert_int_eq(told.count, 3);
    ck_assert_int_eq(told.number, 1);
}
END_TEST

START_TEST(a_batch_without_statements_succeeds)
{
    ck_ok(ekc_db_run(db, take_reply, NULL));
    turn_until(told.calls == 1);
    ck_ok(told.r);
    ck_assert(ekc_db_is_idle(db));
}
END_TEST

START_TEST(an_error_undoes_the_whole_batch)
{
    ck_fails(RUN_BATCH(&put, &broken, &put), EILSEQ);
    ck_assert_str_eq(told.sqlstate, "22012");
    ck_assert_int_eq(told.count, 0);
    ck_assert_int_eq(things(), 0);
    ck_assert(ekc_db_is_idle(db) && lost_calls == 0);
}
END_TEST

START_TEST(an_error_at_the_commit_is_no_success)
{
    ck_fails(RUN_BATCH(&put, &put), EEXIST);
    ck_assert_str_eq(told.sqlstate, "23505");
    ck_assert_int_eq(things(), 0);
    ck_ok(RUN_BATCH(&put));
}
END_TEST

START_TEST(a_statement_prepared_in_a_failed_batch_can_be_used_again)
{
    ck_fails(RUN_BATCH(&put, &broken), EILSEQ);     /* put stands, broken stands */
    ck_fails(RUN_BATCH(&nonsense, &count), EINVAL); /* neither stands */
    ck_ok(RUN_BATCH(&put, &count));
    ck_fails(RUN_BATCH(&count, &broken), EILSEQ);
    ck_fails(RUN_BATCH(&nonsense), EINVAL);
    ck_ok(RUN_BATCH(&count, &count));
    ck_assert_int_eq(told.number, 1);
}
END_TEST

START_TEST(a_statement_is_prepared_once_on_a_connection)
{
    static const struct ekc_statement list = {
        "list", "SELECT count(*) FROM pg_prepared_statements WHERE name = 'list'"
    };
    ck_ok(RUN_BATCH(&list, &list));
    ck_ok(RUN_BATCH(&list));
    ck_assert_int_eq(told.number, 1);
}
END_TEST

START_TEST(a_transaction_left_open_is_not_committed)
{
    static const struct ekc_statement begin = { "begin", "BEGIN" };
    ck_fails(RUN_BATCH(&begin, &put), ENOTCONN);
    ck_assert_int_eq(things(), 0);
    ck_assert(!ekc_db_is_connected(db) && lost_calls == 1);
}
END_TEST

START_TEST(a_commit_that_no_standby_has_is_of_unknown_outcome)
{
    static const struct ekc_statement warn = { "warn", "SELECT local_only()" };
    ck_ok(ekc_sql_script(sql, "CREATE FUNCTION local_only() RETURNS int LANGUAGE plpgsql AS $$ "
                              "BEGIN RAISE WARNING 'canceling wait for synchronous replication "
                              "due to user request'; RETURN 1; END $$"));
    ck_fails(RUN_BATCH(&put, &warn), ENOTCONN);
    ck_fails(ekc_sql_run(sql, "SELECT local_only()", NULL, NULL), ENOTCONN);
    turn_until(ekc_db_is_idle(db));
    ck_ok(RUN_BATCH(&count));
}
END_TEST

START_TEST(megabytes_go_both_ways)
{
    enum { SIZE = 8 << 20 };
    static const struct ekc_statement echo = {
        "echo", "SELECT octet_length($1::bytea), $1::bytea, repeat('x', 8388608)"
    };
    char *bytes = calloc(1, SIZE);
    ck_assert_ptr_nonnull(bytes);
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_bytes(&params, (struct ekc_bytes){ bytes, SIZE });
    ck_ok(ekc_db_add(db, &echo, &params));
    free(bytes);
    ck_ok(ekc_db_run(db, take_reply, NULL));
    turn_until(told.calls == 1);
    ck_ok(told.r);
    ck_assert_int_eq(told.number, SIZE);
}
END_TEST

START_TEST(what_cannot_be_added_takes_the_batch_with_it)
{
    const struct ekc_params params = { .is_broken = true };
    ck_ok(ekc_db_add(db, &put, NULL));
    ck_fails(ekc_db_add(db, &count, &params), ENOMEM);
    ck_fails(ekc_db_run(db, take_reply, NULL), ENOTCONN);
    turn_until(ready_calls == 2);
    ck_ok(RUN_BATCH(&count));
    ck_assert_int_eq(told.number, 0);
}
END_TEST

START_TEST(nothing_is_added_to_a_running_batch)
{
    START_BATCH(&put);
    ck_assert(ekc_db_is_connected(db) && !ekc_db_is_idle(db));
    ck_fails(ekc_db_add(db, &put, NULL), ENOTCONN);
    ck_fails(ekc_db_run(db, take_reply, NULL), ENOTCONN);
    turn_until(told.calls == 1);
    ck_assert_int_eq(things(), 1);
}
END_TEST

START_TEST(a_message_does_not_repeat_a_parameter)
{
    static const struct ekc_statement cast = { "cast", "SELECT $1::text::int" };
    static const char *const secrets[] = { "79161234567890", "Ivanov" };
    for (size_t i = 0; i < EKC_COUNT(secrets); i++) {
        struct ekc_params params;
        ekc_params_clear(&params);
        ekc_params_text(&params, secrets[i]);
        ck_ok(ekc_db_add(db, &cast, &params));
        told = (struct told){ 0 };
        ck_ok(ekc_db_run(db, take_reply, NULL));
        turn_until(told.calls == 1);
        ck_fails(told.r, EILSEQ);
        ck_assert_ptr_null(strstr(told.message, secrets[i]));
        ck_assert_str_ne(told.message, "");
    }
}
END_TEST

/* --- errors ------------------------------------------------------------------------------- */

static const struct {
    const char *sqlstate;
    int r;
} errors[] = {
    { "40001", -EAGAIN },    { "40P01", -EAGAIN },    { "55P03", -EAGAIN },
    { "57014", -EAGAIN },    { "57P03", -EAGAIN },    { "53300", -EAGAIN },
    { "53400", -EAGAIN },    { "53000", -ENOSPC },    { "53100", -ENOSPC },
    { "53200", -ENOSPC },    { "58030", -ENOSPC },    { "XX001", -ENOSPC },
    { "XX002", -ENOSPC },    { "23505", -EEXIST },    { "EK001", -EPROTO },
    { "23502", -EPROTO },    { "22001", -EILSEQ },    { "22021", -EILSEQ },
    { "23503", -EILSEQ },    { "23514", -EILSEQ },    { "54000", -EILSEQ },
    { "08000", -ENOTCONN },  { "08006", -ENOTCONN },  { "08007", -ENOTCONN },
    { "57P01", -ENOTCONN },  { "57P02", -ENOTCONN },  { "57P05", -ENOTCONN },
    { "40003", -ENOTCONN },  { "25006", -ENOTCONN },  { "25P03", -ENOTCONN },
    { "26000", -ENOTCONN },  { "0A000", -ENOTCONN },  { "28000", -EINVAL },
    { "3D000", -EINVAL },    { "3F000", -EINVAL },    { "42P01", -EINVAL },
    { "42501", -EINVAL },    { "42703", -EINVAL },    { "P0001", -EREMOTEIO },
    { "XX000", -EREMOTEIO }, { "40002", -EREMOTEIO },
};

START_TEST(a_failure_without_a_code_is_of_unknown_outcome)
{
    ck_fails(ekc_sqlstate_errno(NULL), ENOTCONN);
    ck_fails(ekc_sqlstate_errno(""), ENOTCONN);
}
END_TEST

START_TEST(each_sqlstate_has_its_meaning)
{
    static const struct ekc_statement fail = { "fail", "SELECT fail($1)" };
    ck_ok(ekc_sql_script(sql,
                         "CREATE FUNCTION fail(code text) RETURNS int LANGUAGE plpgsql AS $$"
                         "BEGIN RAISE EXCEPTION USING ERRCODE = code; END $$"));
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_text(&params, errors[_i].sqlstate);
    ck_ok(ekc_db_add(db, &put, NULL));
    ck_ok(ekc_db_add(db, &fail, &params));
    ck_ok(ekc_db_run(db, take_reply, NULL));
    turn_until(told.calls == 1);

    ck_assert_int_eq(told.r, errors[_i].r);
    ck_assert_str_eq(told.sqlstate, errors[_i].sqlstate);
    ck_assert_int_eq(ekc_sql_run(sql, "SELECT fail($1)", &params, NULL), errors[_i].r);
    ck_assert_int_eq(lost_calls, errors[_i].r == -ENOTCONN);
    ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(a_statement_whose_table_changed_is_prepared_anew)
{
    static const struct ekc_statement all = { "all", "SELECT * FROM thing" };
    ck_ok(RUN_BATCH(&all));
    ck_ok(ekc_sql_script(sql, "ALTER TABLE thing ADD COLUMN more text"));
    ck_fails(RUN_BATCH(&all), ENOTCONN);
    turn_until(ekc_db_is_idle(db));
    ck_ok(RUN_BATCH(&all));
}
END_TEST

START_TEST(chance_spreads_a_pause_between_half_and_whole)
{
    int64_t least = 1000, most = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t ms = ekc_db_jitter(1000);
        ck_assert(ms >= 500 && ms <= 1000);
        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
    }
    ck_assert_int_lt(least, most);
    ck_assert_int_eq(ekc_db_jitter(0), 0);
}
END_TEST

/* --- a program's connection --------------------------------------------------------------- */

START_TEST(a_commit_of_a_failed_transaction_is_no_success)
{
    ck_ok(ekc_sql_script(sql, "BEGIN; INSERT INTO thing VALUES (1)"));
    ck_fails(ekc_sql_script(sql, "SELEKT"), EINVAL);
    ck_fails(ekc_sql_run(sql, "COMMIT", NULL, NULL), EINVAL);
    ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(a_script_that_fails_changes_nothing)
{
    ck_fails(ekc_sql_script(sql, "INSERT INTO thing VALUES (1); SELECT 1 / 0"), EILSEQ);
    ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(a_program_learns_that_its_connection_is_gone)
{
    ekc_sql *doomed = NULL;
    ck_fails(ekc_sql_open(&doomed, "host=/nowhere"), ENOTCONN);
    ck_ok(ekc_sql_open(&doomed, scratch_conninfo()));
    ck_fails(ekc_sql_run(doomed, "SELECT pg_terminate_backend(pg_backend_pid())", NULL, NULL),
             ENOTCONN);
    ck_fails(ekc_sql_script(doomed, "SELECT 1"), ENOTCONN);
    ekc_sql_close(&doomed);
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("db");
    TCase *batch = tcase_create("batch");
    tcase_add_checked_fixture(batch, open_things, close_world);
    tcase_set_timeout(batch, 30);
    tcase_add_test(batch, whoever_is_told_of_success_finds_it_committed);
    tcase_add_test(batch, each_statement_has_its_result_in_order);
    tcase_add_test(batch, a_batch_without_statements_succeeds);
    tcase_add_test(batch, an_error_undoes_the_whole_batch);
    tcase_add_test(batch, an_error_at_the_commit_is_no_success);
    tcase_add_test(batch, a_statement_prepared_in_a_failed_batch_can_be_used_again);
    tcase_add_test(batch, a_statement_is_prepared_once_on_a_connection);
    tcase_add_test(batch, a_transaction_left_open_is_not_committed);
    tcase_add_test(batch, a_commit_that_no_standby_has_is_of_unknown_outcome);
    tcase_add_test(batch, megabytes_go_both_ways);
    tcase_add_test(batch, what_cannot_be_added_takes_the_batch_with_it);
    tcase_add_test(batch, nothing_is_added_to_a_running_batch);
    tcase_add_test(batch, a_message_does_not_repeat_a_parameter);
    tcase_add_loop_test(batch, each_sqlstate_has_its_meaning, 0, EKC_COUNT(errors));
    tcase_add_test(batch, a_failure_without_a_code_is_of_unknown_outcome);
    tcase_add_test(batch, a_statement_whose_table_changed_is_prepared_anew);
    tcase_add_test(batch, chance_spreads_a_pause_between_half_and_whole);
    tcase_add_test(batch, a_commit_of_a_failed_transaction_is_no_success);
    tcase_add_test(batch, a_script_that_fails_changes_nothing);
    tcase_add_test(batch, a_program_learns_that_its_connection_is_gone);
    suite_add_tcase(suite, batch);
    return ekc_check_run(suite);
}
