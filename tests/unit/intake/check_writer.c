/* check_writer.c - what becomes of a batch and of those who wait for it, whatever the database
 * says to it: a real one, that a trigger makes fail. */
#include "intake/writer.h"

#include <stdio.h>

#include "ekc/schema.h"
#include "intake/batches.h"
#include "support/port.h"
#include "support/scratch_db.h"

static struct intake intake;

static ekc_end *bind_end(void)
{
    ekc_end *end = NULL;
    char address[ADDRESS_SIZE];
    free_address(address);
    ck_ok(ekc_end_bind(intake.bus, address, &end));
    return end;
}

static void open_feed(void)
{
    char address[ADDRESS_SIZE];
    free_address(address);
    ck_ok(ekc_feed_open(&intake.feed, loop, intake.bus, address, EKC__V1__ROLE__ROLE_INTAKE));
}

/* As the reader would: there are always ids, and never the same again. */
static void give_ids(void)
{
    static int blocks;
    while (intake.id_block_count < 4)
        intake.id_blocks[intake.id_block_count++] = 1000 * ++blocks;
}

static void pump(void *self)
{
    (void)self;
    give_ids();
    for (size_t i = 0; i < WRITERS; i++) {
        intake.writers[i].refill_seq = 1; /* the log has it: nobody is offered work here */
        writer_pump(&intake.writers[i]);
    }
    batches_give_up(&intake);
}

static void pulse(void *self)
{
    (void)self;
}

static void open_batches(void)
{
    ck_ok(ekc_arena_new(&intake.scratch, 1 << 20));
    ck_ok(batch_new(&intake.open, 1 << 20));
    for (; intake.spare_count < BATCHES - 1; intake.spare_count++)
        ck_ok(batch_new(&intake.spare[intake.spare_count], 1 << 20));
}

static void open_writers(void)
{
    intake.schema_version = ekc_schema_needed(); /* as the reader has found */
    for (size_t i = 0; i < WRITERS; i++)
        ck_ok(writer_open(&intake.writers[i], &intake));
    ck_ok(ekc_loop_every(loop, 20, pulse, NULL));
    ck_ok(ekc_loop_after_turn(loop, pump, NULL));
    turn_until(writer_is_ready(&intake.writers[0]) && writer_is_ready(&intake.writers[1]));
}

static void open_intake(void)
{
    open_world();
    ck_ok(ekc_schema_migrate(sql));
    ck_assert_int_eq(setenv("EKC_DB", scratch_conninfo(), 1), 0);
    intake = (struct intake){ .loop = loop };
    ck_assert_int_eq(setenv("EKC_CURVE", "off", 1), 0);
    ck_ok(ekc_bus_open(&intake.bus));
    ekc_loop_attach(loop, intake.bus);
    intake.portals_end = bind_end();
    open_feed();
    open_batches();
    open_writers();
}

static void close_intake(void)
{
    for (size_t i = 0; i < WRITERS; i++) {
        batch_free(&intake.writers[i].batch);
        writer_close(&intake.writers[i]);
    }
    batch_free(&intake.open);
    while (intake.waiting_count > 0)
        batch_free(&intake.waiting[--intake.waiting_count]);
    while (intake.spare_count > 0)
        batch_free(&intake.spare[--intake.spare_count]);
    ekc_arena_free(&intake.scratch);
    ekc_feed_close(&intake.feed);
    ekc_end_close(&intake.portals_end);
    close_world();
    ekc_bus_close(&intake.bus);
}

/* One Submit of so many inquiries, whose keys go on from the last. */
static void submit(int count)
{
    static int last;
    struct request *request = batch_add_request(intake.open);
    request->id = "r";
    for (int i = 0; i < count; i++) {
        struct item *item = batch_add_item(intake.open);
        char *key = ekc_arena_take(intake.open->arena, 16);
        (void)snprintf(key, 16, "key-%d", ++last);
        item->portal = 1;
        item->inquiry = (struct inquiry){ .external_id = key,
                                          .channel = "site",
                                          .okrug = "",
                                          .subject = "",
                                          .text = "text",
                                          .applicant_key = "",
                                          .address = "",
                                          .cadastral_number = "",
                                          .category = "",
                                          .correlation_id = "",
                                          .reply_channel = "",
                                          .identified_by = "",
                                          .taken_by = "" };
    }
}

static double answered(void)
{
    const struct counters *c = &intake.counters;
    return c->durable + c->duplicate + c->invalid + c->reused + c->busy + c->draining;
}

static void submit_and_wait(int count)
{
    double before = answered();
    submit(count);
    turn_until(answered() - before >= count);
}

static int64_t stored(void)
{
    return scratch_int(sql, "SELECT count(*) FROM inquiry");
}

/* Makes inserts of some rows fail in a way of our choice, or none again. */
static void fail_with(const char *sqlstate, const char *condition)
{
    char script[512];
    (void)snprintf(script, sizeof script,
                   "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ "
                   "BEGIN IF %s THEN RAISE EXCEPTION USING ERRCODE = '%s'; END IF; RETURN NEW; "
                   "END $$; "
                   "CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON inquiry FOR EACH ROW "
                   "EXECUTE FUNCTION fail()",
                   condition, sqlstate);
    ck_ok(ekc_sql_script(sql, script));
}

static void heal(void)
{
    ck_ok(ekc_sql_script(sql, "DROP TRIGGER fail ON inquiry"));
}

START_TEST(what_is_answered_durable_is_stored)
{
    submit_and_wait(10);
    ck_assert(intake.counters.durable == 10);
    ck_assert_int_eq(stored(), 10);
}
END_TEST

/* --- a sick database ---------------------------------------------------------------------- */

START_TEST(a_full_disk_is_answered_busy_at_once)
{
    fail_with("53100", "true");
    int64_t began_ms = ekc_tick_ms();
    submit_and_wait(10);
    ck_assert(intake.counters.busy == 10);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 500);
    ck_assert_int_eq(intake.mood.kind, MOOD_SICK);
    ck_assert_int_eq(strncmp(intake.mood.text, "the database's disk is full: ", 29), 0);

    began_ms = ekc_tick_ms();
    submit_and_wait(5); /* what came in between */
    ck_assert(intake.counters.busy == 15);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 500);
    ck_assert_int_eq(stored(), 0);
}
END_TEST

START_TEST(a_database_with_room_again_is_found_well_without_an_inquiry)
{
    fail_with("53100", "true");
    submit_and_wait(1);
    heal();
    turn_until(mood_is_well(&intake.mood));
    submit_and_wait(3);
    ck_assert(intake.counters.durable == 3);
    ck_assert_int_eq(stored(), 3);
    ck_assert_int_eq(scratch_int(sql, "SELECT count(*) FROM event_log"), 1);
}
END_TEST

START_TEST(a_missing_table_is_waited_for)
{
    ck_ok(ekc_sql_script(sql, "ALTER TABLE inquiry RENAME TO inquiry_away"));
    submit_and_wait(4);
    ck_assert(intake.counters.busy == 4 && intake.counters.invalid == 0);
    ck_assert_int_eq(intake.mood.kind, MOOD_UNFIT);
    ck_assert_int_eq(intake.schema_version, -1); /* is asked again */

    intake.schema_version = ekc_schema_needed();
    int64_t began_ms = ekc_tick_ms();
    while (ekc_tick_ms() - began_ms < 1500)
        ck_ok(ekc_loop_turn(loop, 100));
    ck_assert_int_eq(intake.mood.kind, MOOD_UNFIT);

    ck_ok(ekc_sql_script(sql, "ALTER TABLE inquiry_away RENAME TO inquiry"));
    while (!mood_is_well(&intake.mood)) {
        intake.schema_version = ekc_schema_needed(); /* as the reader finds it */
        ck_ok(ekc_loop_turn(loop, 100));
    }
    submit_and_wait(4);
    ck_assert(intake.counters.durable == 4);
}
END_TEST

/* --- tries -------------------------------------------------------------------------------- */

/* A deadlock, an id given out before, a lane that was lost. */
static const char *const passing[] = { "40P01", "23505", "EK001" };

START_TEST(what_fails_again_and_again_ends_in_busy)
{
    fail_with(passing[_i], "true");
    submit_and_wait(2);
    ck_assert(intake.counters.busy == 2);
    ck_assert(intake.counters.failures == 6);
    ck_assert(mood_is_well(&intake.mood));
    heal();
    submit_and_wait(2);
    ck_assert(intake.counters.durable == 2);
}
END_TEST

START_TEST(a_deadlock_that_passes_is_not_heard_of)
{
    ck_ok(ekc_sql_script(sql, "CREATE SEQUENCE tries"));
    fail_with("40P01", "nextval('tries') < 3");
    submit_and_wait(1);
    ck_assert(intake.counters.durable == 1 && intake.counters.failures == 2);
    ck_assert_int_eq(stored(), 1);
}
END_TEST

START_TEST(a_row_that_cannot_be_stored_sinks_no_neighbour)
{
    fail_with("22000", "NEW.id % 7 = 3");
    submit_and_wait(21);
    ck_assert(intake.counters.invalid == 3 && intake.counters.durable == 18);
    ck_assert_int_eq(stored(), 18);
}
END_TEST

START_TEST(a_row_that_fails_for_no_known_reason_is_not_refused)
{
    fail_with("XX000", "NEW.id = 1005");
    submit_and_wait(10);
    ck_assert(intake.counters.busy == 1 && intake.counters.invalid == 0);
    ck_assert(intake.counters.durable == 9);
    ck_assert_int_eq(stored(), 9);
}
END_TEST

START_TEST(when_all_rows_fail_for_no_known_reason_the_batch_is_given_up)
{
    fail_with("XX000", "true");
    submit_and_wait(500);
    ck_assert(intake.counters.busy == 500 && intake.counters.invalid == 0);
    ck_assert(intake.counters.failures <= 5);
}
END_TEST

/* --- an unknown outcome ------------------------------------------------------------------- */

/* Other connections of this test alone, so that another test's server may be the same one. */
static void end_writers(void)
{
    ck_ok(ekc_sql_run(sql,
                      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                      "application_name = 'check_writer' AND pid <> pg_backend_pid()",
                      NULL, NULL));
}

START_TEST(a_batch_of_unknown_outcome_is_stored_once)
{
    ck_ok(ekc_sql_script(sql, "CREATE SEQUENCE tries"));
    fail_with("57P01", "nextval('tries') < 3");
    submit_and_wait(1);
    ck_assert(intake.counters.durable == 1 && intake.counters.busy == 0);
    ck_assert_int_eq(stored(), 1);
}
END_TEST

START_TEST(askers_hear_busy_while_there_is_no_connection_and_the_batch_is_stored_all_the_same)
{
    fail_with("57P01", "true"); /* each try ends its connection */
    int64_t began_ms = ekc_tick_ms();
    submit_and_wait(1);
    int64_t took_ms = ekc_tick_ms() - began_ms;
    ck_assert(intake.counters.busy == 1);
    ck_assert(took_ms >= 1900 && took_ms < 4500);
    heal();
    while (stored() == 0)
        ck_ok(ekc_loop_turn(loop, 100));
    turn_until(!intake.writers[0].batch && !intake.writers[1].batch);
    ck_assert(answered() == 1);
    ck_assert_uint_eq(intake.spare_count, BATCHES - 1);
}
END_TEST

START_TEST(a_batch_that_waits_for_a_writer_hears_busy_within_seconds)
{
    intake.schema_version = -1; /* so that none of them comes back to a lane */
    end_writers();
    turn_until(!writer_is_ready(&intake.writers[0]) && !writer_is_ready(&intake.writers[1]));
    int64_t began_ms = ekc_tick_ms();
    submit_and_wait(3);
    ck_assert(intake.counters.busy == 3);
    ck_assert_int_ge(ekc_tick_ms() - began_ms, 1900);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 3500);
}
END_TEST

START_TEST(all_that_waits_is_given_up_even_when_no_batch_is_spare)
{
    intake.schema_version = -1;
    end_writers();
    turn_until(!writer_is_ready(&intake.writers[0]) && !writer_is_ready(&intake.writers[1]));
    do
        submit(1);
    while (batches_turn(&intake));
    turn_until(answered() == BATCHES);
    ck_assert_uint_eq(intake.spare_count, BATCHES - 1);
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("writer");
    TCase *writer = tcase_create("writer");
    tcase_add_checked_fixture(writer, open_intake, close_intake);
    tcase_set_timeout(writer, 60);
    tcase_add_test(writer, what_is_answered_durable_is_stored);
    tcase_add_test(writer, a_full_disk_is_answered_busy_at_once);
    tcase_add_test(writer, a_database_with_room_again_is_found_well_without_an_inquiry);
    tcase_add_test(writer, a_missing_table_is_waited_for);
    tcase_add_loop_test(writer, what_fails_again_and_again_ends_in_busy, 0, EKC_COUNT(passing));
    tcase_add_test(writer, a_deadlock_that_passes_is_not_heard_of);
    tcase_add_test(writer, a_row_that_cannot_be_stored_sinks_no_neighbour);
    tcase_add_test(writer, a_row_that_fails_for_no_known_reason_is_not_refused);
    tcase_add_test(writer, when_all_rows_fail_for_no_known_reason_the_batch_is_given_up);
    tcase_add_test(writer, a_batch_of_unknown_outcome_is_stored_once);
    tcase_add_test(
        writer,
        askers_hear_busy_while_there_is_no_connection_and_the_batch_is_stored_all_the_same);
    tcase_add_test(writer, a_batch_that_waits_for_a_writer_hears_busy_within_seconds);
    tcase_add_test(writer, all_that_waits_is_given_up_even_when_no_batch_is_spare);
    suite_add_tcase(suite, writer);
    return ekc_check_run(suite);
}
