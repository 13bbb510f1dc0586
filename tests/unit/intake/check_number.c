/* check_number.c - what a number must be so that people can tell it over the telephone. */
#include "intake/number.h"

#include <errno.h>
#include <inttypes.h>

#include "support/ekc_check.h"

static const struct {
    int64_t id;
    const char *text;
} numbers[] = {
    { 1, "0000-0013" },       { 572, "0000-5724" },        { 1000000, "1000-0004" },
    { 9999999, "9999-9992" }, { 12345678, "1234-5678-6" }, { 99999999999, "9999-9999-9999" },
};

START_TEST(an_id_is_printed_in_groups_with_its_check_digit)
{
    char text[NUMBER_SIZE];
    ck_ok(number_print(numbers[_i].id, text));
    ck_assert_str_eq(text, numbers[_i].text);
}
END_TEST

START_TEST(what_was_printed_is_read_back)
{
    int64_t id = 0;
    ck_ok(number_parse(numbers[_i].text, &id));
    ck_assert_int_eq(id, numbers[_i].id);
}
END_TEST

static const int64_t outside[] = { 0, -1, INT64_MIN, 100000000000, INT64_MAX };

START_TEST(an_id_that_needs_more_than_twelve_digits_is_out_of_range)
{
    char text[NUMBER_SIZE] = "untouched";
    ck_fails(number_print(outside[_i], text), ERANGE);
    ck_assert_str_eq(text, "untouched");
}
END_TEST

static const char *const spellings[] = {
    "00005724",       "0000 5724",        "  00-00-57-24  ",
    "0000\u00a05724", "0000\u20105724",   "0000\u2011-\u20125724",
    "0000\u20135724", "0000 \u2014 5724", "0000\u20155724",
    "-0000-5724-",    "0000\t5724\r\n",   "0000\u202f5724",
};

START_TEST(spaces_and_dashes_are_forgiven)
{
    int64_t id = 0;
    ck_ok(number_parse(spellings[_i], &id));
    ck_assert_int_eq(id, 572);
}
END_TEST

static const char *const no_numbers[] = {
    "",
    " ",
    "-",
    "0005724",
    "0000-0000-0572-4",
    "0000572x",
    "№00005724",
    "0000_5724",
    "0000.5724",
    "+00005724",
    "00000000",
    "000000000000",
    "0000\u20165724",
    "0000\xe2\x80",
    "0000\xe2",
    "٠٠٠٠٥٧٢٤",
};

START_TEST(what_is_no_number_is_told_as_such)
{
    int64_t id = 7;
    ck_fails(number_parse(no_numbers[_i], &id), EINVAL);
    ck_assert_int_eq(id, 7);
}
END_TEST

/* An id for each i, spread over all lengths. */
static int64_t sample(int i)
{
    uint64_t mixed = ((uint64_t)i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    static const uint64_t spans[] = { 1000, 9999999, 99999999, 999999999, 99999999999 };
    return (int64_t)(1 + (mixed >> 20) % spans[(size_t)i % EKC_COUNT(spans)]);
}

enum { SAMPLES = 1000 };

START_TEST(every_single_wrong_digit_is_caught)
{
    for (int i = 0; i < SAMPLES; i++) {
        char text[NUMBER_SIZE];
        int64_t id = 0;
        ck_ok(number_print(sample(i), text));
        for (char *at = text; *at; at++) {
            char right = *at;
            for (char wrong = '0'; right != '-' && wrong <= '9'; wrong++) {
                *at = wrong;
                ck_assert_int_eq(number_parse(text, &id), wrong == right ? 0 : -EBADMSG);
            }
            *at = right;
        }
    }
}
END_TEST

static void swap(char *a, char *b)
{
    char kept = *a;
    *a = *b;
    *b = kept;
}

START_TEST(every_swap_of_neighbours_is_caught)
{
    for (int i = 0; i < SAMPLES; i++) {
        char text[NUMBER_SIZE];
        int64_t id = 0;
        ck_ok(number_print(sample(i), text));
        for (char *at = text; at[1]; at++) {
            char *neighbour = at[1] == '-' ? at + 2 : at + 1;
            bool is_seen = *at != '-' && *at != *neighbour;
            swap(at, neighbour);
            if (is_seen)
                ck_fails(number_parse(text, &id), EBADMSG);
            swap(at, neighbour);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("number");
    TCase *printed = tcase_create("printed");
    TCase *typed = tcase_create("typed");

    tcase_add_loop_test(printed, an_id_is_printed_in_groups_with_its_check_digit, 0,
                        EKC_COUNT(numbers));
    tcase_add_loop_test(printed, an_id_that_needs_more_than_twelve_digits_is_out_of_range, 0,
                        EKC_COUNT(outside));
    tcase_add_loop_test(typed, what_was_printed_is_read_back, 0, EKC_COUNT(numbers));
    tcase_add_loop_test(typed, spaces_and_dashes_are_forgiven, 0, EKC_COUNT(spellings));
    tcase_add_loop_test(typed, what_is_no_number_is_told_as_such, 0, EKC_COUNT(no_numbers));
    tcase_add_test(typed, every_single_wrong_digit_is_caught);
    tcase_add_test(typed, every_swap_of_neighbours_is_caught);
    suite_add_tcase(suite, printed);
    suite_add_tcase(suite, typed);
    return ekc_check_run(suite);
}
