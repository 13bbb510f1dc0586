/* refill.c - fills the window for classifiers again from the log; see work.h. */
#include "ekc/log.h"
#include "ekc/words.h"
#include "intake/dispatch.h"
#include "intake/events.h"
#include "intake/work.h"

static struct writer *first_behind(struct intake *intake)
{
    for (size_t i = 0; i < WRITERS; i++)
        if (intake->writers[i].refill_seq)
            return &intake->writers[i];
    return NULL;
}

bool refill_log_is_due(struct intake *intake)
{
    size_t half = intake->window_items / 2;
    return !intake->has_refill_keys && first_behind(intake) &&
           dispatch_room(intake->dispatch) >= half;
}

int refill_log_start(struct intake *intake)
{
    intake->refilling = first_behind(intake);
    intake->refilling_lane = intake->refilling->lane.id;
    return store_log(intake->reader, intake->refilling_lane, intake->refilling->refill_seq);
}

static int collect_keys(struct intake *intake, struct ekc_bytes events)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(intake->work_arena);
    int r = ekc_wire_unpack(intake->work_arena, &ekc__v1__event_batch__descriptor, events,
                            &message);
    if (r < 0)
        return r;

    const Ekc__V1__EventBatch *batch = (const Ekc__V1__EventBatch *)message;
    for (size_t i = 0; i < batch->n_events; i++) {
        ekc_array_int(&intake->key_portals, batch->events[i]->portal);
        ekc_array_int(&intake->key_ids, batch->events[i]->inquiry);
    }
    return 0;
}

static void read_row(const ekc_result *result, int row, struct item *item)
{
    item->portal = (int32_t)ekc_result_int(result, row, 0);
    item->id = ekc_result_int(result, row, 1);
    item->inquiry.created_at_us = ekc_result_moment(result, row, 2);
    item->inquiry.channel = ekc_result_text(result, row, 3);
    item->inquiry.applicant_kind = (int)ekc_kind_of(ekc_result_text(result, row, 4));
    item->inquiry.okrug = ekc_result_text(result, row, 5);
    item->inquiry.subject = ekc_result_text(result, row, 7);
    item->inquiry.text = ekc_result_text(result, row, 8);
}

static void offer_row(struct intake *intake, const ekc_result *result, int row,
                      struct ekc_buffer *buffer)
{
    struct item item = { 0 };
    read_row(result, row, &item);
    buffer->len = 0;
    if (events_write_work(buffer, &item) < 0)
        return;
    int r = dispatch_offer(intake->dispatch,
                           &(struct dispatch_item){
                               .portal = item.portal,
                               .inquiry = item.id,
                               .attempts = (uint32_t)ekc_result_int(result, row, 9),
                               .bytes = { buffer->data, buffer->len },
                           });
    intake->counters.refills += r == 0;
}

/* What the window has no room for after all is left to the sweepers. */
static void offer_rows(struct intake *intake, const ekc_result *result)
{
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer buffer = { 0 };
    for (int row = 0; row < ekc_result_rows(result); row++)
        offer_row(intake, result, row, &buffer);
}

/* Another lane's positions are not this one's: what was read of a lane that has been lost is
 * the next owner's. */
static bool is_lost(const struct intake *intake)
{
    return intake->refilling->lane.id != intake->refilling_lane;
}

/* No rows: the lane has been swept up to its end. */
void refill_log_done(struct intake *intake, const struct ekc_reply *reply)
{
    struct writer *writer = intake->refilling;
    const ekc_result *log = reply->results[0];
    int rows = ekc_result_rows(log), r = 0;
    if (is_lost(intake))
        return;
    ekc_array_clear(&intake->key_portals);
    ekc_array_clear(&intake->key_ids);
    for (int row = 0; row < rows && r == 0; row++)
        r = collect_keys(intake, ekc_result_bytes(log, row, 1));
    if (r < 0)
        ekc_warn("lane %d cannot be read again from %lld", writer->lane.id,
                 (long long)writer->refill_seq);
    if (r < 0 || rows == 0) {
        writer->refill_seq = 0;
        return;
    }
    intake->refilled_seq = ekc_result_int(log, rows - 1, 0);
    intake->has_refill_keys = true;
}

bool refill_work_is_due(struct intake *intake)
{
    return intake->has_refill_keys;
}

int refill_work_start(struct intake *intake)
{
    return store_work(intake->reader, &intake->key_portals, &intake->key_ids);
}

void refill_work_done(struct intake *intake, const struct ekc_reply *reply)
{
    struct writer *writer = intake->refilling;
    intake->has_refill_keys = false;
    if (is_lost(intake))
        return;
    offer_rows(intake, reply->results[0]);
    writer->refill_seq = intake->refilled_seq < writer->last_seq ? intake->refilled_seq + 1 : 0;
}
