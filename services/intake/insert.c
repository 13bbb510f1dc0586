/* insert.c - stores a stretch of a batch: columns, the insert, and what comes of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/ask.h"
#include "ekc/fault.h"
#include "ekc/log.h"
#include "intake/events.h"
#include "intake/reader.h"
#include "intake/work.h"
#include "intake/writer.h"

/* Rows of one batch that may fail alone before it is the batch's fault. */
enum { LEFT_MAX = 5 };

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

void insert_go_on(struct batch *batch)
{
    batch->from = batch->to;
    batch->to = batch->count;
}

static size_t index_in_request(const struct batch *batch, size_t item)
{
    const struct request *request = batch->requests;
    while (item >= request->first + request->count)
        request++; /* they stand there even when they have been answered */
    return item - request->first;
}

/* One row that the database refuses is found by halving, so that it sinks no neighbour. True
 * when it stands alone. */
static bool narrow(struct batch *batch)
{
    size_t count = batch->to - batch->from;
    if (count > 1)
        batch->to = batch->from + count / 2;
    return count <= 1;
}

static void refuse_row(struct writer *writer, const struct ekc_reply *reply)
{
    struct batch *batch = writer->batch;
    if (!narrow(batch))
        return;
    struct item *item = &batch->items[batch->from];
    ekc_warn("inquiry refused by the database: %s %s", reply->sqlstate, reply->message);
    char field[48];
    (void)snprintf(field, sizeof field, "inquiries[%zu]", index_in_request(batch, batch->from));
    item->state = ITEM_REFUSED;
    item->refusal = ekc_refusal(batch->arena, EKC__V1__REFUSAL_CODE__REFUSAL_CODE_NOT_STORABLE,
                                field, NULL);
    insert_go_on(batch);
}

/* Nobody can say whose fault it was, so no inquiry is refused for it: the row that fails alone
 * hears BUSY, its neighbours are stored. False when too many fail to be one row's fault. */
static bool leave_row(struct writer *writer, const struct ekc_reply *reply)
{
    struct batch *batch = writer->batch;
    if (!narrow(batch))
        return true;
    writer->intake->counters.failures++;
    mood_note(&writer->intake->mood, "inquiry not stored", reply, ekc_tick_ms());
    insert_go_on(batch);
    return ++batch->tries < LEFT_MAX;
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

static void take_stored(struct writer *writer, const ekc_result *result)
{
    int rows = ekc_result_rows(result);
    EKC_FAULT("after_commit");
    mark_stored(writer->batch, result);
    writer->intake->counters.batches++;
    if (rows > 0) {
        publish(writer, ekc_result_int(result, 0, 1), (uint32_t)rows);
        offer(writer, ekc_result_int(result, 0, 1));
    }
    insert_go_on(writer->batch);
}

/* Whatever sends the same again by itself is paced and counted by writer_fail, or makes the
 * stretch smaller. */
static void inserted(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    switch (reply->r) {
    case 0:
        mood_hear(&writer->intake->mood, reply, ekc_tick_ms());
        take_stored(writer, reply->results[0]);
        break;
    case -EILSEQ:
        refuse_row(writer, reply);
        break;
    case -EREMOTEIO:
        if (!leave_row(writer, reply))
            writer_release(writer);
        break;
    case -EEXIST:
        renumber(writer);
        writer_fail(writer, reply);
        return;
    case -EPROTO:
        writer->lane.id = 0;
        writer_fail(writer, reply);
        return;
    default:
        writer_fail(writer, reply);
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

void insert_start(struct writer *writer)
{
    struct batch *batch = writer->batch;
    if (!number_items(writer->intake, batch))
        return; /* the reader is fetching some */
    int r = fill_columns(writer);
    if (r == 0)
        r = store_insert(writer->db, &writer->columns, &writer->lane);
    EKC_FAULT("before_commit");
    if (r == 0)
        r = ekc_db_run(writer->db, inserted, writer);
    EKC_FAULT("after_send");
    writer->is_waiting = r == 0;
    if (r < 0)
        writer_fail_with(writer, r);
}
