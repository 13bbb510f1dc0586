/* check_parcel.c - what the pool of parcels may keep. */
#include "intake/parcel.h"

#include "support/ekc_check.h"

/* Of the keys of a parcel of one. */
enum { KEYS = 8 * sizeof(struct parcel_key) };

static struct parcel_pool pool;

static void begin(void)
{
    pool = (struct parcel_pool){ .memory_max = 4096 + KEYS, .parcel_max = 1024 };
    TAILQ_INIT(&pool.spare);
}

static void end(void)
{
    parcel_free_all(&pool, &pool.spare);
    ck_assert_uint_eq(pool.memory, 0);
}

static struct parcel *filled(size_t len)
{
    static const char zeros[8192];
    struct parcel *parcel = parcel_take(&pool);
    ck_ok(parcel_append(&pool, parcel, &(struct parcel_key){ .len = len }, zeros));
    return parcel;
}

START_TEST(a_buffer_is_used_again)
{
    struct parcel *first = filled(900);
    size_t memory = pool.memory;
    parcel_put(&pool, first);
    struct parcel *second = filled(900);
    ck_assert_ptr_eq(first, second);
    ck_assert_uint_eq(second->len, 900);
    ck_assert_uint_eq(second->count, 1);
    ck_assert_uint_eq(pool.memory, memory);
    parcel_put(&pool, second);
}
END_TEST

START_TEST(no_more_is_kept_than_may_be)
{
    struct parcel *parcels[16];
    for (size_t i = 0; i < EKC_COUNT(parcels); i++)
        parcels[i] = filled(1024);
    ck_assert_uint_eq(pool.memory, 16 * (1024 + KEYS));
    for (size_t i = 0; i < EKC_COUNT(parcels); i++)
        parcel_put(&pool, parcels[i]);
    ck_assert_uint_le(pool.memory, 4096 + KEYS);
    ck_assert_uint_gt(pool.memory, 2048);
}
END_TEST

START_TEST(an_item_larger_than_a_parcel_gets_just_its_room)
{
    struct parcel *parcel = filled(3000);
    ck_assert_uint_eq(parcel->room, 3000);
    parcel_put(&pool, parcel);
}
END_TEST

START_TEST(a_list_keeps_the_order_of_offering)
{
    static const uint64_t given[] = { 3, 1, 5, 2, 4 };
    struct parcels list = TAILQ_HEAD_INITIALIZER(list);
    for (size_t i = 0; i < EKC_COUNT(given); i++) {
        struct parcel *parcel = parcel_take(&pool);
        parcel->seq = given[i];
        parcel_queue(&list, parcel);
    }
    uint64_t want = 1;
    const struct parcel *at = TAILQ_FIRST(&list);
    for (; at; at = TAILQ_NEXT(at, link))
        ck_assert_uint_eq(at->seq, want++);
    ck_assert_uint_eq(want, 6);
    parcel_free_all(&pool, &list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parcel");
    TCase *kept = tcase_create("kept");

    tcase_add_checked_fixture(kept, begin, end);
    tcase_add_test(kept, a_buffer_is_used_again);
    tcase_add_test(kept, no_more_is_kept_than_may_be);
    tcase_add_test(kept, an_item_larger_than_a_parcel_gets_just_its_room);
    tcase_add_test(kept, a_list_keeps_the_order_of_offering);
    suite_add_tcase(suite, kept);
    return ekc_check_run(suite);
}
