/* check_words.c - words of the contract and their numbers. */
#include "ekc/words.h"
#include "support/ekc_check.h"

static const char *const kinds[] = { "unknown", "resident", "developer" };
static const char *const statuses[] = { "sure", "unsure", "dead" };

START_TEST(each_kind_comes_back_from_its_word)
{
    ck_assert_str_eq(ekc_kind_word(ekc_kind_of(kinds[_i])), kinds[_i]);
    ck_assert_int_eq(ekc_kind_of(kinds[_i]), _i + 1);
}
END_TEST

START_TEST(each_status_comes_back_from_its_word)
{
    ck_assert_str_eq(ekc_status_word(ekc_status_of(statuses[_i])), statuses[_i]);
    ck_assert_int_eq(ekc_status_of(statuses[_i]), _i + 1);
}
END_TEST

START_TEST(what_is_no_word_or_number_of_ours_is_nobodys)
{
    ck_assert_int_eq(ekc_kind_of("Resident"), 0);
    ck_assert_int_eq(ekc_status_of(""), 0);
    ck_assert_str_eq(ekc_kind_word((Ekc__V1__ApplicantKind)99), "unknown");
    ck_assert_str_eq(ekc_status_word((Ekc__V1__VerdictStatus)-1), "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *words = tcase_create("words");
    tcase_add_loop_test(words, each_kind_comes_back_from_its_word, 0, EKC_COUNT(kinds));
    tcase_add_loop_test(words, each_status_comes_back_from_its_word, 0, EKC_COUNT(statuses));
    tcase_add_test(words, what_is_no_word_or_number_of_ours_is_nobodys);
    suite_add_tcase(suite, words);
    return ekc_check_run(suite);
}
