/* check_learn.c - what a model knows once it has read its topics. */
#include "classifier/learn.h"

#include "classifier/lexicon.h"
#include "support/ekc_check.h"

static const char *const phrases_of_topic[] = { "до сих пор", "станция метро", "дом 25",
                                                "123" };

static const struct classify_topic topic = {
    .id = "a",
    .area = "x",
    .applicant = "",
    .phrases = phrases_of_topic,
    .phrase_count = EKC_COUNT(phrases_of_topic),
};

/* How many features with votes are found in text, roots left out. */
static size_t known_in(const classify_model *model, const char *text)
{
    struct ekc_bytes bytes = { text, strlen(text) };
    struct phrases_walk walk = { 0 };
    struct words_word word;
    uint32_t found[PHRASES_LEN_MAX];
    size_t known = 0;

    for (size_t pos = 0; words_next(bytes, &pos, &word);) {
        uint32_t stem = stems_find(model->stems, &word).stem;
        size_t count = phrases_step(model->phrases, &walk, stem, found);
        for (size_t i = 0; i < count; i++)
            known += weights_of(model->weights, found[i]).count > 0;
    }
    return known;
}

static const struct {
    const char *text;
    size_t known;
} texts[] = {
    { "станции метро", 3 }, /* two words and the phrase */
    { "метро станции", 2 },
    { "до", 0 },     /* a stop word is mute alone */
    { "25", 0 },     /* so is a number */
    { "123", 0 },    /* even where it is the whole phrase */
    { "дом 25", 2 }, /* beside a word it speaks */
    { "неведомо", 0 },
};

START_TEST(words_and_runs_of_words_are_learned_but_mute_ones_only_in_company)
{
    EKC_CLEANUP(classify_model_free) classify_model *model = NULL;

    ck_ok(classify_model_new(&model, &topic, 1));
    ck_assert_uint_eq(known_in(model, texts[_i].text), texts[_i].known);
}
END_TEST

START_TEST(every_sign_of_the_lexicon_is_learned)
{
    EKC_CLEANUP(classify_model_free) classify_model *model = NULL;
    size_t count = 0;

    ck_ok(classify_model_new(&model, &topic, 1));
    for (size_t i = 0; i < model->feature_count; i++)
        count += model->signs[i] != 0;
    ck_assert_uint_gt(count, lexicon_sign_count * 3 / 4); /* forms of one word coincide */
    ck_assert_uint_le(count, lexicon_sign_count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("learn");
    TCase *known = tcase_create("known");

    tcase_add_loop_test(known,
                        words_and_runs_of_words_are_learned_but_mute_ones_only_in_company, 0,
                        EKC_COUNT(texts));
    tcase_add_test(known, every_sign_of_the_lexicon_is_learned);
    suite_add_tcase(suite, known);
    return ekc_check_run(suite);
}
