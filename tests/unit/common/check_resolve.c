/* check_resolve.c - a name is looked up again and again, beside the loop and never in it. */
#include "ekc/resolve.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "support/ekc_check.h"

enum { TURNS = 1000, TURN_MS = 10, PERIOD_MS = 1 };

static ekc_loop *loop;
static ekc_resolve *resolve;

/* What the other thread is told to do, and how often it has been asked. */
static sem_t asked, may_answer;
static bool is_slow;

static int told; /* answers that the loop has heard of, and the last of them */
static struct ekc_found last;
static pthread_t told_in;

/* "10.0.0.N" the Nth time. */
static void look_up(void *self, const char *host, struct ekc_found *found)
{
    int *number = self;
    sigset_t blocked;
    ck_assert_str_eq(host, "intake");
    ck_assert_uint_eq(found->count, 0);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
    ck_assert_int_eq(sigismember(&blocked, SIGUSR1), 1);
    ck_assert(!pthread_equal(pthread_self(), told_in));
    ++*number;
    ck_assert_int_eq(sem_post(&asked), 0);
    if (is_slow)
        ck_assert_int_eq(sem_wait(&may_answer), 0);
    if (*number == 2)
        found->trouble = "no such name";
    else
        (void)snprintf(found->addresses[found->count++], EKC_FOUND_SIZE, "10.0.0.%d", *number);
}

static void take(void *self, const struct ekc_found *found)
{
    ck_assert_ptr_eq(self, &told);
    ck_assert(pthread_equal(pthread_self(), told_in));
    last = *found;
    told++;
}

static int open_resolve(const char *host, ekc_lookup_fn *lookup, int *number)
{
    return ekc_resolve_open(&resolve, loop,
                            &(struct ekc_resolve_options){ .host = host,
                                                           .period_ms = PERIOD_MS,
                                                           .lookup = lookup,
                                                           .lookup_self = number,
                                                           .on_found = take,
                                                           .self = &told });
}

static void begin(void)
{
    ck_ok(ekc_loop_new(&loop));
    ck_assert_int_eq(sem_init(&asked, 0, 0), 0);
    ck_assert_int_eq(sem_init(&may_answer, 0, 0), 0);
    told_in = pthread_self();
    told = 0;
}

static void finish(void)
{
    ekc_resolve_close(&resolve);
    ekc_resolve_close(&resolve);
    ekc_loop_free(&loop);
}

static void turn_until_told(int count)
{
    for (int i = 0; i < TURNS && told < count; i++)
        ck_ok(ekc_loop_turn(loop, TURN_MS));
    ck_assert_int_ge(told, count);
}

START_TEST(each_answer_is_told_in_its_turn)
{
    int number = 0;
    ck_ok(open_resolve("intake", look_up, &number));
    turn_until_told(1);
    ck_assert_uint_eq(last.count, 1);
    ck_assert_str_eq(last.addresses[0], "10.0.0.1");
    turn_until_told(2);
    ck_assert_uint_eq(last.count, 0);
    ck_assert_str_eq(last.trouble, "no such name");
    turn_until_told(3);
    ck_assert_ptr_null(last.trouble);
    ck_assert_str_eq(last.addresses[0], "10.0.0.3");
    ekc_resolve_close(&resolve);
}
END_TEST

/* The time by which something that must not happen would have. */
static struct timespec soon(void)
{
    struct timespec at;
    ck_assert_int_eq(clock_gettime(CLOCK_REALTIME, &at), 0);
    at.tv_nsec += 300000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

START_TEST(nothing_is_asked_before_the_last_answer_is_taken)
{
    int number = 0;
    struct timespec until = soon();
    ck_ok(open_resolve("intake", look_up, &number));
    ck_assert_int_eq(sem_wait(&asked), 0);
    ck_assert_int_eq(sem_timedwait(&asked, &until), -1);
    ck_assert_int_eq(errno, ETIMEDOUT);
    turn_until_told(2);
    ekc_resolve_close(&resolve);
}
END_TEST

START_TEST(a_lookup_that_hangs_holds_up_neither_the_loop_nor_the_end)
{
    static int number;
    is_slow = true;
    ck_ok(open_resolve("intake", look_up, &number));
    ck_assert_int_eq(sem_wait(&asked), 0);
    int64_t began_ms = ekc_tick_ms();
    ck_ok(ekc_loop_turn(loop, 0));
    ekc_resolve_close(&resolve);
    ck_assert_ptr_null(resolve);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 2000);

    ck_assert_int_eq(sem_post(&may_answer), 0);
    ck_ok(ekc_loop_turn(loop, TURN_MS));
    ck_assert_int_eq(told, 0);
}
END_TEST

START_TEST(the_end_waits_for_no_period)
{
    int number = 0;
    ck_ok(ekc_resolve_open(&resolve, loop,
                           &(struct ekc_resolve_options){ .host = "intake",
                                                          .period_ms = 60 * 60 * 1000,
                                                          .lookup = look_up,
                                                          .lookup_self = &number,
                                                          .on_found = take,
                                                          .self = &told }));
    turn_until_told(1);
    int64_t began_ms = ekc_tick_ms();
    ekc_resolve_close(&resolve);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 150);
}
END_TEST

START_TEST(the_system_knows_this_host)
{
    ck_ok(open_resolve("localhost", NULL, NULL));
    turn_until_told(1);
    ck_assert_ptr_null(last.trouble);
    ck_assert_uint_eq(last.count, 1);
    ck_assert_str_eq(last.addresses[0], "127.0.0.1");
}
END_TEST

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

START_TEST(what_is_no_name_is_told_in_words)
{
    ck_ok(open_resolve(A50 A50, NULL, NULL));
    turn_until_told(1);
    ck_assert_uint_eq(last.count, 0);
    ck_assert_ptr_nonnull(last.trouble);
}
END_TEST

START_TEST(a_name_of_more_than_255_bytes_is_refused)
{
    ck_fails(open_resolve(A50 A50 A50 A50 A50 A50, NULL, NULL), ENAMETOOLONG);
    ck_assert_ptr_null(resolve);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resolve");
    TCase *lookups = tcase_create("lookups");

    tcase_set_timeout(lookups, 30);
    tcase_add_checked_fixture(lookups, begin, finish);
    tcase_add_test(lookups, each_answer_is_told_in_its_turn);
    tcase_add_test(lookups, nothing_is_asked_before_the_last_answer_is_taken);
    tcase_add_test(lookups, a_lookup_that_hangs_holds_up_neither_the_loop_nor_the_end);
    tcase_add_test(lookups, the_end_waits_for_no_period);
    tcase_add_test(lookups, the_system_knows_this_host);
    tcase_add_test(lookups, what_is_no_name_is_told_in_words);
    tcase_add_test(lookups, a_name_of_more_than_255_bytes_is_refused);
    suite_add_tcase(suite, lookups);
    return ekc_check_run(suite);
}
