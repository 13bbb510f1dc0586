/* check_query.c - the least counter that covers a question answers it, else the facts do. */
#include "statistics/query.h"
#include "support/ekc_check.h"

static const struct rollups rollups = {
    .count = 6,
    .rows = { { 6, MEASURE_JUDGED, true, DIMENSION_APPLICANT_KIND, DIMENSION_AREA },
              { 5, MEASURE_JUDGED, true, DIMENSION_APPLICANT_KIND, DIMENSION_TOPIC },
              { 4, MEASURE_JUDGED, true, DIMENSION_AREA, DIMENSION_TOPIC },
              { 3, MEASURE_JUDGED, false, DIMENSION_AREA, DIMENSION_NONE },
              { 2, MEASURE_JUDGED, false, DIMENSION_NONE, DIMENSION_NONE },
              { 1, MEASURE_RECEIVED, false, DIMENSION_NONE, DIMENSION_NONE } },
};

static int32_t day(const char *text)
{
    int32_t number = 0;
    ck_ok(period_parse(text, &number));
    return number;
}

/* Data lies from 2017-03-10 to 2023-03-20. */
static const struct {
    enum measure measure;
    enum period period;
    const char *from, *to; /* NULL = not asked */
    enum dimension group, second, filter;
    int rollup; /* 0 = the facts */
} questions[] = {
    { MEASURE_RECEIVED, PERIOD_DAY, NULL, NULL, 0, 0, 0, 1 },
    { MEASURE_JUDGED, PERIOD_YEAR, NULL, NULL, 0, 0, 0, 2 },
    { MEASURE_JUDGED, PERIOD_DAY, NULL, NULL, DIMENSION_AREA, 0, 0, 3 },
    { MEASURE_JUDGED, PERIOD_WHOLE, NULL, NULL, DIMENSION_TOPIC, 0, 0, 5 },
    { MEASURE_JUDGED, PERIOD_WHOLE, NULL, NULL, DIMENSION_TOPIC, 0, DIMENSION_APPLICANT_KIND,
      5 },
    { MEASURE_JUDGED, PERIOD_YEAR, NULL, NULL, DIMENSION_AREA, DIMENSION_APPLICANT_KIND, 0, 6 },
    { MEASURE_JUDGED, PERIOD_YEAR, NULL, NULL, DIMENSION_APPLICANT_KIND, 0, 0, 6 },
    { MEASURE_JUDGED, PERIOD_YEAR, NULL, NULL, DIMENSION_AREA, 0, 0, 3 },
    { MEASURE_JUDGED, PERIOD_YEAR, NULL, NULL, DIMENSION_AREA, 0, DIMENSION_TOPIC, 4 },
    { MEASURE_JUDGED, PERIOD_DAY, NULL, NULL, DIMENSION_TOPIC, 0, 0, 0 },
    { MEASURE_JUDGED, PERIOD_WHOLE, "2022-01-15", NULL, DIMENSION_TOPIC, 0, 0, 0 },
    { MEASURE_JUDGED, PERIOD_WHOLE, NULL, "2022-01-15", DIMENSION_TOPIC, 0, 0, 0 },
    { MEASURE_JUDGED, PERIOD_WHOLE, "2022-01-01", "2022-01-31", DIMENSION_TOPIC, 0, 0, 5 },
    { MEASURE_JUDGED, PERIOD_WHOLE, "2017-03-05", "2023-03-25", DIMENSION_TOPIC, 0, 0, 5 },
    { MEASURE_JUDGED, PERIOD_WHOLE, NULL, NULL, DIMENSION_OKRUG, 0, 0, 0 },
    { MEASURE_JUDGED, PERIOD_WHOLE, NULL, NULL, DIMENSION_AREA, 0, DIMENSION_OKRUG, 0 },
    { MEASURE_RECEIVED, PERIOD_WHOLE, NULL, NULL, DIMENSION_CHANNEL, 0, 0, 0 },
};

START_TEST(a_question_is_answered_from_the_least_counter_that_covers_it)
{
    const char *values[] = { "x" };
    struct query query = { .measure = questions[_i].measure, .period = questions[_i].period };
    query.groups[0] = questions[_i].group;
    query.groups[1] = questions[_i].second;
    query.group_count = questions[_i].second ? 2 : questions[_i].group != 0;
    query.filters[0] = (struct query_filter){ .dimension = questions[_i].filter,
                                              .values = values,
                                              .count = 1 };
    query.filter_count = questions[_i].filter != 0;
    query.has_from = questions[_i].from != NULL;
    query.has_to = questions[_i].to != NULL;
    if (query.has_from)
        query.asked.from = day(questions[_i].from);
    if (query.has_to)
        query.asked.to = day(questions[_i].to);

    struct span known = { day("2017-03-10"), day("2023-03-20") };
    struct query_plan plan = query_plan(&query, &rollups, known);
    ck_assert_int_eq(plan.rollup ? plan.rollup->id : 0, questions[_i].rollup);
    ck_assert_int_eq(plan.span.from, query.has_from ? query.asked.from : known.from);
    ck_assert_int_eq(plan.span.to, query.has_to ? query.asked.to : known.to);
    if (plan.rollup && plan.rollup->is_monthly)
        ck_assert_int_eq(plan.read.from, period_around(PERIOD_MONTH, plan.span.from).from);
}
END_TEST

START_TEST(before_it_is_judged_an_inquiry_has_no_topic)
{
    ck_assert(query_knows(MEASURE_RECEIVED, DIMENSION_PORTAL));
    ck_assert(!query_knows(MEASURE_RECEIVED, DIMENSION_TOPIC));
    ck_assert(query_knows(MEASURE_JUDGED, DIMENSION_TOPIC));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query");
    TCase *tests = tcase_create("query");
    tcase_add_loop_test(tests, a_question_is_answered_from_the_least_counter_that_covers_it, 0,
                        EKC_COUNT(questions));
    tcase_add_test(tests, before_it_is_judged_an_inquiry_has_no_topic);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
