/* check_params.c - values arrive in the database as they were meant, and come back so. */
#include <errno.h>
#include <limits.h>
#include <math.h>

#include "ekc/params.h"
#include "support/scratch.h"

static ekc_sql *sql;
static struct ekc_params params;

static void open_scratch(void)
{
    sql = scratch_open();
    ekc_params_clear(&params);
}

static void close_scratch(void)
{
    scratch_close(&sql);
}

/* Whether a query over the parameters says true. */
static bool holds(const char *query)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    ck_ok(ekc_sql_run(sql, query, &params, &result));
    return ekc_result_int(result, 0, 0) != 0;
}

/* --- scalars ------------------------------------------------------------------------------ */

static void put_int4(void)
{
    ekc_params_int4(&params, INT32_MIN);
}
static void put_int8(void)
{
    ekc_params_int8(&params, INT64_MIN + 1);
}
static void put_moment(void)
{
    ekc_params_moment(&params, 1);
}
static void put_old_moment(void)
{
    ekc_params_moment(&params, -1);
}
static void put_float8(void)
{
    ekc_params_float8(&params, -0.125);
}
static void put_bool(void)
{
    ekc_params_bool(&params, true);
}
static void put_bytes(void)
{
    ekc_params_bytes(&params, (struct ekc_bytes){ "a\0b", 3 });
}
static void put_no_bytes(void)
{
    ekc_params_bytes(&params, (struct ekc_bytes){ NULL, 0 });
}
static void put_text(void)
{
    ekc_params_text(&params, "ёж");
}
static void put_empty_text(void)
{
    ekc_params_text(&params, "");
}
static void put_null(void)
{
    ekc_params_text(&params, NULL);
}

static const struct {
    void (*put)(void);
    const char *query;
} scalars[] = {
    { put_int4, "SELECT $1::int4 = -2147483648" },
    { put_int8, "SELECT $1::int8 = -9223372036854775807" },
    { put_moment, "SELECT $1::timestamptz = '1970-01-01 00:00:00.000001Z'" },
    { put_old_moment, "SELECT $1::timestamptz = '1969-12-31 23:59:59.999999Z'" },
    { put_float8, "SELECT $1::float8 = -0.125" },
    { put_bool, "SELECT $1::bool" },
    { put_bytes, "SELECT $1::bytea = '\\x610062'" },
    { put_no_bytes, "SELECT $1::bytea = ''" },
    { put_text, "SELECT $1::text = 'ёж'" },
    { put_empty_text, "SELECT $1::text = ''" },
    { put_null, "SELECT $1::text IS NULL" },
};

START_TEST(a_scalar_arrives_as_it_was)
{
    scalars[_i].put();
    ck_assert(holds(scalars[_i].query));
}
END_TEST

/* --- arrays ------------------------------------------------------------------------------- */

static const struct {
    enum ekc_type type;
    int64_t value;
    const char *query;
} arrays[] = {
    { EKC_INT2, INT16_MIN, "SELECT $1::int2[] = ARRAY[-32768, NULL]::int2[]" },
    { EKC_INT4, INT32_MAX, "SELECT $1::int4[] = ARRAY[2147483647, NULL]::int4[]" },
    { EKC_INT8, INT64_MAX, "SELECT $1::int8[] = ARRAY[9223372036854775807, NULL]::int8[]" },
    { EKC_BOOL, 256, "SELECT $1::bool[] = ARRAY[true, NULL]" },
    { EKC_MOMENT, 0, "SELECT $1::timestamptz[] = ARRAY['1970-01-01Z', NULL]::timestamptz[]" },
    { EKC_DAY, -1, "SELECT $1::date[] = ARRAY['1969-12-31', NULL]::date[]" },
};

START_TEST(an_array_of_numbers_arrives_as_it_was)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array array = { .type = arrays[_i].type };
    ekc_array_int(&array, arrays[_i].value);
    ekc_array_null(&array);
    ekc_params_array(&params, &array);
    ck_assert(holds(arrays[_i].query));
}
END_TEST

START_TEST(floats_texts_and_bytes_arrive_side_by_side)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array floats = { .type = EKC_FLOAT4 };
    EKC_CLEANUP(ekc_array_done) struct ekc_array texts = { .type = EKC_TEXT };
    EKC_CLEANUP(ekc_array_done) struct ekc_array bytes = { .type = EKC_BYTEA };
    ekc_array_float(&floats, 0.5F);
    ekc_array_float(&floats, -INFINITY);
    ekc_array_text(&texts, "ёж");
    ekc_array_text(&texts, "");
    ekc_array_bytes(&bytes, (struct ekc_bytes){ "\0\xff", 2 });
    ekc_array_bytes(&bytes, (struct ekc_bytes){ NULL, 0 });
    ekc_params_array(&params, &floats);
    ekc_params_array(&params, &texts);
    ekc_params_array(&params, &bytes);
    ck_assert(holds("SELECT array_agg((f, t, b) ORDER BY f DESC)::text = "
                    "ARRAY[(0.5, 'ёж'::text, '\\x00ff'::bytea), "
                    "('-Infinity'::float4, NULL, ''::bytea)]::text "
                    "FROM unnest($1::float4[], $2::text[], $3::bytea[]) AS r(f, t, b)"));
}
END_TEST

START_TEST(an_empty_array_is_a_value_without_elements)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array array = { .type = EKC_TEXT };
    ekc_params_array(&params, &array);
    ck_assert(holds("SELECT $1::text[] = '{}'"));
}
END_TEST

START_TEST(an_array_that_was_cleared_holds_only_what_came_after)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array array = { .type = EKC_INT4 };
    for (int i = 0; i < 10000; i++)
        ekc_array_int(&array, i);
    ekc_array_null(&array);
    ekc_array_clear(&array);
    ekc_array_int(&array, 7);
    ekc_params_array(&params, &array);
    ck_assert(holds("SELECT $1::int4[] = '{7}'"));
}
END_TEST

START_TEST(ten_thousand_elements_keep_their_order)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array array = { .type = EKC_INT8 };
    for (int i = 0; i < 10000; i++)
        ekc_array_int(&array, 3 * i);
    ekc_params_array(&params, &array);
    ck_assert(
        holds("SELECT $1::int8[] = array_agg(3 * i) FROM generate_series(0, 9999::int8) AS i"));
}
END_TEST

START_TEST(what_no_server_would_take_is_told_and_not_sent)
{
    EKC_CLEANUP(ekc_array_done) struct ekc_array array = { .type = EKC_BYTEA };
    ekc_array_bytes(&array, (struct ekc_bytes){ "x", 1 });
    ekc_array_bytes(&array, (struct ekc_bytes){ "x", (size_t)INT_MAX + 1 });
    ekc_params_array(&params, &array);
    ck_fails(ekc_sql_run(sql, "SELECT $1::bytea[]", &params, NULL), ENOMEM);

    ekc_array_clear(&array);
    ekc_params_clear(&params);
    ekc_params_array(&params, &array);
    ck_ok(ekc_sql_run(sql, "SELECT $1::bytea[]", &params, NULL));
}
END_TEST

/* --- results ------------------------------------------------------------------------------ */

static const struct {
    const char *query;
    int64_t want;
} numbers[] = {
    { "SELECT (-2)::int2", -2 },
    { "SELECT (-2147483648)::int4", INT32_MIN },
    { "SELECT 9223372036854775807::int8", INT64_MAX },
    { "SELECT true", 1 },
    { "SELECT false", 0 },
    { "SELECT NULL::int8", 0 },
};

START_TEST(a_number_comes_back_as_it_is)
{
    ck_assert_int_eq(scratch_int(sql, numbers[_i].query), numbers[_i].want);
}
END_TEST

START_TEST(every_other_type_comes_back_as_it_is)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    ck_ok(ekc_sql_run(sql,
                      "SELECT 0.5::float4, -0.25::float8, '1970-01-01 00:00:01Z'::timestamptz, "
                      "'1970-01-03'::date, '\\x0001'::bytea, 'ёж', NULL::text, "
                      "'infinity'::timestamptz, NULL::timestamptz, NULL::date",
                      NULL, &result));
    ck_assert_double_eq(ekc_result_float(result, 0, 0), 0.5);
    ck_assert_double_eq(ekc_result_float(result, 0, 1), -0.25);
    ck_assert_int_eq(ekc_result_moment(result, 0, 2), 1000000);
    ck_assert_int_eq(ekc_result_day(result, 0, 3), 2);
    ck_assert_uint_eq(ekc_result_bytes(result, 0, 4).len, 2);
    ck_assert_mem_eq(ekc_result_bytes(result, 0, 4).data, "\0\1", 2);
    ck_assert_str_eq(ekc_result_text(result, 0, 5), "ёж");
    ck_assert(!ekc_result_is_null(result, 0, 5) && ekc_result_is_null(result, 0, 6));
    ck_assert_str_eq(ekc_result_text(result, 0, 6), "");
    ck_assert_int_eq(ekc_result_moment(result, 0, 7), INT64_MAX);
    ck_assert_int_eq(ekc_result_moment(result, 0, 8), 0);
    ck_assert_int_eq(ekc_result_day(result, 0, 9), 0);
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("params");
    TCase *there = tcase_create("there");
    tcase_add_checked_fixture(there, open_scratch, close_scratch);
    tcase_add_loop_test(there, a_scalar_arrives_as_it_was, 0, EKC_COUNT(scalars));
    tcase_add_loop_test(there, an_array_of_numbers_arrives_as_it_was, 0, EKC_COUNT(arrays));
    tcase_add_test(there, floats_texts_and_bytes_arrive_side_by_side);
    tcase_add_test(there, an_empty_array_is_a_value_without_elements);
    tcase_add_test(there, an_array_that_was_cleared_holds_only_what_came_after);
    tcase_add_test(there, ten_thousand_elements_keep_their_order);
    tcase_add_test(there, what_no_server_would_take_is_told_and_not_sent);
    suite_add_tcase(suite, there);

    TCase *back = tcase_create("back");
    tcase_add_checked_fixture(back, open_scratch, close_scratch);
    tcase_add_loop_test(back, a_number_comes_back_as_it_is, 0, EKC_COUNT(numbers));
    tcase_add_test(back, every_other_type_comes_back_as_it_is);
    suite_add_tcase(suite, back);
    return ekc_check_run(suite);
}
