/* check_batch.c - how a batch is put in order, and cut until a bad row stands alone. */
#include "classifier/batch.h"

#include "support/ekc_check.h"

static struct batch *batch;

static void set_up(void)
{
    ck_ok(batch_new(&batch, "m"));
}

static void tear_down(void)
{
    batch_free(&batch);
}

static void add(int32_t portal, int64_t inquiry)
{
    ck_ok(batch_add_row(batch, &(struct batch_row){ .portal = portal, .inquiry = inquiry }));
}

START_TEST(rows_are_sorted_by_key_and_each_stands_once)
{
    add(2, 5);
    add(1, 9);
    add(2, 5);
    add(1, 3);
    batch_seal(batch);
    ck_assert_uint_eq(batch->count, 3);
    ck_assert_int_eq(batch->rows[0].inquiry, 3);
    ck_assert_int_eq(batch->rows[1].inquiry, 9);
    ck_assert_int_eq(batch->rows[2].portal, 2);
}
END_TEST

START_TEST(a_row_is_found_by_its_key_in_the_stretch_alone)
{
    add(1, 1);
    add(1, 2);
    batch_seal(batch);
    ck_assert_ptr_eq(batch_find(batch, 1, 2), &batch->rows[1]);
    ck_assert_ptr_null(batch_find(batch, 2, 1));
    ck_assert(batch_halve(batch));
    ck_assert_ptr_null(batch_find(batch, 1, 2));
}
END_TEST

/* Commits a batch where the database refuses one row, and counts the rows that it took. */
static size_t commit_around(int64_t bad, int64_t *ret_alone)
{
    size_t taken = 0;
    bool is_open = batch->count > 0;
    while (is_open) {
        if (!batch_find(batch, 1, bad)) {
            taken += batch->to - batch->from;
        } else if (batch_halve(batch)) {
            continue;
        } else {
            *ret_alone = batch->rows[batch->from].inquiry;
        }
        is_open = batch_advance(batch);
    }
    return taken;
}

START_TEST(a_bad_row_is_found_and_sinks_none_of_its_neighbours)
{
    int64_t alone = -1;
    for (int64_t i = 0; i < 13; i++)
        add(1, i);
    batch_seal(batch);
    ck_assert_uint_eq(commit_around(_i, &alone), 12);
    ck_assert_int_eq(alone, _i);
}
END_TEST

START_TEST(an_empty_batch_is_at_its_end)
{
    batch_seal(batch);
    ck_assert(!batch_advance(batch));
    ck_assert(!batch_halve(batch));
    ck_assert_ptr_null(batch_find(batch, 1, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *rows = tcase_create("rows");

    tcase_add_checked_fixture(rows, set_up, tear_down);
    tcase_add_test(rows, rows_are_sorted_by_key_and_each_stands_once);
    tcase_add_test(rows, a_row_is_found_by_its_key_in_the_stretch_alone);
    tcase_add_loop_test(rows, a_bad_row_is_found_and_sinks_none_of_its_neighbours, 0, 13);
    tcase_add_test(rows, an_empty_batch_is_at_its_end);
    suite_add_tcase(suite, rows);
    return ekc_check_run(suite);
}
