/* writer.c - stores batches: insert, compare what was known, answer. Group commit without a
 * timer: a batch is all that came while the last one was being committed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/ask.h"
#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "intake/events.h"
#include "intake/fingerprint.h"
#include "intake/intake.h"
#include "intake/reader.h"
#include "intake/work.h"

enum { GIVE_UP_MS = 10000, PAUSE_MS = 100, RENEW_MS = 5000 };

bool writer_is_ready(const struct writer *writer)
{
    return writer->lane.id != 0 && ekc_db_is_connected(writer->db);
}

static void release(struct writer *writer)
{
    struct intake *intake = writer->intake;
    answer_batch(intake, writer->batch);
    batch_reset(writer->batch);
    intake->spare[intake->spare_count++] = writer->batch;
    writer->batch = NULL;
}

/* What time may cure is tried again, for as long as an asker may be waiting. */
static void pause_after(struct writer *writer, const struct ekc_reply *reply)
{
    struct batch *batch = writer->batch;
    writer->intake->counters.failures++;
    writer->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
    ekc_warn("batch not stored: %s %s (try %d)", reply->sqlstate, reply->message,
             ++batch->tries);
    if (reply->r == -EINVAL || ekc_tick_ms() - batch->opened_ms > GIVE_UP_MS)
        release(writer);
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
    writer->refill_seq = 0;
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

/* --- compare: what stands behind the keys that were there before -------------------------- */

static struct item *nth_known(struct batch *batch, int64_t ordinal)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].state == ITEM_KNOWN && --ordinal == 0)
            return &batch->items[i];
    return NULL;
}

static void compare_one(struct item *item, const ekc_result *result, int row)
{
    struct ekc_bytes salt = ekc_result_bytes(result, row, 2);
    struct ekc_bytes stored = ekc_result_bytes(result, row, 3);
    uint8_t salt_bytes[16] = { 0 }, digest[32];
    memcpy(salt_bytes, salt.data, salt.len < sizeof salt_bytes ? salt.len : sizeof salt_bytes);
    fingerprint_of(&item->inquiry, salt_bytes, digest);

    bool is_same =
        stored.len == sizeof digest && memcmp(stored.data, digest, sizeof digest) == 0;
    item->id = ekc_result_int(result, row, 1);
    item->state = is_same ? ITEM_DUPLICATE : ITEM_REUSED;
}

/* From the last ordinal to the first: each settled item leaves the count of known ones. */
static void compared(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    if (reply->r < 0) {
        pause_after(writer, reply);
        return;
    }
    const ekc_result *result = reply->results[0];
    for (int row = ekc_result_rows(result) - 1; row >= 0; row--)
        compare_one(nth_known(writer->batch, ekc_result_int(result, row, 0)), result, row);
    release(writer);
    writer_pump(writer);
}

static bool compare(struct writer *writer)
{
    const struct batch *batch = writer->batch;
    ekc_array_clear(&writer->compare_portals);
    ekc_array_clear(&writer->compare_keys);
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->items[i].state != ITEM_KNOWN)
            continue;
        ekc_array_int(&writer->compare_portals, batch->items[i].portal);
        ekc_array_text(&writer->compare_keys, batch->items[i].inquiry.external_id);
    }
    if (writer->compare_keys.count == 0)
        return false;
    int r = store_compare(writer->db, &writer->compare_portals, &writer->compare_keys);
    writer->is_waiting = r == 0 && ekc_db_run(writer->db, compared, writer) == 0;
    return true;
}

/* --- insert ------------------------------------------------------------------------------- */

/* The rows are in order of id, and so are the items: ids were given in their order. */
static void mark_stored(struct batch *batch, const ekc_result *result)
{
    int row = 0, rows = ekc_result_rows(result);
    for (size_t i = batch->from; i < batch->to; i++) {
        struct item *item = &batch->items[i];
        if (item->state != ITEM_PENDING)
            continue;
        bool is_stored = row < rows && ekc_result_int(result, row, 0) == item->id;
        item->state = is_stored ? ITEM_STORED : ITEM_KNOWN;
        row += is_stored;
    }
}

static void publish(struct writer *writer, int64_t seq, uint32_t count)
{
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer joined = { 0 };
    const struct batch *batch = writer->batch;
    for (size_t i = batch->from; i < batch->to; i++)
        if (batch->items[i].state == ITEM_STORED &&
            ekc_buffer_append(&joined, batch->items[i].event) < 0)
            return; /* the log has it */
    ekc_feed_publish(writer->intake->feed, writer->lane.id, seq, count,
                     (struct ekc_bytes){ joined.data, joined.len });
}

/* While older batches of the lane wait for room, newer ones line up behind them in the log. */
static void offer(struct writer *writer, int64_t seq)
{
    const struct batch *batch = writer->batch;
    if (writer->refill_seq == 0 &&
        work_offer(writer->intake, batch, batch->from, batch->to) < 0)
        writer->refill_seq = seq;
    writer->last_seq = seq;
}

static void go_on(struct batch *batch)
{
    batch->from = batch->to;
    batch->to = batch->count;
}

static size_t index_in_request(const struct batch *batch, size_t item)
{
    const struct request *request = batch->requests;
    while (item >= request->first + request->count)
        request++;
    return item - request->first;
}

/* One row that the database refuses is found by halving, so that it sinks no neighbour. */
static void narrow(struct writer *writer, const struct ekc_reply *reply)
{
    struct batch *batch = writer->batch;
    if (batch->to - batch->from > 1) {
        batch->to = batch->from + (batch->to - batch->from) / 2;
        return;
    }
    struct item *item = &batch->items[batch->from];
    ekc_warn("inquiry refused by the database: %s %s", reply->sqlstate, reply->message);
    char field[48];
    (void)snprintf(field, sizeof field, "inquiries[%zu]", index_in_request(batch, batch->from));
    item->state = ITEM_REFUSED;
    item->refusal = ekc_refusal(batch->arena, EKC__V1__REFUSAL_CODE__REFUSAL_CODE_NOT_STORABLE,
                                field, NULL);
    go_on(batch);
}

/* Only a restored database can give an id out again. */
static void renumber(struct writer *writer)
{
    struct batch *batch = writer->batch;
    ids_forget(writer->intake);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].state == ITEM_PENDING)
            batch->items[i].id = 0;
}

static void inserted(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    switch (reply->r) {
    case 0: {
        const ekc_result *result = reply->results[0];
        int rows = ekc_result_rows(result);
        mark_stored(writer->batch, result);
        writer->intake->counters.batches++;
        if (rows > 0) {
            publish(writer, ekc_result_int(result, 0, 1), (uint32_t)rows);
            offer(writer, ekc_result_int(result, 0, 1));
        }
        go_on(writer->batch);
        break;
    }
    case -EILSEQ:
        narrow(writer, reply);
        break;
    case -EEXIST:
        renumber(writer);
        break;
    case -EPROTO:
        ekc_warn("lane %d was lost", writer->lane.id);
        writer->lane.id = 0;
        break;
    default:
        pause_after(writer, reply);
        return;
    }
    writer_pump(writer);
}

/* Ids are given for the whole batch at once, in order. False: the stock is used up. */
static bool number_items(struct intake *intake, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct item *item = &batch->items[i];
        if (item->state == ITEM_PENDING && item->id == 0)
            item->id = ids_take(intake);
        if (item->state == ITEM_PENDING && item->id == 0)
            return false;
    }
    return true;
}

/* The buffer of events moves while it grows, so their places are fixed when it is whole. */
static int fill_columns(struct writer *writer)
{
    struct batch *batch = writer->batch;
    size_t at = 0;
    batch->events.len = 0;
    store_columns_clear(&writer->columns);
    for (size_t i = batch->from; i < batch->to; i++) {
        struct item *item = &batch->items[i];
        size_t before = batch->events.len;
        if (item->state == ITEM_PENDING && events_write_received(&batch->events, item) < 0)
            return -ENOMEM;
        item->event.len = batch->events.len - before;
    }
    for (size_t i = batch->from; i < batch->to; i++) {
        struct item *item = &batch->items[i];
        item->event.data = batch->events.data + at;
        at += item->event.len;
        if (item->state == ITEM_PENDING)
            store_columns_add(&writer->columns, item);
    }
    return 0;
}

static void insert_next(struct writer *writer)
{
    struct batch *batch = writer->batch;
    if (!number_items(writer->intake, batch))
        return; /* the reader is fetching some */
    int r = fill_columns(writer);
    if (r == 0)
        r = store_insert(writer->db, &writer->columns, &writer->lane);
    if (r == 0)
        r = ekc_db_run(writer->db, inserted, writer);
    if (r == 0)
        writer->is_waiting = true;
    else
        pause_after(writer, &(struct ekc_reply){ .r = r, .message = strerror(-r) });
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
        go_on(batch);
    if (batch->from < batch->to)
        insert_next(writer);
    else if (!compare(writer))
        release(writer);
}

bool batches_turn(struct intake *intake)
{
    if (intake->spare_count == 0)
        return false;
    intake->waiting[intake->waiting_count++] = intake->open;
    intake->open = intake->spare[--intake->spare_count];
    return true;
}

/* The batch that has waited longest, or what is open now. */
static bool take_batch(struct writer *writer)
{
    struct intake *intake = writer->intake;
    if (intake->waiting_count == 0 && (intake->open->count == 0 || !batches_turn(intake)))
        return false;
    writer->batch = intake->waiting[0];
    writer->batch->to = writer->batch->count;
    memmove(intake->waiting, intake->waiting + 1,
            --intake->waiting_count * sizeof *intake->waiting);
    return true;
}

void writer_pump(struct writer *writer)
{
    int64_t now = ekc_tick_ms();
    if (writer->batch && !writer->is_waiting && now - writer->batch->opened_ms > GIVE_UP_MS)
        release(writer);
    if (writer->is_waiting || !ekc_db_is_idle(writer->db) || now < writer->pause_until_ms)
        return;
    if (writer->intake->schema_version != ekc_schema_needed())
        return;
    if (writer->lane.id == 0)
        take_lane(writer);
    else if (writer->batch || take_batch(writer))
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
