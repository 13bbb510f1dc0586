/* writer.c - a connection that stores batches in its own lane; see writer.h. Group commit
 * without a timer: a batch is all that came while the last one was being committed. */
#include "intake/writer.h"

#include <errno.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "intake/batches.h"

enum { PAUSE_MS = 100, PAUSE_MIN_MS = 10, TRIES_MAX = 5, RENEW_MS = 5000 };

bool writer_is_ready(const struct writer *writer)
{
    return writer->lane.id != 0 && ekc_db_is_connected(writer->db);
}

void writer_release(struct writer *writer)
{
    batches_finish(writer->intake, writer->batch);
    writer->batch = NULL;
    writer->is_unknown = false;
}

static void pause_for(struct writer *writer, int64_t ms)
{
    writer->pause_until_ms = ekc_tick_ms() + ekc_db_jitter(ms);
}

/* Surely not stored, and nothing stands against trying again. */
static void try_again(struct writer *writer)
{
    struct batch *batch = writer->batch;
    if (++batch->tries > TRIES_MAX)
        writer_release(writer);
    else
        pause_for(writer, PAUSE_MIN_MS << batch->tries);
}

static void hear(struct writer *writer, const char *what, const struct ekc_reply *reply)
{
    struct intake *intake = writer->intake;
    mood_hear(&intake->mood, reply, ekc_tick_ms());
    if (reply->r == -EINVAL)
        intake->schema_version = -1; /* has it been migrated under us? */
    else if (reply->r < 0 && reply->r != -ENOSPC)
        mood_note(&intake->mood, what, reply, ekc_tick_ms());
}

void writer_fail(struct writer *writer, const struct ekc_reply *reply)
{
    writer->intake->counters.failures++;
    hear(writer, "batch not stored", reply);
    if (reply->r == -ENOTCONN)
        writer->is_unknown = true;
    else if (reply->r == -ENOSPC || reply->r == -EINVAL)
        writer_release(writer);
    else
        try_again(writer);
}

void writer_fail_with(struct writer *writer, int r)
{
    writer_fail(writer, &(struct ekc_reply){ .r = r, .message = strerror(-r) });
}

static void taken(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    int r = reply->r < 0 ? reply->r
                         : ekc_lane_taken(&writer->lane, writer->owner, reply->results[0]);
    if (r < 0) {
        pause_for(writer, PAUSE_MS);
        struct ekc_reply failed = *reply;
        failed.r = r;
        hear(writer, "no lane", &failed);
        return;
    }
    writer->last_seq = writer->lane.last_seq;
    writer->refill_seq = writer->last_seq ? 1 : 0; /* what its last owner did not give away */
    writer->renewed_ms = ekc_tick_ms();
}

static void take_lane(struct writer *writer)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_text(&params, "intake");
    ekc_params_int8(&params, writer->owner);
    int r = ekc_db_add(writer->db, &ekc_lane_take, &params);
    writer->is_waiting = r == 0 && ekc_db_run(writer->db, taken, writer) == 0;
}

static void renewed(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    if (reply->r < 0)
        hear(writer, "lane not renewed", reply);
    else if (ekc_result_rows(reply->results[0]) != 1)
        writer->lane.id = 0;
}

static void renew_lane(struct writer *writer)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, writer->lane.id);
    ekc_params_int8(&params, writer->owner);
    int r = ekc_db_add(writer->db, &ekc_lane_renew, &params);
    writer->is_waiting = r == 0 && ekc_db_run(writer->db, renewed, writer) == 0;
    writer->renewed_ms = ekc_tick_ms();
}

static bool has_pending(const struct batch *batch)
{
    for (size_t i = batch->from; i < batch->to; i++)
        if (batch->items[i].state == ITEM_PENDING)
            return true;
    return false;
}

static void store_next(struct writer *writer)
{
    struct batch *batch = writer->batch;
    while (batch->from < batch->to && !has_pending(batch))
        insert_go_on(batch);
    if (batch->from < batch->to)
        insert_start(writer);
    else if (!compare_start(writer))
        writer_release(writer);
}

static void left(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    (void)reply; /* else its lease ends by itself */
    writer->is_waiting = false;
    writer->lane.id = 0;
}

bool writer_leave(struct writer *writer)
{
    if (writer->lane.id == 0 || !ekc_db_is_connected(writer->db))
        return true;
    if (writer->has_left || writer->is_waiting || !ekc_db_is_idle(writer->db))
        return false;

    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, writer->lane.id);
    ekc_params_int8(&params, writer->owner);
    int r = ekc_db_add(writer->db, &ekc_lane_leave, &params);
    writer->is_waiting = r == 0 && ekc_db_run(writer->db, left, writer) == 0;
    writer->has_left = true;
    return false;
}

/* Between tries. Nobody is kept waiting for a connection; but what may have been stored is sent
 * again all the same, since that makes duplicates of what its askers will send. */
static void tend_batch(struct writer *writer)
{
    struct intake *intake = writer->intake;
    struct batch *batch = writer->batch;
    bool is_answered = batch->request_count == 0;
    bool is_needed = writer->is_unknown && !intake->is_draining;
    bool is_stuck = !writer_is_ready(writer) && batches_is_late(batch);
    if (batches_is_too_old(batch) || (is_answered && !is_needed))
        writer_release(writer);
    else if (!is_answered && (is_stuck || !mood_is_well(&intake->mood)))
        batches_answer(intake, batch);
}

static void write_next(struct writer *writer)
{
    int64_t now = ekc_tick_ms();
    struct mood *mood = &writer->intake->mood;
    bool may_write = mood_is_well(mood);
    if (writer->lane.id == 0)
        take_lane(writer);
    else if (may_write && (writer->batch || (writer->batch = batches_take(writer->intake))))
        store_next(writer);
    else if (mood_take_probe(mood, now))
        probe_start(writer);
    else if (now - writer->renewed_ms > RENEW_MS)
        renew_lane(writer);
}

void writer_pump(struct writer *writer)
{
    if (writer->batch && !writer->is_waiting)
        tend_batch(writer);
    if (writer->is_waiting || writer->has_left || !ekc_db_is_idle(writer->db) ||
        ekc_tick_ms() < writer->pause_until_ms)
        return;
    if (writer->intake->schema_version == ekc_schema_needed())
        write_next(writer);
}

static void lost(void *self)
{
    struct writer *writer = self;
    writer->lane.id = 0;
}

static void ready(void *self)
{
    writer_pump(self);
}

int writer_open(struct writer *writer, struct intake *intake)
{
    writer->intake = intake;
    writer->owner = ekc_lane_owner();
    writer->compare_portals.type = EKC_INT4;
    writer->compare_keys.type = EKC_TEXT;
    store_columns_init(&writer->columns);
    return ekc_db_open(&writer->db, intake->loop,
                       &(struct ekc_db_options){
                           .conninfo = ekc_setting("EKC_DB"),
                           .on_ready = ready,
                           .on_lost = lost,
                           .self = writer,
                       });
}

void writer_close(struct writer *writer)
{
    ekc_db_close(&writer->db);
    store_columns_done(&writer->columns);
    ekc_array_done(&writer->compare_portals);
    ekc_array_done(&writer->compare_keys);
}
