/* check_settings.c - what is set wrongly, or is missing at the start, is told in one line. */
#include <signal.h>

#include "support/centre.h"
#include "support/shell.h"

/* The environment of a worker that is started beside the centre; see write_alone. */
#define ALONE "set -a; . $WORK/alone.env; "

enum { BESIDE = 300 };

static const struct bind {
    const char *program, *setting;
    int port;
} binds[] = {
    { "ekc-intake", "EKC_INTAKE_PORTALS_BIND", 5510 },
    { "ekc-intake", "EKC_INTAKE_WORK_BIND", 5511 },
    { "ekc-intake", "EKC_INTAKE_EVENTS_BIND", 5512 },
    { "ekc-intake", "EKC_INTAKE_ADMIN_BIND", 5519 },
    { "ekc-classifier", "EKC_CLASSIFIER_EVENTS_BIND", 5521 },
    { "ekc-classifier", "EKC_CLASSIFIER_ADMIN_BIND", 5529 },
    { "ekc-statistics", "EKC_STATISTICS_QUERY_BIND", 5540 },
    { "ekc-statistics", "EKC_STATISTICS_ADMIN_BIND", 5549 },
};

static const struct {
    const char *program;
    int admin_port;
} workers[] = {
    { "ekc-intake", 5519 },
    { "ekc-classifier", 5529 },
    { "ekc-statistics", 5549 },
};

START_TEST(a_port_in_use_ends_in_one_line)
{
    const struct bind *bind = &binds[_i];
    int port = centre_port(bind->port);
    char address[32];
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    shell_refuses(1, address, ALONE "%s=%s; timeout 10 %s", bind->setting, address,
                  bind->program);
}
END_TEST

/* What is wrong, and what the line must name. */
static const struct {
    const char *setting, *names;
} wrong[] = {
    { "EKC_BATCH_ITEMS=many", "EKC_BATCH_ITEMS must be a whole number from 1 to 10000" },
    { "EKC_CREDIT_ITEMS=0", "EKC_CREDIT_ITEMS" },
    { "EKC_CURVE=maybe", "EKC_CURVE must be on or off" },
    { "EKC_WORK=intake", "EKC_WORK must be HOST:PORT" },
    { "EKC_LANG=fr", "EKC_LANG must be one of ru|en" },
    { "EKC_SERVER_KEY=short", "EKC_SERVER_KEY must be a public key" },
    { "EKC_KEY_FILE=$WORK/no.key", "EKC_KEY_FILE" },
    { "EKC_KEY_FILE=$WORK/torn.key", "torn.key" },
    { "EKC_STRICT=1; EKC_BATCH_ITEM=5", "EKC_BATCH_ITEM; is it EKC_BATCH_ITEMS" },
};

START_TEST(a_wrong_setting_ends_in_one_line)
{
    for (size_t i = 0; i < EKC_COUNT(workers); i++)
        shell_refuses(1, wrong[_i].names, ALONE "%s; timeout 10 %s", wrong[_i].setting,
                      workers[i].program);
}
END_TEST

START_TEST(an_unknown_setting_is_a_warning_with_the_nearest_name)
{
    const char *said = shell_ok("EKC_CREDIT_ITEM=7 ekc status");
    ck_assert_msg(strstr(said, "level=warning") || strstr(said, "level=warn"), "%s", said);
    ck_assert_msg(strstr(said, "EKC_CREDIT_ITEM; is it EKC_CREDIT_ITEMS"), "%s", said);
    shell_refuses(2, "EKC_CREDIT_ITEM; is it", "EKC_STRICT=1 EKC_CREDIT_ITEM=7 ekc status");
}
END_TEST

static const struct {
    const char *command, *names;
} misused[] = {
    { "ekc frobnicate", "frobnicate" },
    { "ekc submit", "--file" },
    { "ekc submit --file x --nonsense", "nonsense" },
    { "ekc submit --file x --window", "window" },
    { "ekc up --port-base all", "port-base" },
    { "ekc up --intakes 0", "intakes" },
    { "ekc report --by week", "year|quarter|month|day" },
    { "ekc show", "NUMBER" },
    { "ekc verify all", "all" },
    { "ekc key paint", "paint" },
    { "ekc-intake --nonsense", "nonsense" },
    { "ekc-classifier --nonsense", "nonsense" },
    { "ekc-statistics --nonsense", "nonsense" },
};

START_TEST(wrong_usage_ends_in_one_line_and_status_2)
{
    shell_refuses(2, misused[_i].names, "%s", misused[_i].command);
}
END_TEST

START_TEST(a_missing_database_is_waited_for)
{
    pid_t worker =
        shell_start(ALONE "EKC_DB='host=/nowhere dbname=ekc'; exec %s >$WORK/%s.log 2>&1",
                    workers[_i].program, workers[_i].program);
    int port = centre_port(workers[_i].admin_port) + BESIDE;
    await(strstr(centre_page(port, "/healthz"), " 200 "));
    ck_assert_msg(strstr(centre_page(port, "/readyz"), " 503 "), "%s",
                  centre_page(port, "/readyz"));
    await(shell_run("grep /nowhere $WORK/%s.log", workers[_i].program)->status == 0);
    ck_assert_int_eq(kill(worker, SIGTERM), 0);
    ck_assert_int_eq(shell_wait(worker), 0);
}
END_TEST

START_TEST(a_command_without_a_database_ends_in_one_line)
{
    static const char *const commands[] = { "status", "verify", "migrate", "portal list" };
    for (size_t i = 0; i < EKC_COUNT(commands); i++)
        shell_refuses(1, "/nowhere", "EKC_DB='host=/nowhere dbname=ekc' timeout 20 ekc %s",
                      commands[i]);
}
END_TEST

/* Whoever is not admitted gets no answer at all. */
START_TEST(a_strangers_key_ends_in_a_clear_line)
{
    (void)shell_ok("ekc key new --out $WORK/stranger.key");
    const struct said *said = shell_run("EKC_KEY_FILE=$WORK/stranger.key ekc report");
    ck_assert_int_eq(said->status, 1);
    ck_assert_msg(strstr(said->text, "nobody answers at"), "%s", said->text);
    shell_refuses(1, "torn.key", "EKC_KEY_FILE=$WORK/torn.key ekc report");
    shell_refuses(2, "no.key", "EKC_KEY_FILE=$WORK/no.key ekc report");
}
END_TEST

START_TEST(help_tells_every_setting)
{
    static const char *const programs[] = { "ekc", "ekc-intake", "ekc-classifier",
                                            "ekc-statistics" };
    for (size_t i = 0; i < EKC_COUNT(programs); i++)
        ck_assert_ptr_nonnull(
            strstr(shell_ok("%s --help", programs[i]), "EKC_SWEEP_AFTER_MS=30000"));
}
END_TEST

/* What a release build has of them would be a door for whoever sets its environment. */
START_TEST(a_release_has_no_fault_points)
{
    ck_assert_int_eq(shell_run("grep -c CHAOS_ $(command -v %s)", workers[_i].program)->status,
                     1);
}
END_TEST

START_TEST(the_files_for_containers_are_valid)
{
    if (shell_run("command -v docker-compose")->status != 0) {
        not_run("no docker-compose here");
        return;
    }
    (void)shell_ok("docker-compose -f docker-compose.yml config -q");
}
END_TEST

/* The settings of the centre, but ports of its own; and the beginning of a key. */
static void write_alone(void)
{
    (void)shell_ok("cp $EKC_HOME/centre.env $WORK/alone.env; head -c 20 "
                   "$EKC_HOME/keys/server.key >$WORK/torn.key; printf '%%s\\n' EKC_SERVER_KEY= "
                   "EKC_KEY_FILE=$EKC_HOME/keys/server.key >>$WORK/alone.env");
    for (size_t i = 0; i < EKC_COUNT(binds); i++)
        (void)shell_ok("echo %s=127.0.0.1:%d >>$WORK/alone.env", binds[i].setting,
                       centre_port(binds[i].port) + BESIDE);
}

static void up(void)
{
    centre_up("");
    write_alone();
}

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *start = tcase_create("start");
    tcase_set_timeout(start, 60);
    tcase_add_unchecked_fixture(start, up, centre_down);
    tcase_add_loop_test(start, a_port_in_use_ends_in_one_line, 0, EKC_COUNT(binds));
    tcase_add_loop_test(start, a_wrong_setting_ends_in_one_line, 0, EKC_COUNT(wrong));
    tcase_add_test(start, an_unknown_setting_is_a_warning_with_the_nearest_name);
    tcase_add_loop_test(start, wrong_usage_ends_in_one_line_and_status_2, 0,
                        EKC_COUNT(misused));
    tcase_add_loop_test(start, a_missing_database_is_waited_for, 0, EKC_COUNT(workers));
    tcase_add_test(start, a_command_without_a_database_ends_in_one_line);
    tcase_add_test(start, a_strangers_key_ends_in_a_clear_line);
    tcase_add_test(start, help_tells_every_setting);
    tcase_add_loop_test(start, a_release_has_no_fault_points, 0, EKC_COUNT(workers));
    tcase_add_test(start, the_files_for_containers_are_valid);
    suite_add_tcase(suite, start);
    return ekc_check_run(suite);
}
