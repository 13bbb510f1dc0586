/* check_lexicon.c - the tables are written as they must be. */
#include "classifier/lexicon.h"

#include "classifier/words.h"
#include "support/ekc_check.h"

static size_t words_in(const char *phrase)
{
    struct ekc_bytes text = { phrase, strlen(phrase) };
    struct words_word word;
    size_t pos = 0;
    size_t count = 0;

    while (words_next(text, &pos, &word))
        count++;
    return count;
}

START_TEST(every_sign_is_short_and_speaks_for_somebody)
{
    for (size_t i = 0; i < lexicon_sign_count; i++) {
        const struct lexicon_sign *sign = &lexicon_signs[i];
        size_t count = words_in(sign->phrase);
        ck_assert_msg(count >= 1 && count <= 4, "%s", sign->phrase);
        ck_assert_msg(sign->strength != 0 && abs(sign->strength) <= 4, "%s", sign->phrase);
    }
}
END_TEST

START_TEST(no_sign_stands_twice)
{
    for (size_t i = 0; i < lexicon_sign_count; i++)
        for (size_t k = i + 1; k < lexicon_sign_count; k++)
            ck_assert_str_ne(lexicon_signs[i].phrase, lexicon_signs[k].phrase);
}
END_TEST

START_TEST(stop_words_are_spelled_as_words_are_read)
{
    struct ekc_bytes text = { lexicon_stop_words, strlen(lexicon_stop_words) };
    struct words_word word;
    size_t pos = 0;

    while (words_next(text, &pos, &word)) {
        const char *written = lexicon_stop_words + pos - word.len;
        ck_assert_msg(memcmp(written, word.bytes, word.len) == 0, "%s", word.bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lexicon");
    TCase *tables = tcase_create("tables");

    tcase_add_test(tables, every_sign_is_short_and_speaks_for_somebody);
    tcase_add_test(tables, no_sign_stands_twice);
    tcase_add_test(tables, stop_words_are_spelled_as_words_are_read);
    suite_add_tcase(suite, tables);
    return ekc_check_run(suite);
}
