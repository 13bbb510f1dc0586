/* check_stems.c - which words are forms of one word. */
#include "classifier/stems.h"

#include <stdio.h>

#include "support/ekc_check.h"

static stems *book;

static void open_book(void)
{
    ck_ok(stems_new(&book));
}

static void close_book(void)
{
    stems_free(&book);
}

static struct words_word word_of(const char *text)
{
    struct words_word word;
    size_t pos = 0;

    ck_assert(words_next((struct ekc_bytes){ text, strlen(text) }, &pos, &word));
    return word;
}

static struct stems_stem learn(const char *text)
{
    struct words_word word = word_of(text);
    struct stems_stem stem;

    ck_ok(stems_learn(book, &word, &stem));
    return stem;
}

static struct stems_stem find(const char *text)
{
    struct words_word word = word_of(text);

    return stems_find(book, &word);
}

static const struct {
    const char *learned, *met;
    bool has_stem, has_root; /* in common */
} pairs[] = {
    { "квартира", "квартирами", true, true },
    { "строительство", "строительный", false, true },
    { "переселение", "переселят", false, true },
    { "переселение", "передача", false, false },
    { "ПАО", "пао", true, false },
    { "ПАО", "па", false, false }, /* abbreviations are not cut */
    { "12345", "12345", true, false },
    { "12345", "123456", false, false }, /* a number has no root */
    { "дом", "кот", false, false },
};

START_TEST(forms_of_a_word_meet_in_stem_or_root)
{
    struct stems_stem learned = learn(pairs[_i].learned);
    struct stems_stem met = find(pairs[_i].met);

    ck_assert_int_eq(met.stem == learned.stem, pairs[_i].has_stem);
    ck_assert_int_eq(met.root != 0 && met.root == learned.root, pairs[_i].has_root);
}
END_TEST

START_TEST(a_word_is_known_as_soon_as_it_is_learned)
{
    ck_assert_uint_eq(find("квартира").stem, 0);
    ck_assert_uint_eq(find("квартира").stem, 0);

    struct stems_stem learned = learn("квартиру");
    ck_assert_uint_eq(find("квартира").stem, learned.stem);
}
END_TEST

/* More words than can be remembered at once, read twice. */
START_TEST(the_answer_never_depends_on_what_is_remembered)
{
    struct stems_stem learned = learn("квартира");
    char text[32];

    for (int i = 0; i < 40000; i++) {
        (void)snprintf(text, sizeof(text), "слово%d", i % 20000);
        ck_assert_uint_eq(find(text).stem, 0);
        if (i % 100 == 0)
            ck_assert_uint_eq(find("квартирой").stem, learned.stem);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stems");
    TCase *forms = tcase_create("forms");

    tcase_add_checked_fixture(forms, open_book, close_book);
    tcase_add_loop_test(forms, forms_of_a_word_meet_in_stem_or_root, 0, EKC_COUNT(pairs));
    tcase_add_test(forms, a_word_is_known_as_soon_as_it_is_learned);
    tcase_add_test(forms, the_answer_never_depends_on_what_is_remembered);
    suite_add_tcase(suite, forms);
    return ekc_check_run(suite);
}
