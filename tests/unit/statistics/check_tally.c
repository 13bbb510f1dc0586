/* check_tally.c - facts add up into exactly the counters they belong to. */
#include <stdio.h>

#include "statistics/period.h"
#include "statistics/tally.h"
#include "support/ekc_check.h"

enum { TEXT_SIZE = 2048 };

static const struct rollups rollups = {
    .count = 4,
    .rows = { { 1, MEASURE_RECEIVED, false, DIMENSION_NONE, DIMENSION_NONE },
              { 2, MEASURE_JUDGED, false, DIMENSION_NONE, DIMENSION_NONE },
              { 3, MEASURE_JUDGED, false, DIMENSION_CHANNEL, DIMENSION_NONE },
              { 4, MEASURE_JUDGED, true, DIMENSION_AREA, DIMENSION_TOPIC } },
};

static struct tally *tally;
static char seen[TEXT_SIZE];

static void open_tally(void)
{
    ck_ok(tally_new(&tally, &rollups));
    seen[0] = '\0';
}

static void close_tally(void)
{
    tally_free(&tally);
}

static struct tally_fact fact(enum measure measure, const char *day, const char *channel,
                              const char *area, const char *topic)
{
    struct tally_fact fact = {
        .measure = measure, .values = { "", area, topic, "resident", channel, "1", "", "sure" }
    };
    ck_ok(period_parse(day, &fact.day));
    return fact;
}

static void add(struct tally_fact fact, int64_t delta)
{
    ck_ok(tally_add(tally, &fact, delta));
}

static void write_row(void *self, const struct tally_row *row)
{
    char day[PERIOD_DAY_SIZE];
    size_t len = strlen(self);
    period_format(row->day, day);
    (void)snprintf((char *)self + len, TEXT_SIZE - len, "%d %s %s/%s %+ld; ", row->rollup, day,
                   row->a, row->b, (long)row->n);
}

START_TEST(an_inquiry_received_is_no_inquiry_judged)
{
    add(fact(MEASURE_RECEIVED, "2022-01-05", "form", "", ""), 1);
    tally_each(tally, write_row, seen);
    ck_assert_str_eq(seen, "1 2022-01-05 / +1; ");
}
END_TEST

START_TEST(a_judged_inquiry_is_in_each_of_its_counters_by_day_and_by_month)
{
    add(fact(MEASURE_JUDGED, "2022-01-05", "form", "land", "land_lease"), 1);
    add(fact(MEASURE_JUDGED, "2022-01-31", "form", "land", "land_lease"), 1);
    tally_each(tally, write_row, seen);
    ck_assert_str_eq(seen, "2 2022-01-05 / +1; 2 2022-01-31 / +1; "
                           "3 2022-01-05 form/ +1; 3 2022-01-31 form/ +1; "
                           "4 2022-01-01 land/land_lease +2; ");
}
END_TEST

START_TEST(a_changed_judgement_leaves_only_what_changed)
{
    add(fact(MEASURE_JUDGED, "2022-01-05", "form", "land", "land_lease"), -1);
    add(fact(MEASURE_JUDGED, "2022-01-06", "form", "land", "land_lease"), -1);
    add(fact(MEASURE_JUDGED, "2022-01-05", "form", "gkh", "roof"), 1);
    add(fact(MEASURE_JUDGED, "2022-01-06", "form", "gkh", "roof"), 1);
    tally_each(tally, write_row, seen);
    ck_assert_str_eq(seen, "4 2022-01-01 gkh/roof +2; 4 2022-01-01 land/land_lease -2; ");
}
END_TEST

START_TEST(a_cleared_tally_starts_from_nothing)
{
    add(fact(MEASURE_JUDGED, "2022-01-05", "form", "land", "land_lease"), 1);
    tally_clear(tally);
    ck_assert_uint_eq(tally_count(tally), 0);
    add(fact(MEASURE_RECEIVED, "2022-01-05", "form", "", ""), 1);
    tally_each(tally, write_row, seen);
    ck_assert_str_eq(seen, "1 2022-01-05 / +1; ");
}
END_TEST

static void sum(void *self, const struct tally_row *row)
{
    *(int64_t *)self += row->n;
}

START_TEST(so_many_counters_that_the_table_grows_lose_nothing)
{
    enum { FACTS = 20000 };
    int64_t total = 0;
    for (int i = 0; i < FACTS; i++) {
        char topic[16];
        (void)snprintf(topic, sizeof topic, "t%d", i / 2);
        add(fact(MEASURE_JUDGED, "2022-01-05", "form", "land", topic), 1);
    }
    ck_assert_uint_eq(tally_count(tally), FACTS / 2 + 2);
    tally_each(tally, sum, &total);
    add(fact(MEASURE_JUDGED, "2022-01-05", "form", "land", "t0"), 1);
    ck_assert_uint_eq(tally_count(tally), FACTS / 2 + 2);
    ck_assert_int_eq(total, 3 * FACTS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tests = tcase_create("tally");
    tcase_add_checked_fixture(tests, open_tally, close_tally);
    tcase_add_test(tests, an_inquiry_received_is_no_inquiry_judged);
    tcase_add_test(tests, a_judged_inquiry_is_in_each_of_its_counters_by_day_and_by_month);
    tcase_add_test(tests, a_changed_judgement_leaves_only_what_changed);
    tcase_add_test(tests, a_cleared_tally_starts_from_nothing);
    tcase_add_test(tests, so_many_counters_that_the_table_grows_lose_nothing);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
