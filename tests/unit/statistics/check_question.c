/* check_question.c - a malformed question is refused by its field, a good one is read whole. */
#include <errno.h>

#include "statistics/question.h"
#include "support/ekc_check.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

enum { ARENA_SIZE = 65536 };

static ekc_arena *arena;

static void open_arena(void)
{
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
}

static void close_arena(void)
{
    ekc_arena_free(&arena);
}

/* Zero in groups and filters = no more of them; a filter of 9 is one without a dimension. */
static const struct {
    int measure, period;
    const char *from, *to;
    int groups[3], filters[3];
    int values; /* of each filter */
    Ekc__V1__RefusalCode code;
    const char *field;
} bad[] = {
    { 0, 1, "", "", { 0 }, { 0 }, 1, CODE(MISSING), "measure" },
    { 3, 1, "", "", { 0 }, { 0 }, 1, CODE(UNKNOWN_VALUE), "measure" },
    { 2, 0, "", "", { 0 }, { 0 }, 1, CODE(MISSING), "period" },
    { 2, 6, "", "", { 0 }, { 0 }, 1, CODE(UNKNOWN_VALUE), "period" },
    { 2, 1, "2022", "", { 0 }, { 0 }, 1, CODE(MALFORMED_VALUE), "from" },
    { 2, 1, "", "2022-02-30", { 0 }, { 0 }, 1, CODE(MALFORMED_VALUE), "to" },
    { 2, 1, "2022-02-02", "2022-02-01", { 0 }, { 0 }, 1, CODE(TOO_EARLY), "to" },
    { 2, 1, "", "", { 1, 2, 3 }, { 0 }, 1, CODE(TOO_MANY), "group_by" },
    { 2, 1, "", "", { 1, 1 }, { 0 }, 1, CODE(OUT_OF_RANGE), "group_by[1]" },
    { 2, 1, "", "", { 8 }, { 0 }, 1, CODE(UNKNOWN_VALUE), "group_by[0]" },
    { 1, 1, "", "", { 4, 2 }, { 0 }, 1, CODE(UNSUPPORTED), "group_by[1]" },
    { 2, 1, "", "", { 0 }, { 9 }, 1, CODE(MISSING), "filters[0].dimension" },
    { 2, 1, "", "", { 0 }, { 1, 1 }, 1, CODE(OUT_OF_RANGE), "filters[1].dimension" },
    { 2, 1, "", "", { 0 }, { 1 }, 0, CODE(MISSING), "filters[0].values" },
    { 2, 1, "", "", { 0 }, { 1 }, 501, CODE(TOO_MANY), "filters[0].values" },
    { 1, 1, "", "", { 0 }, { 7 }, 1, CODE(UNSUPPORTED), "filters[0].dimension" },
};

START_TEST(a_wrong_question_is_refused_by_its_field)
{
    static char *values[600];
    Ekc__V1__Dimension groups[3];
    Ekc__V1__Filter list[3], *filters[3];
    Ekc__V1__Query message = EKC__V1__QUERY__INIT;
    message.measure = (Ekc__V1__Measure)bad[_i].measure;
    message.period = (Ekc__V1__Period)bad[_i].period;
    message.from = (char *)bad[_i].from;
    message.to = (char *)bad[_i].to;
    message.group_by = groups;
    message.filters = filters;
    for (size_t i = 0; i < 3 && bad[_i].groups[i]; i++)
        groups[message.n_group_by++] = (Ekc__V1__Dimension)bad[_i].groups[i];
    for (size_t i = 0; i < 3 && bad[_i].filters[i]; i++) {
        ekc__v1__filter__init(&list[i]);
        list[i].dimension = (Ekc__V1__Dimension)(bad[_i].filters[i] % 9);
        list[i].n_values = (size_t)bad[_i].values;
        list[i].values = values;
        filters[message.n_filters++] = &list[i];
    }

    struct query query;
    const Ekc__V1__Refusal *refusal = NULL;
    ck_fails(question_read(arena, &message, &query, &refusal), EBADMSG);
    ck_assert_int_eq(refusal->code, bad[_i].code);
    ck_assert_str_eq(refusal->field, bad[_i].field);
    ck_assert_uint_gt(strlen(refusal->text_ru), strlen(refusal->field) + 2);
}
END_TEST

START_TEST(a_good_question_is_read_whole)
{
    Ekc__V1__Dimension groups[] = { EKC__V1__DIMENSION__DIMENSION_TOPIC };
    char *values[] = { (char *)"resident" };
    Ekc__V1__Filter filter = EKC__V1__FILTER__INIT, *filters[] = { &filter };
    filter.dimension = EKC__V1__DIMENSION__DIMENSION_APPLICANT_KIND;
    filter.n_values = 1;
    filter.values = values;
    Ekc__V1__Query message = EKC__V1__QUERY__INIT;
    message.measure = EKC__V1__MEASURE__MEASURE_JUDGED;
    message.period = EKC__V1__PERIOD__PERIOD_QUARTER;
    message.to = (char *)"1970-01-02";
    message.n_group_by = 1;
    message.group_by = groups;
    message.n_filters = 1;
    message.filters = filters;
    message.top = 3;

    struct query query;
    const Ekc__V1__Refusal *refusal = NULL;
    ck_ok(question_read(arena, &message, &query, &refusal));
    ck_assert_int_eq(query.measure, MEASURE_JUDGED);
    ck_assert_int_eq(query.period, PERIOD_QUARTER);
    ck_assert(!query.has_from && query.has_to);
    ck_assert_int_eq(query.asked.to, 1);
    ck_assert_int_eq(query.groups[0], DIMENSION_TOPIC);
    ck_assert_str_eq(query_filter_on(&query, DIMENSION_APPLICANT_KIND)->values[0], "resident");
    ck_assert_uint_eq(query.top, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("question");
    TCase *tests = tcase_create("question");
    tcase_add_checked_fixture(tests, open_arena, close_arena);
    tcase_add_loop_test(tests, a_wrong_question_is_refused_by_its_field, 0, EKC_COUNT(bad));
    tcase_add_test(tests, a_good_question_is_read_whole);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
