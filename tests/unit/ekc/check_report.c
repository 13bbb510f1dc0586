/* check_report.c - numbers and nouns as Russian writes them, and what a report derives. */
#include "ekc/report.h"
#include "ekc/report_words.h"
#include "support/ekc_check.h"

#define NBSP "\xc2\xa0"

static const struct {
    uint64_t number;
    const char *ru, *en, *noun;
} numbers[] = {
    { 0, "0", "0", "обращений" },
    { 1, "1", "1", "обращение" },
    { 2, "2", "2", "обращения" },
    { 5, "5", "5", "обращений" },
    { 11, "11", "11", "обращений" },
    { 12, "12", "12", "обращений" },
    { 21, "21", "21", "обращение" },
    { 104, "104", "104", "обращения" },
    { 111, "111", "111", "обращений" },
    { 1001, "1" NBSP "001", "1,001", "обращение" },
    { 168300, "168" NBSP "300", "168,300", "обращений" },
    { 1234567, "1" NBSP "234" NBSP "567", "1,234,567", "обращений" },
};

START_TEST(numbers_are_grouped_and_nouns_declined)
{
    char text[WORDS_SIZE];
    words_number(REPORT_RU, numbers[_i].number, text);
    ck_assert_str_eq(text, numbers[_i].ru);
    words_number(REPORT_EN, numbers[_i].number, text);
    ck_assert_str_eq(text, numbers[_i].en);
    ck_assert_str_eq(words_inquiries(REPORT_RU, numbers[_i].number), numbers[_i].noun);
}
END_TEST

START_TEST(shares_and_growth_have_a_comma_a_space_and_a_sign)
{
    char text[WORDS_SIZE];
    words_percent(REPORT_RU, 0.1274, true, text);
    ck_assert_str_eq(text, "+12,7" NBSP "%");
    words_percent(REPORT_RU, -0.121, true, text);
    ck_assert_str_eq(text, "\xe2\x88\x92"
                           "12,1" NBSP "%");
    words_percent(REPORT_EN, 0.5, false, text);
    ck_assert_str_eq(text, "50.0%");
}
END_TEST

START_TEST(width_counts_letters_not_bytes)
{
    ck_assert_uint_eq(words_width("Письмо ×3"), 9);
}
END_TEST

static const struct {
    const char *years; /* for each from 2017: w = whole, p = partial */
    uint64_t values[4];
    int from, to; /* 0 = nothing to compare */
    bool is_partial;
    double value;
} comparisons[] = {
    { "pwwp", { 100, 200, 360, 50 }, 2017, 2019, true, 3.6 },
    { "www", { 100, 200, 50 }, 2017, 2019, false, 0.5 },
    { "pp", { 100, 200 }, 0, 0, false, 0 },
    { "w", { 100 }, 0, 0, false, 0 },
    { "", { 0 }, 0, 0, false, 0 },
};

START_TEST(the_last_whole_year_is_compared_with_the_first)
{
    static const char *const days[] = { "2017-03-01", "2018-01-01", "2019-01-01",
                                        "2020-01-01" };
    Ekc__V1__Figure list[4], *years[4];
    Ekc__V1__Figures figures = EKC__V1__FIGURES__INIT;
    figures.figures = years;
    for (size_t i = 0; comparisons[_i].years[i]; i++) {
        ekc__v1__figure__init(&list[i]);
        list[i].from = (char *)days[i];
        list[i].partial = comparisons[_i].years[i] == 'p';
        list[i].value = comparisons[_i].values[i];
        years[figures.n_figures++] = &list[i];
    }
    struct report_ratio ratio = report_compare(&figures);
    ck_assert_int_eq(ratio.from_year, comparisons[_i].from);
    ck_assert_int_eq(ratio.to_year, comparisons[_i].to);
    ck_assert_double_eq_tol(ratio.value, comparisons[_i].value, 1e-9);
    ck_assert(ratio.is_from_partial == comparisons[_i].is_partial);
}
END_TEST

static const struct {
    Ekc__V1__Period period;
    Ekc__V1__Dimension group;
    const char *key, *ru, *en;
} names[] = {
    { EKC__V1__PERIOD__PERIOD_YEAR, 0, "", "2022", "2022" },
    { EKC__V1__PERIOD__PERIOD_QUARTER, 0, "", "2022, 4 квартал", "2022, 4 quarter" },
    { EKC__V1__PERIOD__PERIOD_MONTH, 0, "", "2022-11", "2022-11" },
    { EKC__V1__PERIOD__PERIOD_DAY, 0, "", "2022-11-05", "2022-11-05" },
    { 1, EKC__V1__DIMENSION__DIMENSION_TOPIC, "sale", "Продажа", "Sale" },
    { 1, EKC__V1__DIMENSION__DIMENSION_TOPIC, "new", "new", "new" },
    { 1, EKC__V1__DIMENSION__DIMENSION_TOPIC, "", "тема не определена",
      "topic not determined" },
    { 1, EKC__V1__DIMENSION__DIMENSION_OKRUG, "", "не указано", "not given" },
    { 1, EKC__V1__DIMENSION__DIMENSION_VERDICT_STATUS, "unsure", "неуверенный", "unsure" },
};

START_TEST(rows_bear_the_catalogs_names)
{
    Ekc__V1__Topic topic = EKC__V1__TOPIC__INIT, *topics[] = { &topic };
    topic.id = (char *)"sale";
    topic.name_ru = (char *)"Продажа";
    topic.name_en = (char *)"Sale";
    Ekc__V1__Catalog catalog = EKC__V1__CATALOG__INIT;
    catalog.n_topics = 1;
    catalog.topics = topics;

    char *key = (char *)names[_i].key, text[64];
    Ekc__V1__Figure figure = EKC__V1__FIGURE__INIT;
    figure.from = (char *)"2022-11-05";
    figure.n_keys = 1;
    figure.keys = &key;
    const struct report_plan plan = { .period = names[_i].period, .group = names[_i].group };
    const struct report_section section = { .plan = &plan };
    struct report report = { .catalog = &catalog };
    report_name(&report, &section, &figure, text, sizeof text);
    ck_assert_str_eq(text, names[_i].ru);
    report.language = REPORT_EN;
    report_name(&report, &section, &figure, text, sizeof text);
    ck_assert_str_eq(text, names[_i].en);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *tests = tcase_create("report");
    tcase_add_loop_test(tests, numbers_are_grouped_and_nouns_declined, 0, EKC_COUNT(numbers));
    tcase_add_test(tests, shares_and_growth_have_a_comma_a_space_and_a_sign);
    tcase_add_test(tests, width_counts_letters_not_bytes);
    tcase_add_loop_test(tests, the_last_whole_year_is_compared_with_the_first, 0,
                        EKC_COUNT(comparisons));
    tcase_add_loop_test(tests, rows_bear_the_catalogs_names, 0, EKC_COUNT(names));
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
