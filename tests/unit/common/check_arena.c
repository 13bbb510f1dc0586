/* check_arena.c - an arena gives what it has, aligned and zeroed, and not a byte more. */
#include <errno.h>

#include "common/wire_internal.h"
#include "support/ekc_check.h"

enum { SIZE = 1024, ALIGN = 16, HEAD = 16 };

static ekc_arena *arena;

static void begin(void)
{
    ck_ok(ekc_arena_new(&arena, SIZE));
}

static void finish(void)
{
    ekc_arena_free(&arena);
    ekc_arena_free(&arena);
}

static const struct {
    size_t size, used; /* asked for at once; 0 used = refused */
} takes[] = {
    { 0, HEAD },
    { 1, HEAD + ALIGN },
    { ALIGN, HEAD + ALIGN },
    { ALIGN + 1, HEAD + 2 * ALIGN },
    { SIZE - HEAD, SIZE },
    { SIZE - HEAD + 1, 0 },
    { SIZE, 0 },
    { SIZE_MAX - HEAD, 0 },
    { SIZE_MAX - 1, 0 },
    { SIZE_MAX, 0 },
};

START_TEST(it_gives_what_it_has_and_refuses_more)
{
    uint8_t *memory = ekc_arena_take(arena, takes[_i].size);
    ck_assert_int_eq(memory != NULL, takes[_i].used > 0);
    ck_assert_uint_eq(ekc_arena_used(arena), takes[_i].used);
    ck_assert_uint_eq((uintptr_t)memory % ALIGN, 0);
    for (size_t i = 0; memory && i < takes[_i].size; i++)
        ck_assert_uint_eq(memory[i], 0);
}
END_TEST

START_TEST(its_last_byte_may_be_written)
{
    size_t count = 0;
    for (uint8_t *memory = NULL; (memory = ekc_arena_take(arena, ALIGN)) != NULL; count++)
        memset(memory, 0xff, ALIGN);
    ck_assert_uint_eq(count, SIZE / (HEAD + ALIGN));
    ck_assert_uint_eq(ekc_arena_used(arena), SIZE);
}
END_TEST

START_TEST(what_is_taken_again_is_zeroed_again)
{
    size_t used = 0;
    for (int i = 0; i < 3; i++) {
        uint8_t *memory = ekc_arena_take(arena, 100);
        for (size_t k = 0; k < 100; k++)
            ck_assert_uint_eq(memory[k], 0);
        memset(memory, 0xff, 100);
        ekc_arena_rewind(arena, used);
    }
}
END_TEST

START_TEST(back_at_a_place_it_gives_the_same_memory)
{
    char *kept = ekc_arena_take(arena, 10);
    memcpy(kept, "keep me", 8);
    size_t used = ekc_arena_used(arena);
    void *lost = ekc_arena_take(arena, 500);
    ck_assert_ptr_null(ekc_arena_take(arena, 500));

    ekc_arena_rewind(arena, used);
    ck_assert_uint_eq(ekc_arena_used(arena), used);
    ck_assert_ptr_eq(ekc_arena_take(arena, 500), lost);
    ck_assert_str_eq(kept, "keep me");
    ekc_arena_reset(arena);
    ck_assert_uint_eq(ekc_arena_used(arena), 0);
    ck_assert_ptr_eq(ekc_arena_take(arena, 10), kept);
}
END_TEST

START_TEST(it_knows_the_sizes_of_its_own_memory_alone)
{
    static const char foreign[] = "foreign";
    char *first = ekc_arena_take(arena, 7);
    size_t used = ekc_arena_used(arena);
    char *second = ekc_arena_take(arena, 33);
    ck_assert_uint_eq(ekc_arena_size_of(arena, first), 7);
    ck_assert_uint_eq(ekc_arena_size_of(arena, second), 33);
    ck_assert_uint_eq(ekc_arena_size_of(arena, foreign), 0);
    ck_assert_uint_eq(ekc_arena_size_of(arena, NULL), 0);
    ekc_arena_rewind(arena, used);
    ck_assert_uint_eq(ekc_arena_size_of(arena, second), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *memory = tcase_create("memory");

    tcase_add_checked_fixture(memory, begin, finish);
    tcase_add_loop_test(memory, it_gives_what_it_has_and_refuses_more, 0, EKC_COUNT(takes));
    tcase_add_test(memory, its_last_byte_may_be_written);
    tcase_add_test(memory, what_is_taken_again_is_zeroed_again);
    tcase_add_test(memory, back_at_a_place_it_gives_the_same_memory);
    tcase_add_test(memory, it_knows_the_sizes_of_its_own_memory_alone);
    suite_add_tcase(suite, memory);
    return ekc_check_run(suite);
}
