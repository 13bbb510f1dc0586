/* check_verify.c - a broken promise is told by name, a kept one is not. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ekc/schema.h"
#include "ekc/verify_journal.h"
#include "support/scratch.h"

static ekc_sql *sql;

/* One portal, one inquiry, one verdict, both in the log and counted. */
static const char sound[] =
    "INSERT INTO portal (name) VALUES ('mos.ru'); "
    "INSERT INTO area VALUES ('land', 1, '', ''); "
    "INSERT INTO topic VALUES ('sale', 'land', 1, '', '', '', '', true, '{}'); "
    "INSERT INTO inquiry (portal_id, id, external_id, salt, fingerprint, created_at, "
    "received_at, channel, applicant_kind, okrug, regime, body) VALUES "
    "(1, 7, 'x', '', '', '2022-01-31 23:30+03', now(), 'form', 'unknown', NULL, '', ''); "
    "INSERT INTO verdict VALUES (1, 7, 1, 'sure', 1, 'resident', '', 'm', 'b', now(), 'wire'); "
    "INSERT INTO verdict_topic VALUES (1, 7, 1, 1, 'sale', 1); "
    "INSERT INTO lane (role, owner, lease_until, last_seq) VALUES ('intake', 1, now(), 2); "
    "INSERT INTO event_log VALUES (1, 1, 1, now(), ''), (1, 2, 1, now(), ''); "
    "INSERT INTO stat_cursor VALUES ('statistics', 1, 2, 2, 0); "
    "INSERT INTO stat_counter SELECT r.id, CASE r.grain WHEN 'day' THEN date '2022-01-31' "
    "ELSE '2022-01-01' END, d[r.a + 1], d[r.b + 1], 1 FROM stat_rollup AS r, "
    "(VALUES (1, ARRAY['', '', '', '', 'form', '1', '', '']), "
    "(2, ARRAY['', 'land', 'sale', 'resident', 'form', '1', '', 'sure'])) AS f (measure, d) "
    "WHERE f.measure = r.measure";

static void open_sound(void)
{
    sql = scratch_open();
    ck_ok(ekc_schema_migrate(sql));
    ck_ok(ekc_sql_script(sql, sound));
}

static void close_sound(void)
{
    ck_ok(ekc_sql_script(sql, "ROLLBACK"));
    scratch_close(&sql);
}

static int add_entries(void *self, const struct verify_entry *entries, size_t count)
{
    (void)self;
    return verify_store_add(sql, entries, count);
}

/* A journal of this text, which has a path but no place on the disk. */
static int read_journal(const char *text)
{
    char path[64];
    int fd = memfd_create("journal", MFD_CLOEXEC);
    ck_ok(fd);
    ck_assert_int_eq(write(fd, text, strlen(text)), (long)strlen(text));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int r = verify_journal_read(path, add_entries, NULL);
    ck_assert_int_eq(close(fd), 0);
    return r;
}

/* The ids of the promises that are broken, in order, each once for each check. */
static void expect_broken(const char *want)
{
    char broken[64] = "";
    for (size_t i = 0; i < verify_promise_count; i++) {
        EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
        ck_ok(ekc_sql_run(sql, verify_promises[i].broken, NULL, &result));
        if (ekc_result_rows(result) > 0)
            (void)strncat(broken, verify_promises[i].id, sizeof broken - strlen(broken) - 1);
    }
    ck_assert_str_eq(broken, want);
}

static const struct {
    const char *damage, *broken;
} damages[] = {
    { "SELECT 1", "" },
    { "DELETE FROM verdict", "I2I3I4" },
    { "DELETE FROM inquiry", "I1I2I3I4" },
    { "INSERT INTO verdict VALUES (1, 7, 3, 'sure', 1, 'resident', '', 'm', 'b', now(), "
      "'wire')",
      "I2I3I4" },
    { "DELETE FROM event_log WHERE seq = 1", "I3I3" },
    { "UPDATE event_log SET seq = 3 WHERE seq = 2", "I3" },
    { "UPDATE event_log SET n = 2 WHERE seq = 2", "I3" },
    { "INSERT INTO event_log VALUES (9, 1, 1, now(), '')", "I3I3" },
    { "UPDATE stat_cursor SET pos = 1", "I4" },
    { "UPDATE stat_counter SET n = 2 WHERE rollup = 17", "I4" },
    { "DELETE FROM stat_counter WHERE rollup = 3", "I4" },
    { "UPDATE stat_counter SET day = '2022-02-01' WHERE rollup = 1", "I4" },
    { "INSERT INTO stat_counter VALUES (1, '2022-02-01', '', '', 0)", "" },
    { "UPDATE inquiry SET external_id = 'y'", "I1I5" },
};

START_TEST(each_damage_breaks_its_promise)
{
    ck_ok(ekc_sql_script(sql, damages[_i].damage));
    ck_ok(verify_store_begin(sql));
    ck_ok(read_journal("{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"sent_at_us\":1}\n"
                       "{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"answer\":\"DURABLE\","
                       "\"number\":\"1\"}\n"));
    expect_broken(damages[_i].broken);
}
END_TEST

static const struct {
    const char *journal, *broken;
} journals[] = {
    { "{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"answer\":\"BUSY\"}\n", "" },
    { "{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"answer\":\"DUPLICATE\"}\n{\"portal", "" },
    { "{\"portal\":\"\",\"external_id\":\"x\",\"answer\":\"DURABLE\"}\n", "" },
    { "{\"portal\":\"mos.ru\",\"external_id\":\"z\",\"answer\":\"DURABLE\"}\n", "I1I5" },
    { "{\"portal\":\"other\",\"external_id\":\"x\",\"answer\":\"DURABLE\"}\n", "I1" },
    { "{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"answer\":\"DURABLE\",\"number\":\"1\"}\n"
      "{\"portal\":\"mos.ru\",\"external_id\":\"x\",\"answer\":\"DUPLICATE\",\"number\":\"2\"}"
      "\n",
      "I1" },
};

START_TEST(a_journal_is_held_against_what_is_stored)
{
    ck_ok(verify_store_begin(sql));
    ck_ok(read_journal(journals[_i].journal));
    expect_broken(journals[_i].broken);
}
END_TEST

static const char *const malformed[] = {
    "x\n",
    "{}\n",
    "{\"portal\":\"mos.ru\"}\n",
    "{\"external_id\":1}\n{\"external_id\":\"a\"}\n",
};

START_TEST(a_line_that_is_no_entry_is_an_error)
{
    ck_ok(verify_store_begin(sql));
    ck_fails(read_journal(malformed[_i]), EINVAL);
}
END_TEST

START_TEST(counting_that_lags_is_seen)
{
    int64_t lanes = -1;
    ck_ok(verify_store_lag(sql, &lanes));
    ck_assert_int_eq(lanes, 0);
    ck_ok(ekc_sql_script(sql, "UPDATE lane SET last_seq = 3"));
    ck_ok(verify_store_lag(sql, &lanes));
    ck_assert_int_eq(lanes, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify");
    TCase *tests = tcase_create("verify");
    if (scratch_is_missing())
        return EXIT_SUCCESS;

    tcase_add_checked_fixture(tests, open_sound, close_sound);
    tcase_add_loop_test(tests, each_damage_breaks_its_promise, 0, EKC_COUNT(damages));
    tcase_add_loop_test(tests, a_journal_is_held_against_what_is_stored, 0,
                        EKC_COUNT(journals));
    tcase_add_loop_test(tests, a_line_that_is_no_entry_is_an_error, 0, EKC_COUNT(malformed));
    tcase_add_test(tests, counting_that_lags_is_seen);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
