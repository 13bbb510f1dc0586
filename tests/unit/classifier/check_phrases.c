/* check_phrases.c - which phrases end at a word. */
#include "classifier/phrases.h"

#include "support/ekc_check.h"

/* The phrases are 1-2-3, 2-3 and 3; the numbers of those found after the last stem. */
static const struct {
    uint32_t stems[6];
    size_t count;
    bool has[3];
} runs[] = {
    { { 1, 2, 3 }, 3, { true, true, true } },
    { { 9, 2, 3 }, 3, { false, true, true } },
    { { 3 }, 1, { false, false, true } },
    { { 1, 2, 9, 3 }, 4, { false, false, true } }, /* no gaps */
    { { 1, 2, 0, 3 }, 4, { false, false, true } }, /* an unknown word is a gap too */
    { { 2, 1, 3 }, 3, { false, false, true } },    /* the order counts */
    { { 3, 2, 1 }, 3, { false, false, false } },
    { { 7, 8, 9, 1, 2, 3 }, 6, { true, true, true } },
};

START_TEST(a_phrase_is_found_where_its_stems_stand_side_by_side)
{
    static const uint32_t phrase[] = { 1, 2, 3 };
    EKC_CLEANUP(phrases_free) phrases *index = NULL;
    struct phrases_walk walk = { 0 };
    uint32_t ids[3];
    uint32_t found[PHRASES_LEN_MAX];
    size_t count = 0;

    ck_ok(phrases_new(&index));
    for (size_t i = 0; i < 3; i++)
        ck_ok(phrases_add(index, phrase + i, 3 - i, &ids[i]));
    for (size_t i = 0; i < runs[_i].count; i++)
        count = phrases_step(index, &walk, runs[_i].stems[i], found);

    for (size_t k = 0; k < 3; k++) {
        bool has = false;
        for (size_t i = 0; i < count; i++)
            has = has || found[i] == ids[k];
        ck_assert_int_eq(has, runs[_i].has[k]);
    }
}
END_TEST

START_TEST(the_same_run_has_the_same_number)
{
    EKC_CLEANUP(phrases_free) phrases *index = NULL;
    uint32_t first = 0;
    uint32_t again = 0;

    ck_ok(phrases_new(&index));
    ck_ok(phrases_add(index, (const uint32_t[]){ 4, 5 }, 2, &first));
    ck_ok(phrases_add(index, (const uint32_t[]){ 4, 5 }, 2, &again));
    ck_assert_uint_eq(first, again);
    ck_assert_uint_le(first, phrases_count(index));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("phrases");
    TCase *found = tcase_create("found");

    tcase_add_loop_test(found, a_phrase_is_found_where_its_stems_stand_side_by_side, 0,
                        EKC_COUNT(runs));
    tcase_add_test(found, the_same_run_has_the_same_number);
    suite_add_tcase(suite, found);
    return ekc_check_run(suite);
}
