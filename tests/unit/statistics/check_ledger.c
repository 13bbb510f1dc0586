/* check_ledger.c - what wire and log bring is counted once, in order, and nothing is lost. */
#include <errno.h>
#include <stdio.h>

#include "statistics/ledger.h"
#include "unit/statistics/events.h"

static const struct rollups rollups = {
    .count = 2,
    .rows = { { 1, MEASURE_RECEIVED, false, DIMENSION_NONE, DIMENSION_NONE },
              { 2, MEASURE_JUDGED, false, DIMENSION_TOPIC, DIMENSION_NONE } },
};

enum { LANE = 7 };

static struct ledger ledger;
static struct ekc_buffer batch; /* one inquiry received */

static void open_ledger(void)
{
    ck_ok(ledger_init(&ledger, &rollups));
    ck_ok(ledger_load(&ledger, LANE, 0));
    events_add(&batch, 1, EVENTS_NOON_US, NULL, NULL);
}

static void close_ledger(void)
{
    ekc_buffer_done(&batch);
    ledger_done(&ledger);
}

static void wire(int64_t seq)
{
    ck_ok(ledger_wire(&ledger, LANE, seq, events_bytes(&batch), 1));
}

static void from_log(int64_t seq)
{
    ck_ok(ledger_log(&ledger, LANE, seq, events_bytes(&batch), 1));
}

static void sum(void *self, const struct tally_row *row)
{
    *(int64_t *)self += row->n;
}

static int64_t growing(void)
{
    int64_t total = 0;
    tally_each(ledger.growing.tally, sum, &total);
    return total;
}

/* Each row: what comes by the wire (w) and from the log (l), by seq; then what was counted, the
 * position, and whether the log must be read. */
static const struct {
    const char *what;
    int64_t counted, pos;
    bool needs_log;
} arrivals[] = {
    { "w1w2w3", 3, 3, false },   { "w1w1w2w1", 2, 2, false }, { "w1w3", 1, 1, true },
    { "w1w3w2", 3, 3, false },   { "w3w2w1", 3, 3, false },   { "w1w3l2", 3, 3, false },
    { "w3l1l2l3", 3, 3, false }, { "w5l1l2", 2, 2, true },    { "l1w1", 1, 1, false },
    { "w2w4l1", 2, 2, true },
};

START_TEST(each_batch_is_counted_once_whatever_way_it_comes)
{
    for (const char *c = arrivals[_i].what; *c; c += 2)
        (*c == 'w' ? wire : from_log)(c[1] - '0');
    ck_assert_int_eq(growing(), arrivals[_i].counted);
    ck_assert_int_eq(follow_lane(&ledger.follow, LANE)->pos, arrivals[_i].pos);
    ck_assert_int_eq(follow_due(&ledger.follow, 1) != NULL, arrivals[_i].needs_log);
}
END_TEST

START_TEST(a_hole_in_the_log_is_an_error)
{
    from_log(1);
    ck_fails(ledger_log(&ledger, LANE, 3, events_bytes(&batch), 1), EPROTO);
}
END_TEST

START_TEST(a_page_says_how_far_each_lane_went_and_by_which_way)
{
    wire(1);
    from_log(2);
    ck_ok(ledger_wire(&ledger, 3, 1, events_bytes(&batch), 1));
    ck_ok(ledger_turn(&ledger));

    const struct ledger_step *steps = ledger.writing.steps;
    ck_assert_uint_eq(ledger.writing.step_count, 2);
    ck_assert_int_eq(steps[0].lane, 3);
    ck_assert_int_eq(steps[1].lane, LANE);
    ck_assert_int_eq(steps[1].from, 0);
    ck_assert_int_eq(steps[1].to, 2);
    ck_assert_int_eq(steps[1].events[FOLLOW_WIRE], 1);
    ck_assert_int_eq(steps[1].events[FOLLOW_SWEEP], 1);
    ck_assert_int_eq(ledger.writing.newest_us, EVENTS_NOON_US);
}
END_TEST

START_TEST(what_comes_while_a_page_is_written_goes_into_the_next)
{
    wire(1);
    ck_ok(ledger_turn(&ledger));
    wire(2);
    ck_assert_int_eq(growing(), 1);
    ledger_committed(&ledger);
    ck_assert(ledger_has_news(&ledger));

    ck_ok(ledger_turn(&ledger));
    ck_assert_int_eq(ledger.writing.steps[0].from, 1);
    ck_assert_int_eq(ledger.writing.steps[0].to, 2);
    ck_assert_int_eq(ledger.writing.steps[0].events[FOLLOW_WIRE], 1);
    ledger_committed(&ledger);
    ck_assert(!ledger_has_news(&ledger));
    ck_assert_int_eq(growing(), 0);
}
END_TEST

START_TEST(what_was_forgotten_is_counted_again_from_the_stored_position)
{
    wire(1);
    ck_ok(ledger_turn(&ledger));
    wire(2);
    ledger_forget(&ledger);
    ck_ok(ledger_load(&ledger, LANE, 1));
    ck_assert(!ledger_has_news(&ledger));
    wire(1);
    ck_assert_int_eq(growing(), 0);
    wire(2);
    ck_assert_int_eq(growing(), 1);
}
END_TEST

START_TEST(what_is_no_batch_stays_to_be_read_from_the_log)
{
    ck_ok(ledger_wire(&ledger, LANE, 1, (struct ekc_bytes){ "\xff\xff", 2 }, 1));
    ck_assert_int_eq(follow_lane(&ledger.follow, LANE)->pos, 0);
    ck_assert_ptr_nonnull(follow_due(&ledger.follow, 1));
    ck_fails(ledger_log(&ledger, LANE, 1, (struct ekc_bytes){ "\xff\xff", 2 }, 1), EBADMSG);
}
END_TEST

START_TEST(a_new_judgement_takes_the_old_one_back)
{
    struct ekc_buffer judged = { 0 };
    int64_t total = 0;
    events_add(&judged, 1, EVENTS_NOON_US, NULL, "lease");
    events_add(&judged, 1, EVENTS_NOON_US, "lease", "sale");
    ck_ok(ledger_wire(&ledger, LANE, 1, events_bytes(&judged), 1));
    tally_each(ledger.growing.tally, sum, &total);
    ck_assert_int_eq(total, 1);
    ck_assert_uint_eq(tally_count(ledger.growing.tally), 2);
    ekc_buffer_done(&judged);
}
END_TEST

START_TEST(a_lane_a_little_ahead_in_the_log_is_left_to_the_wire)
{
    struct follow_lane *lane = follow_lane(&ledger.follow, LANE);
    follow_hear(lane, 2, 5000);
    ck_assert_ptr_null(follow_due(&ledger.follow, 5000 + FOLLOW_SILENCE_MS - 1));
    ck_ok(ledger_wire(&ledger, LANE, 1, events_bytes(&batch), 5900));
    ck_assert_ptr_null(follow_due(&ledger.follow, 5900 + FOLLOW_SILENCE_MS - 1));
    ck_assert_ptr_nonnull(follow_due(&ledger.follow, 5900 + FOLLOW_SILENCE_MS));
    wire(2);
    ck_assert_ptr_null(follow_due(&ledger.follow, 99999));
}
END_TEST

START_TEST(a_stretch_of_the_log_that_was_full_asks_for_more)
{
    from_log(1);
    ledger_log_read(&ledger, LANE, false);
    ck_assert_ptr_nonnull(follow_due(&ledger.follow, 1));
    ledger_log_read(&ledger, LANE, true);
    ck_assert_ptr_null(follow_due(&ledger.follow, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tests = tcase_create("ledger");
    tcase_add_checked_fixture(tests, open_ledger, close_ledger);
    tcase_add_loop_test(tests, each_batch_is_counted_once_whatever_way_it_comes, 0,
                        EKC_COUNT(arrivals));
    tcase_add_test(tests, a_hole_in_the_log_is_an_error);
    tcase_add_test(tests, a_page_says_how_far_each_lane_went_and_by_which_way);
    tcase_add_test(tests, what_comes_while_a_page_is_written_goes_into_the_next);
    tcase_add_test(tests, what_was_forgotten_is_counted_again_from_the_stored_position);
    tcase_add_test(tests, what_is_no_batch_stays_to_be_read_from_the_log);
    tcase_add_test(tests, a_new_judgement_takes_the_old_one_back);
    tcase_add_test(tests, a_lane_a_little_ahead_in_the_log_is_left_to_the_wire);
    tcase_add_test(tests, a_stretch_of_the_log_that_was_full_asks_for_more);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
