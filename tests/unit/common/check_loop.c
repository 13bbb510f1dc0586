/* check_loop.c - each turn calls whoever can go on, and then those who wait for its end. */
#include "ekc/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/ekc_check.h"

enum { PIPES = 3 };

static ekc_loop *loop;
static int pipes[PIPES][2];
static char calls[64]; /* a letter for each call, in order */

/* What a watch is called with: it notes its letter and does one thing. */
struct caller {
    char letter;
    const int *reads, *forgets; /* fds */
    struct caller *adds;        /* watched from then on, by its own fd */
    int fd;
};

static void call(void *self)
{
    const struct caller *caller = self;
    char byte;
    calls[strlen(calls)] = caller->letter;
    if (caller->reads)
        ck_assert_int_eq(read(*caller->reads, &byte, 1), 1);
    if (caller->forgets)
        ekc_loop_forget_fd(loop, *caller->forgets);
    if (caller->adds)
        ck_ok(ekc_loop_fd(loop, caller->adds->fd, true, false, call, caller->adds));
}

#define CALLER(...)                                                                            \
    &(struct caller)                                                                           \
    {                                                                                          \
        .letter = __VA_ARGS__                                                                  \
    }

static void begin(void)
{
    ck_ok(ekc_loop_new(&loop));
    for (int i = 0; i < PIPES; i++)
        ck_assert_int_eq(pipe(pipes[i]), 0);
    memset(calls, 0, sizeof calls);
}

static void finish(void)
{
    ekc_loop_free(&loop);
    ekc_loop_free(&loop);
    for (int i = 0; i < PIPES; i++) {
        (void)close(pipes[i][0]);
        (void)close(pipes[i][1]);
    }
}

static void watch(int i, struct caller *caller)
{
    ck_ok(ekc_loop_fd(loop, pipes[i][0], true, false, call, caller));
}

static void every(int64_t period_ms, struct caller *caller)
{
    ck_ok(ekc_loop_every(loop, period_ms, call, caller));
}

static void after_turn(struct caller *caller)
{
    ck_ok(ekc_loop_after_turn(loop, call, caller));
}

static void fill(int i)
{
    ck_assert_int_eq(write(pipes[i][1], "x", 1), 1);
}

/* One turn that does not wait calls exactly these. */
static void ck_turn(const char *want)
{
    memset(calls, 0, sizeof calls);
    ck_ok(ekc_loop_turn(loop, 0));
    ck_assert_str_eq(calls, want);
}

START_TEST(who_can_read_is_called_until_it_has_read)
{
    watch(0, CALLER('a'));
    watch(1, CALLER('b'));
    ck_turn("");
    fill(1);
    ck_turn("b");
    ck_turn("b");
    watch(1, CALLER('c', .reads = &pipes[1][0]));
    ck_turn("c");
    ck_turn("");
}
END_TEST

START_TEST(the_last_wish_for_an_fd_counts)
{
    struct caller *a = CALLER('a');
    int fd = pipes[0][1];
    ck_ok(ekc_loop_fd(loop, fd, false, true, call, a));
    ck_turn("a");
    ck_ok(ekc_loop_fd(loop, fd, true, false, call, a));
    ck_turn("");
    ck_ok(ekc_loop_fd(loop, fd, true, true, call, a));
    ck_turn("a");
}
END_TEST

START_TEST(all_that_came_is_seen_before_the_turn_ends)
{
    watch(0, CALLER('a'));
    watch(1, CALLER('b'));
    after_turn(CALLER('1'));
    after_turn(CALLER('2'));
    watch(2, CALLER('c'));
    every(0, CALLER('t'));
    fill(2);
    fill(0);
    ck_turn("act12");
}
END_TEST

START_TEST(who_is_forgotten_during_a_turn_is_not_called_any_more)
{
    watch(0, CALLER('a', .forgets = &pipes[1][0]));
    watch(1, CALLER('b'));
    watch(2, CALLER('c', .forgets = &pipes[2][0]));
    fill(0);
    fill(1);
    fill(2);
    ck_turn("ac");
    ck_turn("a");
}
END_TEST

START_TEST(who_comes_during_a_turn_is_called_in_the_next)
{
    struct caller *b = CALLER('b', .fd = pipes[1][0]);
    watch(0, CALLER('a', .reads = &pipes[0][0], .adds = b));
    fill(0);
    fill(1);
    ck_turn("a");
    ck_turn("b");
}
END_TEST

START_TEST(an_fd_that_is_forgotten_may_come_again_in_the_same_turn)
{
    struct caller *b = CALLER('b', .fd = pipes[0][0]);
    watch(0, CALLER('a', .forgets = &pipes[0][0], .adds = b));
    fill(0);
    ck_turn("a");
    ck_turn("b");
}
END_TEST

START_TEST(an_fd_that_nobody_watches_may_be_forgotten)
{
    ekc_loop_forget_fd(loop, pipes[0][0]);
    ck_turn("");
}
END_TEST

static void stop_at_three(void *self)
{
    int *count = self;
    if (++*count == 3)
        ekc_loop_stop(loop);
}

START_TEST(a_timer_comes_each_period_and_not_before)
{
    int count = 0;
    int64_t began_ms = ekc_tick_ms();
    ck_ok(ekc_loop_every(loop, 20, stop_at_three, &count));
    every(60000, CALLER('l'));
    ck_turn("");
    ck_ok(ekc_loop_run(loop));
    int64_t took_ms = ekc_tick_ms() - began_ms;
    ck_assert_int_ge(took_ms, 60);
    ck_assert_int_lt(took_ms, 1000);
    ck_assert_str_eq(calls, "");
}
END_TEST

START_TEST(a_late_timer_does_not_make_up_for_lost_periods)
{
    every(20, CALLER('t'));
    for (int64_t began_ms = ekc_tick_ms(); ekc_tick_ms() < began_ms + 50;)
        continue;
    ck_turn("t");
    ck_turn("");
}
END_TEST

START_TEST(the_lag_counts_from_the_last_turn)
{
    ck_turn("");
    ck_assert_int_lt(ekc_loop_lag_ms(loop), 20);
    for (int64_t began_ms = ekc_tick_ms(); ekc_tick_ms() < began_ms + 30;)
        continue;
    ck_assert_int_ge(ekc_loop_lag_ms(loop), 30);
    ck_turn("");
    ck_assert_int_lt(ekc_loop_lag_ms(loop), 20);
}
END_TEST

START_TEST(more_than_it_holds_is_refused)
{
    struct caller *none = CALLER('n');
    int r = 0, fds = 0, timers = 0, afters = 0;
    for (; r == 0; fds++)
        r = ekc_loop_fd(loop, 1000 + fds, true, false, call, none);
    ck_fails(r, ENOSPC);
    for (r = 0; r == 0; timers++)
        r = ekc_loop_every(loop, 1000, call, none);
    ck_fails(r, ENOSPC);
    for (r = 0; r == 0; afters++)
        r = ekc_loop_after_turn(loop, call, none);
    ck_fails(r, ENOSPC);
    ck_assert_int_eq(fds, 256); /* its own signals are one of them */
    ck_assert_int_eq(timers, 33);
    ck_assert_int_eq(afters, 17);
}
END_TEST

static void say_asked(void *self)
{
    (void)self;
    ck_assert_int_eq(write(pipes[0][1], "?", 1), 1);
}

/* The child tells that it turns by '+', that it is asked by '?'. It ends with 0 when its loop
 * has stopped in good order. */
static pid_t start_child(bool has_answer)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;

    if (has_answer)
        ekc_loop_on_stop(loop, say_asked, NULL);
    ssize_t written = write(pipes[0][1], "+", 1);
    int r = ekc_loop_run(loop);
    _exit(r == 0 && written == 1 ? 0 : 1);
}

static void ck_hears(char want)
{
    char byte = 0;
    ck_assert_int_eq(read(pipes[0][0], &byte, 1), 1);
    ck_assert_int_eq(byte, want);
}

static void ck_ends(pid_t pid)
{
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static const struct {
    int first, second;
} signals[] = {
    { SIGTERM, SIGTERM },
    { SIGINT, SIGINT },
    { SIGINT, SIGTERM },
    { SIGTERM, SIGINT },
};

START_TEST(the_first_signal_asks_and_the_second_stops)
{
    pid_t child = start_child(true);
    ck_hears('+');
    ck_assert_int_eq(kill(child, signals[_i].first), 0);
    ck_hears('?');
    ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0);
    ck_assert_int_eq(kill(child, signals[_i].second), 0);
    ck_ends(child);
}
END_TEST

START_TEST(where_nobody_is_asked_the_first_signal_stops)
{
    pid_t child = start_child(false);
    ck_hears('+');
    ck_assert_int_eq(kill(child, signals[_i].first), 0);
    ck_ends(child);
}
END_TEST

START_TEST(writing_to_somebody_gone_is_an_error_and_no_end)
{
    ck_assert_int_eq(close(pipes[0][0]), 0);
    ck_assert_int_eq(write(pipes[0][1], "x", 1), -1);
    ck_assert_int_eq(errno, EPIPE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop");
    TCase *turns = tcase_create("turns");
    TCase *stops = tcase_create("signals");

    tcase_add_checked_fixture(turns, begin, finish);
    tcase_add_test(turns, who_can_read_is_called_until_it_has_read);
    tcase_add_test(turns, the_last_wish_for_an_fd_counts);
    tcase_add_test(turns, all_that_came_is_seen_before_the_turn_ends);
    tcase_add_test(turns, who_is_forgotten_during_a_turn_is_not_called_any_more);
    tcase_add_test(turns, who_comes_during_a_turn_is_called_in_the_next);
    tcase_add_test(turns, an_fd_that_is_forgotten_may_come_again_in_the_same_turn);
    tcase_add_test(turns, an_fd_that_nobody_watches_may_be_forgotten);
    tcase_add_test(turns, a_timer_comes_each_period_and_not_before);
    tcase_add_test(turns, a_late_timer_does_not_make_up_for_lost_periods);
    tcase_add_test(turns, the_lag_counts_from_the_last_turn);
    tcase_add_test(turns, more_than_it_holds_is_refused);
    suite_add_tcase(suite, turns);

    tcase_add_checked_fixture(stops, begin, finish);
    tcase_add_loop_test(stops, the_first_signal_asks_and_the_second_stops, 0,
                        EKC_COUNT(signals));
    tcase_add_loop_test(stops, where_nobody_is_asked_the_first_signal_stops, 0,
                        EKC_COUNT(signals));
    tcase_add_test(stops, writing_to_somebody_gone_is_an_error_and_no_end);
    suite_add_tcase(suite, stops);
    return ekc_check_run(suite);
}
