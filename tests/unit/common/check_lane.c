/* check_lane.c - a lane has one holder, and its sequence neither a hole nor a repeat. */
#include "ekc/lane.h"

#include "ekc/schema.h"
#include "support/scratch_db.h"

enum { MINE = 11, YOURS = 22 };

static const struct ekc_statement append = {
    "append",
    "WITH batch AS (SELECT $3::int4 AS n, '\\x01'::bytea AS events), " EKC_LANE_APPEND(
        "$1", "$2") " SELECT seq FROM logged"
};

static void open_lanes(void)
{
    open_world();
    ck_assert_int_gt(ekc_schema_migrate(sql), 0);
    connect_scratch(0);
}

static int run_with(const struct ekc_statement *statement, const struct ekc_params *params)
{
    ck_ok(ekc_db_add(db, statement, params));
    told = (struct told){ 0 };
    ck_ok(ekc_db_run(db, take_reply, NULL));
    turn_until(told.calls > 0);
    return told.r;
}

/* Takes, keeps or leaves by owner: what ekc_lane_… gives, 0 = no row. */
static int64_t with_lane(const struct ekc_statement *statement, int32_t lane, int64_t owner)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, lane);
    ekc_params_int8(&params, owner);
    ck_ok(run_with(statement, &params));
    return told.number;
}

static int64_t take(const char *role, int64_t owner)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_text(&params, role);
    ekc_params_int8(&params, owner);
    ck_ok(run_with(&ekc_lane_take, &params));
    return told.number;
}

static int append_events(int64_t lane, int64_t owner, int32_t n)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, (int32_t)lane);
    ekc_params_int8(&params, owner);
    ekc_params_int4(&params, n);
    return run_with(&append, &params);
}

static void let_leases_end(void)
{
    ck_ok(ekc_sql_script(sql, "UPDATE lane SET lease_until = now() - interval '1 ms'"));
}

START_TEST(the_first_holder_makes_a_lane)
{
    int64_t id = take("intake", MINE);
    ck_assert_int_gt(id, 0);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM lane WHERE owner = 11 AND last_seq "
                                      "= 0 AND lease_until > now() + interval '10 s'"),
                     1);
}
END_TEST

START_TEST(a_held_lane_is_not_given_twice)
{
    ck_assert_int_ne(take("intake", MINE), take("intake", YOURS));
}
END_TEST

START_TEST(a_free_lane_is_taken_before_a_new_one_is_made)
{
    int64_t id = take("intake", MINE);
    ck_ok(append_events(id, MINE, 1));
    let_leases_end();
    ck_assert_int_eq(take("intake", YOURS), id);
    ck_assert_int_eq(scratch_int(sql, "SELECT last_seq FROM lane WHERE owner = 22"), 1);
}
END_TEST

START_TEST(a_lane_stays_with_its_role)
{
    int64_t id = take("intake", MINE);
    let_leases_end();
    ck_assert_int_ne(take("classifier", YOURS), id);
}
END_TEST

START_TEST(a_lane_that_is_being_written_to_is_passed_over)
{
    int64_t id = take("intake", MINE);
    let_leases_end();
    ck_ok(ekc_sql_script(sql, "BEGIN; UPDATE lane SET last_seq = last_seq"));
    ck_assert_int_ne(take("intake", YOURS), id);
    ck_ok(ekc_sql_script(sql, "ROLLBACK"));
}
END_TEST

START_TEST(a_lane_is_read_as_it_was_taken)
{
    struct ekc_lane lane = { 0 };
    struct ekc_params params;
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    EKC_CLEANUP(ekc_result_free) ekc_result *nothing = NULL;
    ekc_params_clear(&params);
    ekc_params_text(&params, "intake");
    ekc_params_int8(&params, MINE);
    ck_ok(ekc_sql_run(sql, ekc_lane_take.sql, &params, &result));
    ck_ok(ekc_lane_taken(&lane, MINE, result));
    ck_assert(lane.id > 0 && lane.owner == MINE && lane.last_seq == 0);

    ck_ok(ekc_sql_run(sql, "SELECT id, last_seq FROM lane WHERE false", NULL, &nothing));
    ck_fails(ekc_lane_taken(&lane, MINE, nothing), EPROTO);
}
END_TEST

START_TEST(only_its_holder_keeps_a_lane)
{
    int32_t id = (int32_t)take("intake", MINE);
    ck_assert_int_eq(with_lane(&ekc_lane_renew, id, YOURS), 0);
    let_leases_end();
    ck_assert_int_eq(with_lane(&ekc_lane_renew, id, MINE), id);
    ck_assert_int_ne(take("intake", YOURS), id);
}
END_TEST

START_TEST(a_lane_that_was_left_is_free_at_once)
{
    int32_t id = (int32_t)take("intake", MINE);
    ck_assert_int_eq(with_lane(&ekc_lane_leave, id, YOURS), 0);
    ck_assert_int_eq(with_lane(&ekc_lane_leave, id, MINE), id);
    ck_fails(append_events(id, MINE, 1), EPROTO);
    ck_assert_int_eq(take("intake", YOURS), id);
}
END_TEST

START_TEST(batches_are_numbered_without_a_hole)
{
    int64_t id = take("intake", MINE);
    for (int64_t seq = 1; seq <= 3; seq++) {
        ck_ok(append_events(id, MINE, 2));
        ck_assert_int_eq(told.number, seq);
        ck_ok(append_events(id, MINE, 0));
        ck_assert_int_eq(told.number, 0);
    }
    ck_assert_int_eq(scratch_int(sql, "SELECT last_seq FROM lane"), 3);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM event_log WHERE n = 2"), 3);
}
END_TEST

START_TEST(a_batch_on_a_lost_lane_is_undone)
{
    int64_t id = take("intake", MINE);
    let_leases_end();
    ck_assert_int_eq(take("intake", YOURS), id);
    ck_fails(append_events(id, MINE, 1), EPROTO);
    ck_ok(append_events(id, YOURS, 1));
    ck_assert_int_eq(told.number, 1);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM event_log"), 1);
}
END_TEST

START_TEST(an_owner_is_never_nobody_and_never_the_same)
{
    int64_t first = ekc_lane_owner();
    ck_assert_int_ne(first, 0);
    ck_assert_int_ne(first, ekc_lane_owner());
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("lane");
    TCase *lanes = tcase_create("lanes");
    tcase_add_checked_fixture(lanes, open_lanes, close_world);
    tcase_set_timeout(lanes, 30);
    tcase_add_test(lanes, the_first_holder_makes_a_lane);
    tcase_add_test(lanes, a_held_lane_is_not_given_twice);
    tcase_add_test(lanes, a_free_lane_is_taken_before_a_new_one_is_made);
    tcase_add_test(lanes, a_lane_stays_with_its_role);
    tcase_add_test(lanes, a_lane_that_is_being_written_to_is_passed_over);
    tcase_add_test(lanes, a_lane_is_read_as_it_was_taken);
    tcase_add_test(lanes, only_its_holder_keeps_a_lane);
    tcase_add_test(lanes, a_lane_that_was_left_is_free_at_once);
    tcase_add_test(lanes, batches_are_numbered_without_a_hole);
    tcase_add_test(lanes, a_batch_on_a_lost_lane_is_undone);
    tcase_add_test(lanes, an_owner_is_never_nobody_and_never_the_same);
    suite_add_tcase(suite, lanes);
    return ekc_check_run(suite);
}
