/* check_figures.c - every period has its figures, with zeros, growth and partial periods told.
 */
#include <errno.h>
#include <stdio.h>

#include "statistics/figures.h"
#include "support/ekc_check.h"

enum { TEXT_SIZE = 1024 };

static int32_t day(const char *text)
{
    int32_t number = 0;
    ck_ok(period_parse(text, &number));
    return number;
}

static void write_figures(const struct figures *figures, char text[static TEXT_SIZE])
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->list[i];
        char from[PERIOD_DAY_SIZE], growth[16] = "";
        period_format(figure->span.from, from);
        if (figure->has_growth)
            (void)snprintf(growth, sizeof growth, " %+.0f%%", figure->growth * 100);
        len += (size_t)snprintf(text + len, TEXT_SIZE - len, "%s%s %s=%ld(%ld)%s; ", from,
                                figure->is_partial ? "*" : "", figure->keys[0],
                                (long)figure->value, (long)figure->previous, growth);
    }
}

static void expect(const struct query *query, struct figures_row *rows, size_t count,
                   const char *want)
{
    struct span span = { day("2017-03-01"), day("2020-12-31") };
    struct figures figures = { 0 };
    char text[TEXT_SIZE];
    ck_ok(figures_compose(query, span, span, rows, count, &figures));
    write_figures(&figures, text);
    ck_assert_str_eq(text, want);
    figures_done(&figures);
}

START_TEST(a_year_without_inquiries_is_a_zero_and_growth_is_told_of_whole_years_alone)
{
    struct figures_row rows[] = { { day("2017-01-01"), { "", "" }, 10 },
                                  { day("2018-01-01"), { "", "" }, 20 },
                                  { day("2020-01-01"), { "", "" }, 30 } };
    const struct query query = { .measure = MEASURE_JUDGED, .period = PERIOD_YEAR };
    expect(
        &query, rows, EKC_COUNT(rows),
        "2017-03-01* =10(0); 2018-01-01 =20(10); 2019-01-01 =0(20) -100%; 2020-01-01 =30(0); ");
}
END_TEST

START_TEST(the_largest_stand_first_and_equals_by_key)
{
    struct figures_row rows[] = { { day("2017-01-01"), { "b", "" }, 5 },
                                  { day("2017-01-01"), { "a", "" }, 5 },
                                  { day("2017-01-01"), { "c", "" }, 9 } };
    const struct query query = { .measure = MEASURE_JUDGED,
                                 .period = PERIOD_WHOLE,
                                 .groups = { DIMENSION_AREA },
                                 .group_count = 1 };
    expect(&query, rows, EKC_COUNT(rows),
           "2017-03-01 c=9(0); 2017-03-01 a=5(0); 2017-03-01 b=5(0); ");
}
END_TEST

START_TEST(top_keeps_the_largest_of_each_period_and_the_total_of_all)
{
    struct figures_row rows[] = { { day("2017-01-01"), { "a", "" }, 5 },
                                  { day("2017-01-01"), { "b", "" }, 6 },
                                  { day("2019-01-01"), { "a", "" }, 8 },
                                  { day("2018-01-01"), { "a", "" }, 4 } };
    const struct query query = { .measure = MEASURE_JUDGED,
                                 .period = PERIOD_YEAR,
                                 .groups = { DIMENSION_AREA },
                                 .group_count = 1,
                                 .top = 1 };
    struct span span = { day("2017-01-01"), day("2019-12-31") };
    struct figures figures = { 0 };
    char text[TEXT_SIZE];
    ck_ok(figures_compose(&query, span, span, rows, EKC_COUNT(rows), &figures));
    write_figures(&figures, text);
    ck_assert_str_eq(text,
                     "2017-01-01 b=6(0); 2018-01-01 a=4(5) -20%; 2019-01-01 a=8(4) +100%; ");
    ck_assert_int_eq(figures.total, 23);
    figures_done(&figures);
}
END_TEST

START_TEST(a_question_without_answer_is_a_zero)
{
    const struct query query = { .measure = MEASURE_JUDGED, .period = PERIOD_WHOLE };
    struct figures_row none[1];
    expect(&query, none, 0, "2017-03-01 =0(0); ");
}
END_TEST

START_TEST(a_group_without_answer_is_no_figure)
{
    const struct query query = { .measure = MEASURE_JUDGED,
                                 .period = PERIOD_YEAR,
                                 .groups = { DIMENSION_AREA },
                                 .group_count = 1 };
    struct figures_row none[1];
    expect(&query, none, 0, "");
}
END_TEST

START_TEST(days_beyond_what_is_known_make_a_period_partial)
{
    struct figures_row rows[] = { { day("2022-01-01"), { "", "" }, 1 } };
    const struct query query = { .measure = MEASURE_JUDGED, .period = PERIOD_YEAR };
    struct span asked = { day("2022-01-01"), day("2022-12-31") };
    struct span known = { day("2022-01-01"), day("2022-11-30") };
    struct figures figures = { 0 };
    ck_ok(figures_compose(&query, asked, known, rows, 1, &figures));
    ck_assert(figures.list[0].is_partial);
    figures_done(&figures);
}
END_TEST

START_TEST(more_figures_than_an_answer_holds_are_too_many)
{
    enum { KEYS = 10 };
    static char names[KEYS][16];
    struct figures_row rows[KEYS];
    struct span span = { day("2017-01-01"), day("2019-12-31") };
    struct query query = { .measure = MEASURE_JUDGED,
                           .period = PERIOD_DAY,
                           .groups = { DIMENSION_AREA },
                           .group_count = 1 };
    for (int i = 0; i < KEYS; i++) {
        (void)snprintf(names[i], sizeof names[i], "k%d", i);
        rows[i] = (struct figures_row){ span.from, { names[i], "" }, 1 };
    }
    struct figures figures = { 0 };
    ck_fails(figures_compose(&query, span, span, rows, KEYS, &figures), E2BIG);
    query.top = 2;
    ck_ok(figures_compose(&query, span, span, rows, KEYS, &figures));
    ck_assert_uint_eq(figures.count, 2 * 1095);
    figures_done(&figures);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("figures");
    TCase *tests = tcase_create("figures");
    tcase_add_test(tests,
                   a_year_without_inquiries_is_a_zero_and_growth_is_told_of_whole_years_alone);
    tcase_add_test(tests, the_largest_stand_first_and_equals_by_key);
    tcase_add_test(tests, top_keeps_the_largest_of_each_period_and_the_total_of_all);
    tcase_add_test(tests, a_question_without_answer_is_a_zero);
    tcase_add_test(tests, a_group_without_answer_is_no_figure);
    tcase_add_test(tests, days_beyond_what_is_known_make_a_period_partial);
    tcase_add_test(tests, more_figures_than_an_answer_holds_are_too_many);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
