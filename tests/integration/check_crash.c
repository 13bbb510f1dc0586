/* check_crash.c - workers die at their work; once they are started again nothing is lost and
 * nothing doubled. */
#include <signal.h>

#include "support/centre.h"
#include "support/shell.h"

enum { TOTAL = 20000, BEFORE_THE_BLOW = 3000, INTAKE_ADMIN = 5519, CLASSIFIER_ADMIN = 5529 };

static double durable(void)
{
    return centre_metric(centre_port(INTAKE_ADMIN), "ekc_inquiries_total{answer=\"durable\"}");
}

static void make_history(const char *name)
{
    (void)shell_ok("ekc sample --history --total %d --out $WORK/%s.tsv", TOTAL, name);
}

/* Begins to submit and returns in the middle of it. */
static pid_t submit_half(const char *name)
{
    make_history(name);
    double before = durable();
    pid_t submitting = shell_start("exec ekc submit --file $WORK/%s.tsv --map external_id=- "
                                   "--journal $WORK/journal >$WORK/said 2>&1",
                                   name);
    await(durable() >= before + BEFORE_THE_BLOW);
    ck_assert_msg(durable() < before + TOTAL, "the blow comes too late");
    return submitting;
}

/* All of it is answered, stored, judged and counted, and once. */
static void expect_all(const char *name, pid_t submitting)
{
    int status = shell_wait(submitting);
    ck_assert_msg(status == 0, "status %d: %s", status, shell_ok("cat $WORK/said"));
    const char *said = shell_ok("ekc submit --file $WORK/%s.tsv --map external_id=- "
                                "--journal $WORK/journal --wait",
                                name);
    ck_assert_msg(strstr(said, "durable 0, duplicate 20000, refused 0"), "%s", said);
    (void)shell_ok("ekc verify --journal $WORK/journal");
}

static const char *const workers[] = { "intake-1", "classifier-1", "statistics-1" };

START_TEST(a_killed_worker_loses_and_doubles_nothing)
{
    pid_t submitting = submit_half(workers[_i]);
    centre_end(workers[_i], SIGKILL);
    centre_mend();
    expect_all(workers[_i], submitting);
}
END_TEST

START_TEST(a_killed_process_of_the_database_loses_and_doubles_nothing)
{
    pid_t submitting = submit_half("database");
    (void)shell_ok(
        ". $EKC_HOME/centre.env; kill -9 $(psql -At \"$EKC_DB\" -c \"SELECT pid FROM "
        "pg_stat_activity WHERE query LIKE '%%inquiry%%' AND "
        "pid <> pg_backend_pid() LIMIT 1\")");
    expect_all("database", submitting);
}
END_TEST

/* Intake forgets whom it wanted to give the work to: only the log still knows. */
START_TEST(work_is_found_in_the_log_when_the_wire_is_silent)
{
    centre_end("classifier-1", SIGTERM);
    make_history("silent");
    pid_t submitting =
        shell_start("exec ekc submit --file $WORK/silent.tsv --map external_id=- "
                    "--journal $WORK/journal >$WORK/said 2>&1");
    ck_assert_int_eq(shell_wait(submitting), 0);
    centre_end("intake-1", SIGKILL);
    centre_mend();
    await(centre_metric(centre_port(CLASSIFIER_ADMIN),
                        "ekc_verdicts_total{path=\"sweep\",status=\"sure\"}") > 0);
    (void)shell_ok("ekc submit --file $WORK/silent.tsv --map external_id=- "
                   "--journal $WORK/journal --wait");
    ck_assert_ptr_nonnull(strstr(shell_ok("ekc status --format json"), "\"path\": \"sweep\""));
    (void)shell_ok("ekc verify --journal $WORK/journal");
}
END_TEST

/* Patience is short here, so that the test need not have it. */
static void up(void)
{
    ck_assert_int_eq(setenv("EKC_SWEEP_AFTER_MS", "1000", 1), 0);
    ck_assert_int_eq(setenv("EKC_DELIVERY_DEADLINE_MS", "1000", 1), 0);
    centre_up("");
}

int main(void)
{
    Suite *suite = suite_create("crash");
    TCase *blows = tcase_create("blows");
    tcase_set_timeout(blows, 120);
    tcase_add_unchecked_fixture(blows, up, centre_down);
    tcase_add_loop_test(blows, a_killed_worker_loses_and_doubles_nothing, 0,
                        EKC_COUNT(workers));
    tcase_add_test(blows, a_killed_process_of_the_database_loses_and_doubles_nothing);
    tcase_add_test(blows, work_is_found_in_the_log_when_the_wire_is_silent);
    suite_add_tcase(suite, blows);
    return ekc_check_run(suite);
}
