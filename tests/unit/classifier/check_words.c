/* check_words.c - what the words of a text are. */
#include "classifier/words.h"

#include "support/ekc_check.h"

static const struct {
    const char *text;
    const char *words; /* separated by bars */
} texts[] = {
    { "", "" },
    { " \t\n.,!?«»—", "" },
    { "Дом снесут?", "дом|снесут" },
    { "ЩУКА, Ёж; Яма", "щука|еж|яма" },
    { "120-ПП mos.ru Ф5", "120|пп|mos|ru|ф5" },
    { "и\xCC\x86од е\xCC\x88ж", "йод|еж" },              /* decomposed letters compose */
    { "не\xC2\xADдвижимость", "недвижимость" },          /* a soft hyphen vanishes */
    { "Київ ÉCOLE Straße", "київ|école|strasse" },       /* other alphabets fold too */
    { "дом\xFFкот\xD0", "дом|кот" },                     /* broken UTF-8 separates */
    { "дом\xED\xA0\x80кот\xF8\x88\x80\x80", "дом|кот" }, /* surrogates and overlong too */
    { "\xD0", "" },
    { "кот\xE2\x82", "кот" },
    { "электрокардиографированиями", "электрокардиографированиями" }, /* 27 letters */
    { "электрокардиографированиямию", "" },                           /* 28 are too many */
    { "\xEF\xBB\xBFтест", "тест" },                                   /* a byte order mark */
};

START_TEST(words_come_in_one_spelling)
{
    struct ekc_bytes text = { texts[_i].text, strlen(texts[_i].text) };
    struct words_word word;
    char all[256] = "";
    size_t pos = 0;

    while (words_next(text, &pos, &word)) {
        if (all[0])
            strcat(all, "|");
        strcat(all, word.bytes);
        ck_assert_uint_eq(word.len, strlen(word.bytes));
    }
    ck_assert_str_eq(all, texts[_i].words);
    ck_assert_uint_eq(pos, text.len);
}
END_TEST

START_TEST(a_run_of_letters_that_is_too_long_is_no_word)
{
    static const char *const letters[] = { "a", "ж", "\xD1\x96", "е\xCC\x88" };
    struct words_word word;

    for (size_t i = 0; i < EKC_COUNT(letters); i++) {
        char text[50000] = "";
        size_t len = 0;
        for (size_t k = 0; k < 10000; k++, len += strlen(letters[i]))
            memcpy(text + len, letters[i], strlen(letters[i]));
        memcpy(text + len, " x", 2);

        size_t pos = 0;
        ck_assert(words_next((struct ekc_bytes){ text, len + 2 }, &pos, &word));
        ck_assert_str_eq(word.bytes, "x");
    }
}
END_TEST

START_TEST(only_a_word_of_digits_is_a_number)
{
    struct ekc_bytes text = { "123 5а", strlen("123 5а") };
    struct words_word word;
    size_t pos = 0;

    ck_assert(words_next(text, &pos, &word));
    ck_assert(word.is_number);
    ck_assert(words_next(text, &pos, &word));
    ck_assert(!word.is_number);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *spelling = tcase_create("spelling");

    tcase_add_loop_test(spelling, words_come_in_one_spelling, 0, EKC_COUNT(texts));
    tcase_add_test(spelling, a_run_of_letters_that_is_too_long_is_no_word);
    tcase_add_test(spelling, only_a_word_of_digits_is_a_number);
    suite_add_tcase(suite, spelling);
    return ekc_check_run(suite);
}
