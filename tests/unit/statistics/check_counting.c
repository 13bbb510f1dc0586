/* check_counting.c - the counting worker beside a real database, a feed and an asker. */
#include <errno.h>
#include <stdio.h>

#include "ekc/feed.h"
#include "ekc/post.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "statistics/counting.h"
#include "statistics/handler.h"
#include "support/scratch.h"
#include "unit/statistics/events.h"

enum { PATIENCE_MS = 15000, FIRST_PORT = 20000, PORTS = 20000, ARENA_SIZE = 1 << 20 };

static ekc_sql *sql;
static ekc_loop *loop;
static ekc_bus *bus;
static ekc_feed *feed;
static ekc_end *asker;
static ekc_arena *arena;
static struct counting *counting;
static struct handler *handler;

static void set_address(const char *name, int offset)
{
    char address[32];
    int port = FIRST_PORT + ((int)getpid() * 4 + offset) % PORTS;
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    ck_assert_int_eq(setenv(name, address, 1), 0);
}

static void set_settings(void)
{
    set_address("EKC_EVENTS", 0);
    set_address("EKC_STATISTICS_QUERY_BIND", 1);
    ck_assert_int_eq(setenv("EKC_CURVE", "off", 1), 0);
    ck_assert_int_eq(setenv("EKC_DB", scratch_conninfo(), 1), 0);
    ck_ok(ekc_settings_load());
}

static void start_counting(void)
{
    ck_ok(counting_open(&counting, loop, bus));
    ck_ok(handler_open(&handler, loop, bus, counting));
    ck_ok(ekc_end_connect(bus, ekc_setting("EKC_STATISTICS_QUERY_BIND"), &asker));
}

static void open_all(void)
{
    sql = scratch_open();
    set_settings();
    ck_ok(ekc_loop_new(&loop));
    ck_ok(ekc_bus_open(&bus));
    ekc_loop_attach(loop, bus);
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
    ck_ok(
        ekc_feed_open(&feed, loop, bus, ekc_setting("EKC_EVENTS"), EKC__V1__ROLE__ROLE_INTAKE));
}

static void open_migrated(void)
{
    open_all();
    ck_ok(ekc_schema_migrate(sql));
    ck_ok(ekc_sql_script(sql, "INSERT INTO portal (name) VALUES ('mos.ru'); "
                              "INSERT INTO lane (role, owner, lease_until) "
                              "VALUES ('intake', 1, now()), ('classifier', 2, now())"));
    start_counting();
}

static void close_all(void)
{
    ekc_end_close(&asker);
    handler_close(&handler);
    counting_close(&counting);
    ekc_feed_close(&feed);
    ekc_arena_free(&arena);
    ekc_bus_close(&bus);
    ekc_loop_free(&loop);
    scratch_close(&sql);
}

/* Turns until number, which is counting's, has come to value. */
static void await(const double *number, double value)
{
    int64_t until_ms = ekc_tick_ms() + PATIENCE_MS;
    while (*number < value && ekc_tick_ms() < until_ms)
        ck_ok(ekc_loop_turn(loop, 50));
    ck_assert_double_eq(*number, value);
}

static void await_listening(void)
{
    await(&counting_numbers(counting)->is_counting, 1);
    await(&counting_numbers(counting)->peers, 1);
}

/* Writes a batch of events into the log; tells it, too, unless it is to be found there. */
static void commit(int32_t lane, int64_t seq, const struct ekc_buffer *batch, bool is_told)
{
    static const char text[] =
        "WITH turn AS (UPDATE lane SET last_seq = $2::int8 WHERE id = $1::int4 RETURNING id) "
        "INSERT INTO event_log SELECT id, $2::int8, 1, now(), $3::bytea FROM turn";
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, lane);
    ekc_params_int8(&params, seq);
    ekc_params_bytes(&params, events_bytes(batch));
    ck_ok(ekc_sql_run(sql, text, &params, NULL));
    if (is_told)
        ekc_feed_publish(feed, lane, seq, 1, events_bytes(batch));
}

/* Commits `count` batches of one inquiry each, received and judged: by days, two topics in
 * turn. */
static void commit_days(int count, bool is_told)
{
    for (int i = 0; i < count; i++) {
        EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer received = { 0 };
        EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer judged = { 0 };
        int64_t at_us = EVENTS_NOON_US + i * EVENTS_DAY_US;
        events_add(&received, i, at_us, NULL, NULL);
        events_add(&judged, i, at_us, NULL, i % 2 ? "lease" : "sale");
        commit(1, i + 1, &received, is_told);
        commit(2, i + 1, &judged, is_told);
    }
}

static int64_t count_of(int rollup, const char *a)
{
    char query[160];
    (void)snprintf(query, sizeof query,
                   "SELECT coalesce(sum(n), 0)::int8 FROM stat_counter WHERE rollup = %d "
                   "AND a = '%s'",
                   rollup, a);
    return scratch_int(sql, query);
}

START_TEST(what_the_wire_brings_is_counted_and_nothing_is_looked_up)
{
    await_listening();
    commit_days(40, true);
    await(&counting_numbers(counting)->wire, 80);
    ck_assert_double_eq(counting_numbers(counting)->sweep, 0);
    ck_assert_int_eq(count_of(1, ""), 40);
    ck_assert_int_eq(count_of(11, ""), 40);
    ck_assert_int_eq(count_of(14, "form"), 40);
    ck_assert_int_eq(scratch_int(sql, "SELECT sum(pos)::int8 FROM stat_cursor"), 80);
    ck_assert_int_eq(scratch_int(sql, "SELECT sum(wire - sweep)::int8 FROM stat_cursor"), 80);
}
END_TEST

START_TEST(what_the_wire_never_brought_is_found_in_the_log)
{
    commit_days(40, false);
    await(&counting_numbers(counting)->sweep, 80);
    ck_assert_int_eq(count_of(1, ""), 40);
    ck_assert_int_eq(count_of(11, ""), 40);
}
END_TEST

START_TEST(a_position_that_another_moved_is_read_again_and_nothing_counts_twice)
{
    await_listening();
    commit_days(2, true);
    await(&counting_numbers(counting)->wire, 4);
    ck_ok(ekc_sql_script(sql, "UPDATE stat_cursor SET pos = 3 WHERE lane_id = 1; "
                              "UPDATE lane SET last_seq = 3 WHERE id = 1; "
                              "INSERT INTO event_log SELECT lane_id, 3, n, at, events "
                              "FROM event_log WHERE lane_id = 1 AND seq = 2"));
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer batch = { 0 };
    events_add(&batch, 9, EVENTS_NOON_US, NULL, NULL);
    ekc_feed_publish(feed, 1, 3, 1, events_bytes(&batch));
    commit(1, 4, &batch, false);
    await(&counting_numbers(counting)->sweep, 1);
    ck_assert_int_eq(count_of(1, ""), 3);
}
END_TEST

START_TEST(a_worker_that_stops_gives_its_turn_away)
{
    await_listening();
    commit_days(2, true);
    await(&counting_numbers(counting)->wire, 4);
    counting_stop(counting);
    ck_ok(ekc_loop_run(loop));
    ck_assert_int_eq(counting_result(counting), 0);
    ck_assert_int_eq(
        scratch_int(sql, "SELECT count(*) FROM stat_turn WHERE lease_until > now()"), 0);
}
END_TEST

START_TEST(an_unfit_schema_makes_the_worker_wait_and_say_so)
{
    start_counting();
    int64_t until_ms = ekc_tick_ms() + PATIENCE_MS;
    while (!strstr(counting_trouble(counting), "the database has 0") &&
           ekc_tick_ms() < until_ms)
        ck_ok(ekc_loop_turn(loop, 50));
    ck_assert_ptr_nonnull(strstr(counting_trouble(counting), "the database has 0"));
    ck_ok(ekc_schema_migrate(sql));
    await(&counting_numbers(counting)->is_counting, 1);
    ck_assert_ptr_null(counting_trouble(counting));
}
END_TEST

/* --- questions ------------------------------------------------------------------------------
 */

static const Ekc__V1__Envelope *hear(void)
{
    struct ekc_letter letter;
    ProtobufCMessage *message = NULL;
    int64_t until_ms = ekc_tick_ms() + PATIENCE_MS;
    int r = 0;
    while (r == 0 && ekc_tick_ms() < until_ms) {
        ck_ok(ekc_loop_turn(loop, 20));
        r = ekc_end_receive(asker, &letter);
        ck_ok(r);
    }
    ck_assert_int_eq(r, 1);
    ekc_arena_reset(arena);
    ck_ok(ekc_wire_unpack(arena, &ekc__v1__envelope__descriptor, letter.payload, &message));
    return (const Ekc__V1__Envelope *)message;
}

/* Asks as PROTOCOL.md tells: the same again when the answer is BUSY. */
static const Ekc__V1__Envelope *ask(Ekc__V1__Query *query)
{
    Ekc__V1__Envelope question = EKC__V1__ENVELOPE__INIT;
    question.request_id = (char *)"q";
    question.body_case = EKC__V1__ENVELOPE__BODY_QUERY;
    question.query = query;
    const Ekc__V1__Envelope *answer = NULL;
    do {
        ck_ok(ekc_post(asker, NULL, &question));
        answer = hear();
    } while (answer->body_case == EKC__V1__ENVELOPE__BODY_REFUSED &&
             answer->refused->retry_after_ms > 0);
    ck_assert_str_eq(answer->request_id, "q");
    return answer;
}

START_TEST(figures_by_month_and_topic_come_from_counters)
{
    await_listening();
    commit_days(40, true);
    await(&counting_numbers(counting)->wire, 80);

    Ekc__V1__Dimension groups[] = { EKC__V1__DIMENSION__DIMENSION_TOPIC };
    Ekc__V1__Query query = EKC__V1__QUERY__INIT;
    query.measure = EKC__V1__MEASURE__MEASURE_JUDGED;
    query.period = EKC__V1__PERIOD__PERIOD_MONTH;
    query.n_group_by = 1;
    query.group_by = groups;
    const Ekc__V1__Envelope *answer = ask(&query);
    ck_assert_int_eq(answer->body_case, EKC__V1__ENVELOPE__BODY_FIGURES);
    const Ekc__V1__Figures *figures = answer->figures;
    ck_assert_uint_eq(figures->total, 40);
    ck_assert(!figures->scanned);
    ck_assert_uint_eq(figures->n_figures, 4);
    ck_assert_str_eq(figures->figures[0]->from, "2022-01-05");
    ck_assert_str_eq(figures->figures[0]->to, "2022-01-31");
    ck_assert_str_eq(figures->figures[0]->keys[0], "sale");
    ck_assert_uint_eq(figures->figures[0]->value, 14);
    ck_assert_uint_eq(figures->figures[1]->value, 13);
    ck_assert(figures->figures[0]->partial);
    ck_assert_int_eq(figures->as_of_us, EVENTS_NOON_US + 39 * EVENTS_DAY_US);
}
END_TEST

START_TEST(what_no_counter_covers_is_counted_from_the_facts)
{
    await_listening();
    commit_days(1, true);
    await(&counting_numbers(counting)->wire, 2);
    ck_ok(ekc_sql_script(
        sql,
        "INSERT INTO area VALUES ('land', 1, '', ''); "
        "INSERT INTO topic VALUES ('sale', 'land', 1, '', '', '', '', true, '{}'); "
        "INSERT INTO inquiry (portal_id, id, external_id, salt, fingerprint, created_at, "
        "received_at, channel, applicant_kind, okrug, regime, body) VALUES "
        "(1, 7, 'x', '', '', '2022-01-05 12:00+03', now(), 'form', 'unknown', 'SAO', '', ''); "
        "INSERT INTO verdict VALUES "
        "(1, 7, 1, 'unsure', 1, 'resident', '', 'm', 'b', now(), 'wire'), "
        "(1, 7, 2, 'sure', 1, 'developer', '', 'm', 'b', now(), 'wire'); "
        "INSERT INTO verdict_topic VALUES (1, 7, 2, 1, 'sale', 1)"));

    Ekc__V1__Dimension groups[] = { EKC__V1__DIMENSION__DIMENSION_PORTAL,
                                    EKC__V1__DIMENSION__DIMENSION_OKRUG };
    char *values[] = { (char *)"developer", (char *)"nobody" };
    Ekc__V1__Filter filter = EKC__V1__FILTER__INIT;
    Ekc__V1__Filter *filters[] = { &filter };
    filter.dimension = EKC__V1__DIMENSION__DIMENSION_APPLICANT_KIND;
    filter.n_values = 2;
    filter.values = values;
    Ekc__V1__Query query = EKC__V1__QUERY__INIT;
    query.measure = EKC__V1__MEASURE__MEASURE_JUDGED;
    query.period = EKC__V1__PERIOD__PERIOD_DAY;
    query.n_group_by = 2;
    query.group_by = groups;
    query.n_filters = 1;
    query.filters = filters;
    const Ekc__V1__Envelope *answer = ask(&query);
    ck_assert_int_eq(answer->body_case, EKC__V1__ENVELOPE__BODY_FIGURES);
    ck_assert(answer->figures->scanned);
    ck_assert_uint_eq(answer->figures->n_figures, 1);
    ck_assert_str_eq(answer->figures->figures[0]->keys[0], "mos.ru");
    ck_assert_str_eq(answer->figures->figures[0]->keys[1], "SAO");
    ck_assert_uint_eq(answer->figures->figures[0]->value, 1);
}
END_TEST

START_TEST(without_any_inquiry_the_answer_is_empty)
{
    await_listening();
    Ekc__V1__Query query = EKC__V1__QUERY__INIT;
    query.measure = EKC__V1__MEASURE__MEASURE_JUDGED;
    query.period = EKC__V1__PERIOD__PERIOD_YEAR;
    const Ekc__V1__Envelope *answer = ask(&query);
    ck_assert_int_eq(answer->body_case, EKC__V1__ENVELOPE__BODY_FIGURES);
    ck_assert_uint_eq(answer->figures->n_figures, 0);
}
END_TEST

START_TEST(a_message_that_is_no_question_is_refused)
{
    await_listening();
    Ekc__V1__GetCatalog get = EKC__V1__GET_CATALOG__INIT;
    Ekc__V1__Envelope question = EKC__V1__ENVELOPE__INIT;
    question.request_id = (char *)"g";
    question.body_case = EKC__V1__ENVELOPE__BODY_GET_CATALOG;
    question.get_catalog = &get;
    ck_ok(ekc_post(asker, NULL, &question));
    const Ekc__V1__Envelope *answer = hear();
    ck_assert_int_eq(answer->body_case, EKC__V1__ENVELOPE__BODY_REFUSED);
    ck_assert_int_eq(answer->refused->refusal->code,
                     EKC__V1__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
    ck_assert_str_eq(answer->request_id, "g");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("counting");
    TCase *tests = tcase_create("counting"), *unfit = tcase_create("unfit");
    if (scratch_is_missing())
        return EXIT_SUCCESS;

    tcase_set_timeout(tests, 60);
    tcase_set_timeout(unfit, 60);
    tcase_add_checked_fixture(tests, open_migrated, close_all);
    tcase_add_checked_fixture(unfit, open_all, close_all);
    tcase_add_test(tests, what_the_wire_brings_is_counted_and_nothing_is_looked_up);
    tcase_add_test(tests, what_the_wire_never_brought_is_found_in_the_log);
    tcase_add_test(tests, a_position_that_another_moved_is_read_again_and_nothing_counts_twice);
    tcase_add_test(tests, a_worker_that_stops_gives_its_turn_away);
    tcase_add_test(tests, figures_by_month_and_topic_come_from_counters);
    tcase_add_test(tests, what_no_counter_covers_is_counted_from_the_facts);
    tcase_add_test(tests, without_any_inquiry_the_answer_is_empty);
    tcase_add_test(tests, a_message_that_is_no_question_is_refused);
    tcase_add_test(unfit, an_unfit_schema_makes_the_worker_wait_and_say_so);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, unfit);
    return ekc_check_run(suite);
}
