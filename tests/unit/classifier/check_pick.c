/* check_pick.c - what has killed workers is judged alone, the rest together. */
#include "classifier/pick.h"

#include "support/ekc_check.h"

static const struct {
    uint32_t deaths[5];
    size_t count, chosen;
    size_t first;
    bool is_alone;
} cases[] = {
    { { 0 }, 0, 0, 0, false },          { { 0, 0, 0 }, 3, 3, 0, false },
    { { 0, 1, 1 }, 3, 3, 0, false },    { { 2, 0, 1 }, 3, 2, 1, false },
    { { 9, 2, 1, 4 }, 4, 1, 2, false }, { { 2 }, 1, 1, 0, true },
    { { 5, 2, 3 }, 3, 1, 0, true },
};

START_TEST(suspects_wait_for_the_rest_and_then_go_alone)
{
    size_t chosen[5] = { 99, 99, 99, 99, 99 };
    struct pick pick = pick_next(cases[_i].deaths, cases[_i].count, chosen);
    ck_assert_uint_eq(pick.count, cases[_i].chosen);
    ck_assert_int_eq(pick.is_alone, cases[_i].is_alone);
    if (pick.count)
        ck_assert_uint_eq(chosen[0], cases[_i].first);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pick");
    TCase *picked = tcase_create("picked");

    tcase_add_loop_test(picked, suspects_wait_for_the_rest_and_then_go_alone, 0,
                        EKC_COUNT(cases));
    suite_add_tcase(suite, picked);
    return ekc_check_run(suite);
}
