/* writer.c - a connection that stores batches in its own lane; see writer.h. Group commit
 * without a timer: a batch is all that came while the last one was being committed. */
#include "intake/writer.h"

#include <errno.h>

#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "intake/batches.h"

enum { PAUSE_MS = 100, RENEW_MS = 5000 };

bool writer_is_ready(const struct writer *writer)
{
    return writer->lane.id != 0 && ekc_db_is_connected(writer->db);
}

void writer_release(struct writer *writer)
{
    batches_finish(writer->intake, writer->batch);
    writer->batch = NULL;
}

void writer_pause_after(struct writer *writer, const struct ekc_reply *reply)
{
    struct batch *batch = writer->batch;
    writer->intake->counters.failures++;
    writer->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
    ekc_warn("batch not stored: %s %s (try %d)", reply->sqlstate, reply->message,
             ++batch->tries);
    if (reply->r == -EINVAL || batches_is_too_old(batch))
        writer_release(writer);
}

static void taken(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    int r = reply->r < 0 ? reply->r
                         : ekc_lane_taken(&writer->lane, writer->owner, reply->results[0]);
    if (r < 0) {
        writer->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
        ekc_warn("no lane: %s %s", reply->sqlstate, reply->message);
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
    if (reply->r < 0 || ekc_result_rows(reply->results[0]) != 1)
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

void writer_pump(struct writer *writer)
{
    int64_t now = ekc_tick_ms();
    if (writer->batch && !writer->is_waiting && batches_is_too_old(writer->batch))
        writer_release(writer);
    if (writer->is_waiting || writer->has_left || !ekc_db_is_idle(writer->db) ||
        now < writer->pause_until_ms)
        return;
    if (writer->intake->schema_version != ekc_schema_needed())
        return;
    if (writer->lane.id == 0)
        take_lane(writer);
    else if (writer->batch || (writer->batch = batches_take(writer->intake)))
        store_next(writer);
    else if (now - writer->renewed_ms > RENEW_MS)
        renew_lane(writer);
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
