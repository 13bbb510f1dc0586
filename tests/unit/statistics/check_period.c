/* check_period.c - days, months, quarters and years are Moscow's. */
#include <errno.h>

#include "statistics/period.h"
#include "support/ekc_check.h"

static const struct {
    int64_t at_s;
    const char *day;
} instants[] = {
    { 0, "1970-01-01" },
    { -10801, "1969-12-31" },
    { 946673999, "1999-12-31" },  /* 23:59:59 in winter */
    { 946674000, "2000-01-01" },  /* UTC+3 */
    { 1301173199, "2011-03-26" }, /* a second before midnight, UTC+3 */
    { 1301173200, "2011-03-27" },
    { 1309463999, "2011-06-30" }, /* UTC+4 */
    { 1309464000, "2011-07-01" },
    { 1388519999, "2013-12-31" }, /* winter, still UTC+4 */
    { 1388520000, "2014-01-01" },
    { 1414267200, "2014-10-26" }, /* the day the clocks went back for good */
    { 1488315599, "2017-02-28" }, /* UTC+3 */
    { 1488315600, "2017-03-01" },
    { 1277927999, "2010-06-30" }, /* summer by the old rule, UTC+4 */
    { 1277928000, "2010-07-01" },
    { 1288461599, "2010-10-30" }, /* the evening before the clocks went back */
};

START_TEST(an_instant_belongs_to_its_moscow_day)
{
    char text[PERIOD_DAY_SIZE];
    period_format(period_day(instants[_i].at_s * 1000000), text);
    ck_assert_str_eq(text, instants[_i].day);
}
END_TEST

START_TEST(the_last_microsecond_of_a_day_is_of_that_day)
{
    char text[PERIOD_DAY_SIZE];
    period_format(period_day(1488315600 * 1000000LL - 1), text);
    ck_assert_str_eq(text, "2017-02-28");
}
END_TEST

static const char *const malformed[] = {
    "",           "2022",       "2022-1-1",   "2022-13-01", "2022-00-01", "2022-02-29",
    "2022-02-00", "2022/01/01", "22-01-01",   "2022-01-32", "+022-01-01", "2022-01-01 ",
    "1899-12-31", "2200-01-01", "2022-01-0a", "2022--1-01",
};

START_TEST(what_is_no_day_is_refused)
{
    int32_t day = 0;
    ck_fails(period_parse(malformed[_i], &day), EINVAL);
}
END_TEST

START_TEST(every_day_reads_back_as_it_was_written)
{
    int32_t from = 0, to = 0;
    ck_ok(period_parse("1900-01-01", &from));
    ck_ok(period_parse("2199-12-31", &to));
    for (int32_t day = from; day <= to; day++) {
        char text[PERIOD_DAY_SIZE];
        int32_t read = 0;
        period_format(day, text);
        ck_ok(period_parse(text, &read));
        ck_assert_int_eq(read, day);
    }
}
END_TEST

static const struct {
    enum period period;
    const char *day, *from, *to;
} periods[] = {
    { PERIOD_DAY, "2022-05-17", "2022-05-17", "2022-05-17" },
    { PERIOD_MONTH, "2024-02-10", "2024-02-01", "2024-02-29" },
    { PERIOD_MONTH, "2022-12-31", "2022-12-01", "2022-12-31" },
    { PERIOD_QUARTER, "2023-03-31", "2023-01-01", "2023-03-31" },
    { PERIOD_QUARTER, "2022-11-01", "2022-10-01", "2022-12-31" },
    { PERIOD_YEAR, "2020-02-29", "2020-01-01", "2020-12-31" },
};

START_TEST(a_day_lies_in_its_whole_period)
{
    char text[PERIOD_DAY_SIZE];
    int32_t day = 0;
    ck_ok(period_parse(periods[_i].day, &day));
    struct span span = period_around(periods[_i].period, day);
    period_format(span.from, text);
    ck_assert_str_eq(text, periods[_i].from);
    period_format(span.to, text);
    ck_assert_str_eq(text, periods[_i].to);
}
END_TEST

static const struct {
    enum period period;
    const char *from, *to;
    int64_t count;
} spans[] = {
    { PERIOD_WHOLE, "2017-03-01", "2023-03-31", 1 },
    { PERIOD_DAY, "2022-01-01", "2022-12-31", 365 },
    { PERIOD_MONTH, "2021-12-31", "2022-01-01", 2 },
    { PERIOD_QUARTER, "2017-03-01", "2023-03-31", 25 },
    { PERIOD_YEAR, "2017-03-01", "2023-03-31", 7 },
};

START_TEST(a_span_touches_so_many_periods)
{
    struct span span = { 0 };
    ck_ok(period_parse(spans[_i].from, &span.from));
    ck_ok(period_parse(spans[_i].to, &span.to));
    ck_assert_int_eq(period_count(spans[_i].period, span), spans[_i].count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("period");
    TCase *tests = tcase_create("period");
    tcase_add_loop_test(tests, an_instant_belongs_to_its_moscow_day, 0, EKC_COUNT(instants));
    tcase_add_test(tests, the_last_microsecond_of_a_day_is_of_that_day);
    tcase_add_loop_test(tests, what_is_no_day_is_refused, 0, EKC_COUNT(malformed));
    tcase_add_test(tests, every_day_reads_back_as_it_was_written);
    tcase_add_loop_test(tests, a_day_lies_in_its_whole_period, 0, EKC_COUNT(periods));
    tcase_add_loop_test(tests, a_span_touches_so_many_periods, 0, EKC_COUNT(spans));
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
