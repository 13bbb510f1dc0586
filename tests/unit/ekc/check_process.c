/* check_process.c - programs that ekc starts are told apart from strangers, and are ended. */
#include "ekc/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "ekc/files.h"
#include "ekc/loop.h"
#include "support/ekc_check.h"

static char folder[256], pid_file[512], log_file[512];

static void begin(void)
{
    char here[128];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    (void)snprintf(folder, sizeof folder, "%s/ekc-check-XXXXXX", here);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(pid_file, sizeof pid_file, "%s/a.pid", folder);
    (void)snprintf(log_file, sizeof log_file, "%s/a.log", folder);
}

static void end(void)
{
    process_end(pid_file, 0);
    ck_ok(files_remove(folder));
}

static int shell(const char *script)
{
    return process_run(&(struct process){
        .argv = (const char *const[]){ "/bin/sh", "-c", script, NULL }, .log = log_file });
}

static void start(const char *script)
{
    ck_ok(process_start(
        &(struct process){ .argv = (const char *const[]){ "/bin/sh", "-c", script, NULL },
                           .log = log_file },
        pid_file));
}

static const struct {
    const char *script;
    int status;
} ends[] = { { "exit 0", 0 }, { "exit 3", 3 }, { "kill -9 $$", 128 + 9 } };

START_TEST(the_end_of_a_program_is_told)
{
    ck_assert_int_eq(shell(ends[_i].script), ends[_i].status);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_told_at_once)
{
    const struct process absent = { .argv = (const char *const[]){ "/nonexistent/x", NULL } };
    ck_fails(process_run(&absent), ENOENT);
    ck_fails(process_start(&absent, pid_file), ENOENT);
    ck_assert_int_ne(access(pid_file, F_OK), 0);
}
END_TEST

START_TEST(a_started_program_is_found_and_ended_when_asked)
{
    start("exec sleep 60");
    ck_assert_int_gt(process_find(pid_file), 0);
    process_ask_to_end(pid_file);
    process_end(pid_file, ekc_tick_ms() + 10000);
    ck_assert_int_eq(process_find(pid_file), 0);
    ck_assert_int_ne(access(pid_file, F_OK), 0);
}
END_TEST

START_TEST(one_that_does_not_listen_is_killed_at_the_deadline)
{
    (void)signal(SIGTERM, SIG_IGN); /* what is ignored stays so through exec */
    start("exec sleep 60");
    pid_t pid = process_find(pid_file);
    process_ask_to_end(pid_file);
    process_end(pid_file, ekc_tick_ms() + 200);
    ck_assert_int_eq(kill(pid, 0), -1);
    ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(a_stranger_with_the_same_pid_is_left_alone)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%d 1\n", (int)getpid());
    ck_ok(files_write(pid_file, text, 0644));
    ck_assert_int_eq(process_find(pid_file), 0);
    process_ask_to_end(pid_file);
    process_end(pid_file, 0);
}
END_TEST

static const char *const rubbish[] = { "", "x", "0 0", "-1 5", "1", "99999999 7" };

START_TEST(rubbish_in_a_pid_file_is_nobody)
{
    ck_ok(files_write(pid_file, rubbish[_i], 0644));
    ck_assert_int_eq(process_find(pid_file), 0);
}
END_TEST

START_TEST(the_last_error_of_a_log_goes_before_later_lines)
{
    char words[256];
    ck_ok(files_write(log_file,
                      "ts=1 level=error msg=\"old\"\nts=2 level=error msg=\"port\"\nts=3 bye\n",
                      0644));
    process_last_words(log_file, 0, words, sizeof words);
    ck_assert_str_eq(words, "ts=2 level=error msg=\"port\"");
    process_last_words(log_file, 55, words, sizeof words);
    ck_assert_str_eq(words, "ts=3 bye");
    process_last_words("/nonexistent", 0, words, sizeof words);
    ck_assert_str_eq(words, "");
}
END_TEST

START_TEST(a_folder_that_is_not_there_cannot_be_entered)
{
    ck_assert(process_can_enter((struct account){ 0, 0 }, folder));
    ck_assert(!process_can_enter((struct account){ 0, 0 }, "/nonexistent"));
}
END_TEST

START_TEST(the_database_does_not_hear_of_our_own_postgresql_variables)
{
    ck_ok(setenv("PGPORT", "1", 1));
    ck_assert_int_eq(shell("test -z \"$PGPORT\""), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("process");
    TCase *all = tcase_create("process");

    tcase_add_checked_fixture(all, begin, end);
    tcase_set_timeout(all, 20);
    tcase_add_loop_test(all, the_end_of_a_program_is_told, 0, EKC_COUNT(ends));
    tcase_add_test(all, a_program_that_is_not_there_is_told_at_once);
    tcase_add_test(all, a_started_program_is_found_and_ended_when_asked);
    tcase_add_test(all, one_that_does_not_listen_is_killed_at_the_deadline);
    tcase_add_test(all, a_stranger_with_the_same_pid_is_left_alone);
    tcase_add_loop_test(all, rubbish_in_a_pid_file_is_nobody, 0, EKC_COUNT(rubbish));
    tcase_add_test(all, the_last_error_of_a_log_goes_before_later_lines);
    tcase_add_test(all, a_folder_that_is_not_there_cannot_be_entered);
    tcase_add_test(all, the_database_does_not_hear_of_our_own_postgresql_variables);
    suite_add_tcase(suite, all);
    return ekc_check_run(suite);
}
