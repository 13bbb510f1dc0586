/* check_dispatch.c - who gets which work, and what becomes of work that is lost. */
#include "intake/dispatch.h"

#include <errno.h>

#include "support/ekc_check.h"

enum { DEADLINE = 1000, SILENCE = 5000, ABSENCE = 500 };

static struct dispatch *d;
static struct dispatch_parcel parcel;

static void begin(void)
{
    ck_ok(dispatch_new(&d, &(struct dispatch_options){ .max_items = 10,
                                                       .max_bytes = 100,
                                                       .parcel_items = 3,
                                                       .parcel_bytes = 20,
                                                       .deadline_ms = DEADLINE,
                                                       .silence_ms = SILENCE,
                                                       .absence_ms = ABSENCE }));
}

static void end(void)
{
    dispatch_free(&d);
    dispatch_free(&d);
}

static int offer(const char *item)
{
    return dispatch_offer(
        d, &(struct dispatch_item){ .inquiry = *item, .bytes = { item, strlen(item) } });
}

static void offer_each(const char *letters)
{
    for (; *letters; letters++)
        ck_ok(dispatch_offer(
            d, &(struct dispatch_item){ .inquiry = *letters, .bytes = { letters, 1 } }));
}

static void hello(uint64_t key, uint32_t credit, int64_t now_ms)
{
    ck_ok(dispatch_hello(d, &(struct dispatch_worker){ .key = key, .credit = credit }, now_ms));
}

/* The next parcel holds this, and goes to this worker. */
static uint64_t sent(const char *want, uint64_t key, int64_t now_ms)
{
    ck_assert(dispatch_next(d, now_ms, &parcel));
    ck_assert_uint_eq(parcel.bytes.len, strlen(want));
    ck_assert_mem_eq(parcel.bytes.data, want, parcel.bytes.len);
    ck_assert_uint_eq(parcel.key, key);
    return parcel.delivery_id;
}

static void nothing_sent(int64_t now_ms)
{
    ck_assert(!dispatch_next(d, now_ms, &parcel));
}

static const struct {
    const char *items[5], *parcels[4];
} joins[] = {
    { { "a", "b", "c", "d" }, { "abc", "d" } },                               /* 3 items */
    { { "0123456789", "abcdefghij", "x" }, { "0123456789abcdefghij", "x" } }, /* 20 bytes */
    { { "a", "012345678901234567890", "b" }, { "a", "012345678901234567890", "b" } },
};

START_TEST(items_join_a_parcel_while_it_has_room)
{
    for (size_t i = 0; joins[_i].items[i]; i++)
        ck_ok(offer(joins[_i].items[i]));
    hello(1, 100, 0);
    for (size_t i = 0; joins[_i].parcels[i]; i++)
        sent(joins[_i].parcels[i], 1, 0);
    nothing_sent(0);
}
END_TEST

START_TEST(what_is_out_is_joined_by_nothing)
{
    hello(1, 100, 0);
    offer_each("a");
    sent("a", 1, 0);
    offer_each("b");
    sent("b", 1, 0);
}
END_TEST

START_TEST(a_full_window_says_so_and_takes_more_when_work_is_done)
{
    offer_each("abcdefghij");
    ck_assert_uint_eq(dispatch_room(d), 0);
    ck_fails(offer("k"), ENOSPC);
    hello(1, 100, 0);
    uint64_t id = sent("abc", 1, 0);
    ck_fails(offer("k"), ENOSPC);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    ck_assert_uint_eq(dispatch_held(d), 7);
    ck_assert_uint_eq(dispatch_room(d), 3);
    ck_ok(offer("k"));
}
END_TEST

START_TEST(a_window_is_full_by_bytes_too)
{
    static const char item[91];
    ck_ok(dispatch_offer(d, &(struct dispatch_item){ .bytes = { item, 90 } }));
    ck_assert_uint_eq(dispatch_room_bytes(d), 10);
    ck_fails(dispatch_offer(d, &(struct dispatch_item){ .bytes = { item, 11 } }), ENOSPC);
    ck_ok(dispatch_offer(d, &(struct dispatch_item){ .bytes = { item, 10 } }));
    hello(1, 9, 0);
    ck_assert(dispatch_next(d, 0, &parcel));
    ck_assert_uint_eq(dispatch_done(d, 1, parcel.delivery_id), 1);
    ck_assert_uint_eq(dispatch_room_bytes(d), 90);
}
END_TEST

START_TEST(work_goes_to_whoever_has_the_most_free_credit)
{
    offer_each("abcdefghi");
    hello(1, 5, 0);
    hello(2, 9, 0);
    sent("abc", 2, 0);
    sent("def", 2, 0);
    sent("ghi", 1, 0);
}
END_TEST

START_TEST(nobody_gets_more_than_its_credit)
{
    offer_each("abcdef");
    hello(1, 5, 0);
    uint64_t id = sent("abc", 1, 0);
    nothing_sent(0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    sent("def", 1, 0);
}
END_TEST

START_TEST(a_parcel_larger_than_every_credit_goes_to_an_idle_worker)
{
    offer_each("abcdef");
    hello(1, 1, 0);
    hello(2, 2, 0);
    sent("abc", 2, 0);
    sent("def", 1, 0);
    offer_each("ghi");
    nothing_sent(0);
    hello(3, 3, 0);
    dispatch_bye(d, 3);
    hello(4, 1, 0);
    sent("ghi", 4, 0);
}
END_TEST

START_TEST(who_grants_no_credit_gets_nothing)
{
    offer_each("abc");
    hello(1, 0, 0);
    nothing_sent(0);
}
END_TEST

START_TEST(only_its_holder_can_finish_a_delivery_and_only_once)
{
    offer_each("a");
    hello(1, 9, 0);
    hello(2, 9, 0);
    uint64_t id = sent("a", 1, 0);
    ck_assert_uint_eq(dispatch_done(d, 2, id), 0);
    ck_assert_uint_eq(dispatch_done(d, 1, id + 1), 0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 1);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 0);
    ck_assert_uint_eq(dispatch_held(d), 0);
}
END_TEST

/* The oldest that is in doubt was held by this worker; it is settled with these deaths. */
static void settle(uint64_t key, const uint32_t *deaths)
{
    struct dispatch_doubt doubt;
    ck_assert(dispatch_doubt(d, &doubt));
    ck_assert_uint_eq(doubt.key, key);
    dispatch_settle(d, doubt.delivery_id, deaths);
}

/* Silent for too long. */
static void die(uint64_t key, int64_t now_ms)
{
    (void)key;
    dispatch_tick(d, now_ms + SILENCE + 1);
}

START_TEST(what_a_dead_worker_held_waits_for_its_death_to_be_recorded)
{
    static const uint32_t once[] = { 1, 1, 1 };
    hello(1, 6, 0);
    offer_each("abcdef");
    uint64_t first = sent("abc", 1, 0);
    sent("def", 1, 0);
    die(1, 0);
    ck_assert_uint_eq(dispatch_workers(d), 0);
    hello(2, 9, 6000);
    nothing_sent(6000);
    ck_assert_uint_eq(dispatch_held(d), 6);
    settle(1, once);
    ck_assert_uint_gt(sent("abc", 2, 6000), first);
    nothing_sent(6000);
    settle(1, once);
    sent("def", 2, 6000);
    ck_assert_uint_eq(dispatch_done(d, 1, first), 0);
    ck_assert_uint_eq(dispatch_redeliveries(d), 2);
}
END_TEST

START_TEST(what_died_in_two_hands_goes_alone_to_an_idle_worker)
{
    static const uint32_t deaths[] = { 1, 2, 1 };
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, 0);
    die(1, 0);
    hello(2, 9, 6000);
    settle(1, deaths);
    uint64_t alone = sent("b", 2, 6000);
    ck_assert_uint_eq(parcel.attempts, 2);
    sent("ac", 2, 6000);
    ck_assert_uint_eq(parcel.attempts, 0);
    ck_assert_uint_eq(dispatch_done(d, 2, alone), 1);
    ck_assert_uint_eq(dispatch_held(d), 2);
}
END_TEST

START_TEST(a_worker_that_is_set_apart_gets_one_suspect_at_a_time)
{
    static const uint32_t deaths[] = { 3, 2, 4 };
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, 0);
    die(1, 0);
    hello(2, 9, 6000);
    settle(1, deaths);
    offer_each("d");
    uint64_t id = sent("a", 2, 6000);
    nothing_sent(6000);
    ck_assert_uint_eq(dispatch_done(d, 2, id), 1);
    id = sent("b", 2, 6000);
    nothing_sent(6000);
    hello(3, 9, 6000);
    sent("d", 3, 6000);
    ck_assert_uint_eq(dispatch_done(d, 2, id), 1);
    id = sent("c", 2, 6000);
    ck_assert_uint_eq(parcel.attempts, 4);
}
END_TEST

START_TEST(a_suspect_from_the_log_goes_alone_too)
{
    hello(1, 9, 0);
    offer_each("a");
    ck_ok(dispatch_offer(
        d, &(struct dispatch_item){ .inquiry = 'b', .attempts = 3, .bytes = { "b", 1 } }));
    sent("b", 1, 0);
    ck_assert_uint_eq(parcel.attempts, 3);
}
END_TEST

START_TEST(what_was_judged_before_its_worker_died_is_done)
{
    static const uint32_t deaths[] = { DISPATCH_JUDGED, 1, DISPATCH_JUDGED };
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, 0);
    die(1, 0);
    hello(2, 9, 6000);
    settle(1, deaths);
    sent("b", 2, 6000);
    ck_assert_uint_eq(dispatch_held(d), 1);
}
END_TEST

START_TEST(who_said_farewell_did_not_die_of_what_it_held)
{
    struct dispatch_doubt doubt;
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, 0);
    dispatch_bye(d, 1);
    dispatch_tick(d, 4 * SILENCE + 1);
    ck_assert(!dispatch_doubt(d, &doubt));
    hello(2, 9, 4 * SILENCE + 1);
    sent("abc", 2, 4 * SILENCE + 1);
}
END_TEST

START_TEST(a_worker_that_moved_gets_what_it_held_again)
{
    struct dispatch_doubt doubt;
    hello(1, 9, 0);
    offer_each("abc");
    uint64_t old = sent("abc", 1, 0);
    dispatch_moved(d, 1);
    ck_assert(!dispatch_doubt(d, &doubt));
    ck_assert_uint_gt(sent("abc", 1, 0), old);
}
END_TEST

START_TEST(who_cannot_be_reached_is_dead_soon_and_did_not_get_the_last)
{
    static const uint32_t once[] = { 1, 1, 1 };
    hello(1, 9, 0);
    offer_each("abcd");
    sent("abc", 1, 0);
    uint64_t unsent = sent("d", 1, 0);
    dispatch_unreachable(d, 1, unsent, 100);
    nothing_sent(100);
    hello(2, 9, 100);
    sent("d", 2, 100);
    dispatch_tick(d, 100 + ABSENCE);
    ck_assert_uint_eq(dispatch_workers(d), 2);
    dispatch_tick(d, 101 + ABSENCE);
    ck_assert_uint_eq(dispatch_workers(d), 1);
    settle(1, once);
    sent("abc", 2, 700);
}
END_TEST

static void ping(uint64_t key, uint64_t waiting, int64_t now_ms)
{
    ck_assert(dispatch_ping(d, key, waiting, now_ms));
}

START_TEST(who_is_late_gets_nothing_more_before_its_hands_are_empty)
{
    struct dispatch_doubt doubt;
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, 1);
    ping(1, 3, DEADLINE);
    dispatch_tick(d, DEADLINE + 2);
    ck_assert(!dispatch_doubt(d, &doubt));
    nothing_sent(DEADLINE + 2);
    ping(1, 1, DEADLINE + 3);
    nothing_sent(DEADLINE + 3);
    ping(1, 0, DEADLINE + 4);
    sent("abc", 1, DEADLINE + 4);
}
END_TEST

START_TEST(who_is_late_may_still_finish_what_went_to_nobody_else)
{
    hello(1, 9, 0);
    offer_each("abc");
    uint64_t id = sent("abc", 1, 1);
    dispatch_tick(d, DEADLINE + 2);
    ck_assert_uint_eq(dispatch_done(d, 2, id), 0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    ck_assert_uint_eq(dispatch_held(d), 0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 0);
}
END_TEST

START_TEST(who_is_late_has_not_done_what_joined_it_meanwhile)
{
    hello(1, 9, 0);
    offer_each("ab");
    uint64_t id = sent("ab", 1, 1);
    dispatch_tick(d, DEADLINE + 2);
    offer_each("c");
    ck_assert_uint_eq(dispatch_done(d, 1, id), 0);
    ck_assert_uint_eq(dispatch_held(d), 3);
}
END_TEST

START_TEST(what_was_never_delivered_cannot_be_done)
{
    hello(1, 9, 0);
    offer_each("ab");
    ck_assert_uint_eq(dispatch_done(d, 0, 0), 0);
    sent("ab", 1, 1);
    dispatch_tick(d, DEADLINE + 2);
    offer_each("c");
    ck_assert_uint_eq(dispatch_done(d, 1, 0), 0);
    ck_assert_uint_eq(dispatch_held(d), 3);
}
END_TEST

START_TEST(who_takes_leave_is_given_time_to_finish)
{
    struct dispatch_doubt doubt;
    hello(1, 9, 0);
    offer_each("abc");
    uint64_t id = sent("abc", 1, 4 * SILENCE - DEADLINE);
    dispatch_bye(d, 1);
    dispatch_tick(d, 4 * SILENCE);
    ck_assert_uint_eq(dispatch_redeliveries(d), 0);
    ck_assert(!dispatch_doubt(d, &doubt));
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
}
END_TEST

START_TEST(the_dead_are_not_known)
{
    hello(1, 9, 0);
    ck_assert(dispatch_knows(d, 1));
    die(1, 0);
    ck_assert(!dispatch_knows(d, 1));
}
END_TEST

START_TEST(who_slept_himself_buries_nobody)
{
    hello(1, 9, 1);
    dispatch_tick(d, 100);
    dispatch_tick(d, 100 + 4 * SILENCE);
    ck_assert_uint_eq(dispatch_workers(d), 1);
    for (int64_t now = 100 + 4 * SILENCE; now <= 100 + 5 * SILENCE; now += 200)
        dispatch_tick(d, now);
    ck_assert_uint_eq(dispatch_workers(d), 0);
}
END_TEST

START_TEST(who_is_not_known_cannot_ping)
{
    ck_assert(!dispatch_ping(d, 7, 1, 0));
}
END_TEST

START_TEST(what_is_given_back_goes_to_another)
{
    hello(1, 9, 0);
    offer_each("abc");
    uint64_t id = sent("abc", 1, 0);
    hello(2, 10, 0);
    dispatch_release(d, 2, id);
    nothing_sent(0);
    dispatch_release(d, 1, id);
    sent("abc", 2, 0);
}
END_TEST

START_TEST(nobody_gets_more_bytes_than_its_credit_unless_it_holds_nothing)
{
    ck_ok(dispatch_hello(
        d, &(struct dispatch_worker){ .key = 1, .credit = 9, .credit_bytes = 4 }, 0));
    ck_ok(offer("abcdef"));
    offer_each("ghi");
    uint64_t id = sent("abcdefgh", 1, 0);
    nothing_sent(0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    sent("i", 1, 0);
}
END_TEST

START_TEST(a_closed_window_sends_nothing_and_may_be_finished)
{
    hello(1, 9, 0);
    offer_each("abcd");
    uint64_t id = sent("abc", 1, 0);
    dispatch_close(d);
    nothing_sent(0);
    ck_assert_uint_eq(dispatch_out(d), 3);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    ck_assert_uint_eq(dispatch_out(d), 0);
}
END_TEST

START_TEST(deliveries_are_numbered_from_where_they_are_told)
{
    dispatch_free(&d);
    ck_ok(dispatch_new(
        &d, &(struct dispatch_options){ .max_items = 9, .max_bytes = 9, .last_delivery = 77 }));
    hello(1, 9, 0);
    offer_each("a");
    ck_assert_uint_eq(sent("a", 1, 0), 78);
}
END_TEST

START_TEST(a_sign_of_life_keeps_what_is_held_and_sets_the_credit)
{
    hello(1, 3, 0);
    offer_each("abcdef");
    uint64_t id = sent("abc", 1, 0);
    nothing_sent(0);
    hello(1, 6, 0);
    sent("def", 1, 0);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
}
END_TEST

START_TEST(a_leaving_worker_finishes_but_gets_nothing_more)
{
    hello(1, 9, 0);
    offer_each("abcd");
    uint64_t id = sent("abc", 1, 0);
    dispatch_bye(d, 1);
    ck_assert_uint_eq(dispatch_workers(d), 0);
    hello(1, 9, 10);
    nothing_sent(10);
    ck_assert_uint_eq(dispatch_done(d, 1, id), 3);
    hello(2, 9, 10);
    sent("d", 2, 10);
}
END_TEST

START_TEST(a_silent_worker_is_dead)
{
    hello(1, 9, 0);
    offer_each("abc");
    sent("abc", 1, SILENCE);
    hello(1, 9, 10);
    dispatch_tick(d, SILENCE + 10);
    ck_assert_uint_eq(dispatch_workers(d), 1);
    dispatch_tick(d, SILENCE + 11);
    ck_assert_uint_eq(dispatch_workers(d), 0);
}
END_TEST

START_TEST(what_is_out_for_too_long_is_sent_again_under_a_new_id)
{
    hello(1, 9, 0);
    offer_each("abcd");
    uint64_t late = sent("abc", 1, 0);
    uint64_t other = sent("d", 1, 1);
    dispatch_tick(d, DEADLINE);
    ck_assert_uint_eq(dispatch_redeliveries(d), 0);
    dispatch_tick(d, DEADLINE + 1);
    ck_assert_uint_eq(dispatch_redeliveries(d), 1);
    ping(1, 0, DEADLINE + 1);
    ck_assert_uint_eq(dispatch_held(d), 4);
    ck_assert_uint_gt(sent("abc", 1, DEADLINE + 1), other);
    ck_assert_uint_eq(dispatch_done(d, 1, late), 0);
    ck_assert_uint_eq(dispatch_done(d, 1, other), 1);
}
END_TEST

START_TEST(too_many_workers_are_refused)
{
    for (uint64_t key = 0; key < DISPATCH_WORKERS_MAX; key++)
        hello(key, 1, key == 7 ? 0 : 10);
    ck_fails(dispatch_hello(d, &(struct dispatch_worker){ .key = 999 }, 0), ENOSPC);
    hello(5, 2, 10);
    dispatch_tick(d, SILENCE + 1);
    hello(999, 1, 0);
}
END_TEST

static TCase *promises(void)
{
    TCase *tests = tcase_create("promises");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, items_join_a_parcel_while_it_has_room, 0, EKC_COUNT(joins));
    tcase_add_test(tests, what_is_out_is_joined_by_nothing);
    tcase_add_test(tests, a_full_window_says_so_and_takes_more_when_work_is_done);
    tcase_add_test(tests, a_window_is_full_by_bytes_too);
    tcase_add_test(tests, work_goes_to_whoever_has_the_most_free_credit);
    tcase_add_test(tests, nobody_gets_more_than_its_credit);
    tcase_add_test(tests, a_parcel_larger_than_every_credit_goes_to_an_idle_worker);
    tcase_add_test(tests, who_grants_no_credit_gets_nothing);
    tcase_add_test(tests, only_its_holder_can_finish_a_delivery_and_only_once);
    tcase_add_test(tests, what_a_dead_worker_held_waits_for_its_death_to_be_recorded);
    tcase_add_test(tests, what_died_in_two_hands_goes_alone_to_an_idle_worker);
    tcase_add_test(tests, a_worker_that_is_set_apart_gets_one_suspect_at_a_time);
    tcase_add_test(tests, a_suspect_from_the_log_goes_alone_too);
    tcase_add_test(tests, what_was_judged_before_its_worker_died_is_done);
    tcase_add_test(tests, who_said_farewell_did_not_die_of_what_it_held);
    tcase_add_test(tests, a_worker_that_moved_gets_what_it_held_again);
    tcase_add_test(tests, who_cannot_be_reached_is_dead_soon_and_did_not_get_the_last);
    tcase_add_test(tests, who_is_late_gets_nothing_more_before_its_hands_are_empty);
    tcase_add_test(tests, who_is_late_may_still_finish_what_went_to_nobody_else);
    tcase_add_test(tests, who_is_late_has_not_done_what_joined_it_meanwhile);
    tcase_add_test(tests, what_was_never_delivered_cannot_be_done);
    tcase_add_test(tests, who_takes_leave_is_given_time_to_finish);
    tcase_add_test(tests, the_dead_are_not_known);
    tcase_add_test(tests, who_slept_himself_buries_nobody);
    tcase_add_test(tests, who_is_not_known_cannot_ping);
    tcase_add_test(tests, what_is_given_back_goes_to_another);
    tcase_add_test(tests, nobody_gets_more_bytes_than_its_credit_unless_it_holds_nothing);
    tcase_add_test(tests, a_closed_window_sends_nothing_and_may_be_finished);
    tcase_add_test(tests, deliveries_are_numbered_from_where_they_are_told);
    tcase_add_test(tests, a_sign_of_life_keeps_what_is_held_and_sets_the_credit);
    tcase_add_test(tests, a_leaving_worker_finishes_but_gets_nothing_more);
    tcase_add_test(tests, a_silent_worker_is_dead);
    tcase_add_test(tests, what_is_out_for_too_long_is_sent_again_under_a_new_id);
    tcase_add_test(tests, too_many_workers_are_refused);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("dispatch");
    suite_add_tcase(suite, promises());
    return ekc_check_run(suite);
}
