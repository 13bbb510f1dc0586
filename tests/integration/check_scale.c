/* check_scale.c - workers of a kind share the work, come and go, and stay small. */
#include <signal.h>

#include "support/centre.h"
#include "support/shell.h"

#define DURABLE "ekc_inquiries_total{answer=\"durable\"}"

enum { TOTAL = 20000, THIRD_INTAKE = 200, MEMORY_MAX = 64000000 };

/* Ports as in the first centre of a host; each replica is 100 further. */
static const struct {
    int admin_port;
    const char *work; /* a sample of its metrics: what it has done */
} workers[] = {
    { 5519, DURABLE },
    { 5619, DURABLE },
    { 5529, "ekc_verdicts_total{path=\"wire\",status=\"sure\"}" },
    { 5629, "ekc_verdicts_total{path=\"wire\",status=\"sure\"}" },
    { 5549, "ekc_pages_total" },
};

static void make_history(const char *name)
{
    (void)shell_ok("ekc sample --history --total %d --out $WORK/%s.tsv", TOTAL, name);
}

START_TEST(two_intakes_and_two_classifiers_share_the_work)
{
    make_history("shared");
    (void)shell_ok("ekc submit --file $WORK/shared.tsv --map external_id=- "
                   "--journal $WORK/journal --wait");
    for (size_t i = 0; i < EKC_COUNT(workers); i++)
        ck_assert_msg(centre_metric(centre_port(workers[i].admin_port), workers[i].work) > 0,
                      "%d: %s is 0", workers[i].admin_port, workers[i].work);
    (void)shell_ok("ekc verify --journal $WORK/journal");
}
END_TEST

/* An intake that nobody but its portal knows. */
static pid_t start_third_intake(void)
{
    pid_t intake =
        shell_start("set -a; . $EKC_HOME/centre.env; EKC_SERVER_KEY=; "
                    "EKC_KEY_FILE=$EKC_HOME/keys/server.key; "
                    "EKC_INTAKE_PORTALS_BIND=127.0.0.1:%d; "
                    "EKC_INTAKE_WORK_BIND=127.0.0.1:%d; "
                    "EKC_INTAKE_EVENTS_BIND=127.0.0.1:%d; "
                    "EKC_INTAKE_ADMIN_BIND=127.0.0.1:%d; "
                    "exec ekc-intake >$WORK/third.log 2>&1",
                    centre_port(5510) + THIRD_INTAKE, centre_port(5511) + THIRD_INTAKE,
                    centre_port(5512) + THIRD_INTAKE, centre_port(5519) + THIRD_INTAKE);
    await(strstr(centre_page(centre_port(5519) + THIRD_INTAKE, "/readyz"), " 200 "));
    return intake;
}

START_TEST(an_intake_that_is_asked_to_end_keeps_its_word)
{
    int admin_port = centre_port(5519) + THIRD_INTAKE;
    pid_t intake = start_third_intake();
    make_history("drained");
    pid_t submitting =
        shell_start(". $EKC_HOME/centre.env; EKC_INTAKE=127.0.0.1:%d,$EKC_INTAKE "
                    "exec ekc submit --file $WORK/drained.tsv "
                    "--map external_id=- --journal $WORK/journal >$WORK/said 2>&1",
                    centre_port(5510) + THIRD_INTAKE);
    await(centre_metric(admin_port, DURABLE) > 0);
    ck_assert_msg(centre_metric(admin_port, DURABLE) < TOTAL, "it has done all of it");
    ck_assert_int_eq(kill(intake, SIGTERM), 0);
    int status = shell_wait(intake);
    ck_assert_msg(status == 0, "status %d: %s", status, shell_ok("tail $WORK/third.log"));
    status = shell_wait(submitting);
    ck_assert_msg(status == 0, "status %d: %s", status, shell_ok("cat $WORK/said"));

    const char *said = shell_ok("ekc submit --file $WORK/drained.tsv --map external_id=- "
                                "--journal $WORK/journal --wait");
    ck_assert_msg(strstr(said, "durable 0, duplicate 20000, refused 0"), "%s", said);
    (void)shell_ok("ekc verify --journal $WORK/journal");
}
END_TEST

START_TEST(a_worker_stays_below_64_MB)
{
    if (shell_run("grep -qa __asan_init $(command -v ekc-intake)")->status == 0) {
        not_run("sanitizers need memory of their own");
        return;
    }
    double bytes =
        centre_metric(centre_port(workers[_i].admin_port), "process_resident_memory_bytes");
    ck_assert_msg(bytes > 0 && bytes < MEMORY_MAX, "%.0f bytes", bytes);
}
END_TEST

START_TEST(the_status_tells_who_has_left)
{
    centre_end("classifier-2", SIGTERM);
    const char *said = shell_ok("ekc status --format json");
    ck_assert_msg(strstr(said, "\"state\": \"gone\""), "nobody has left: %s", said);
}
END_TEST

/* Their sweepers soon find what the third intake cannot tell. */
static void up(void)
{
    ck_assert_int_eq(setenv("EKC_SWEEP_AFTER_MS", "1000", 1), 0);
    centre_up("--intakes 2 --classifiers 2");
}

int main(void)
{
    Suite *suite = suite_create("scale");
    TCase *many = tcase_create("many");
    tcase_set_timeout(many, 90);
    tcase_add_unchecked_fixture(many, up, centre_down);
    tcase_add_test(many, two_intakes_and_two_classifiers_share_the_work);
    tcase_add_test(many, an_intake_that_is_asked_to_end_keeps_its_word);
    tcase_add_loop_test(many, a_worker_stays_below_64_MB, 0, EKC_COUNT(workers));
    tcase_add_test(many, the_status_tells_who_has_left);
    suite_add_tcase(suite, many);
    return ekc_check_run(suite);
}
