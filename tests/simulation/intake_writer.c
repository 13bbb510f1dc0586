/* intake_writer.c - what intake stores and offers; in the order of services/intake/writer.c,
 * insert.c and offer.c. */
#include "simulation/intake.h"

#include <errno.h>
#include <string.h>

enum { ITEM_MIN = 16, ITEM_MAX = 64 };

enum { WRITE_TAKE = 1, WRITE_RENEW, WRITE_INSERT };

/* --- offers ------------------------------------------------------------------------------- */

static uint8_t length(int inquiry)
{
    return (uint8_t)(ITEM_MIN + inquiry * 7 % (ITEM_MAX - ITEM_MIN));
}

void intake_offer(struct intake *intake, int inquiry, uint32_t attempts)
{
    uint8_t bytes[ITEM_MAX] = { (uint8_t)inquiry, length(inquiry) };
    const struct dispatch_item item = { .portal = 1 + inquiry % 2,
                                        .inquiry = inquiry,
                                        .attempts = attempts,
                                        .bytes = { bytes, length(inquiry) } };
    if (dispatch_offer(intake->dispatch, &item) < 0)
        return;
    intake->shadow.held++;
    intake->shadow.offered[inquiry]++;
    if (intake->shadow.known[inquiry] < attempts)
        intake->shadow.known[inquiry] = attempts;
}

static bool has_room(const struct intake *intake)
{
    size_t bytes = 0;
    for (size_t i = 0; i < intake->stored.count; i++)
        bytes += length(intake->stored.ids[i]);
    return intake->stored.count <= dispatch_room(intake->dispatch) &&
           bytes <= dispatch_room_bytes(intake->dispatch);
}

/* All or none, so that what the log is read again for was offered to nobody. */
static void offer_stored(struct intake *intake)
{
    if (intake->refill_seq == 0 && !has_room(intake))
        intake->refill_seq = intake->stored.seq;
    if (intake->refill_seq)
        return;
    for (size_t i = 0; i < intake->stored.count; i++)
        intake_offer(intake, intake->stored.ids[i], 0);
}

/* --- the writer --------------------------------------------------------------------------- */

static void publish(struct world *world, const struct intake *intake)
{
    for (int to = INTAKES + CLASSIFIERS; to < WORKERS; to++)
        net_post(world, &(struct letter){ .kind = LETTER_EVENTS,
                                          .to = (uint8_t)to,
                                          .lane = intake->lane,
                                          .seq = intake->stored.seq,
                                          .events = intake->stored.events });
}

static void acknowledge(struct world *world, struct intake *intake)
{
    for (size_t i = 0; i < intake->sent_count; i++) {
        struct inquiry *inquiry = &world->store.inquiries[intake->sent[i]];
        world_promise(world, inquiry->is_stored, "what is acknowledged is stored");
        inquiry->is_acked |= world->is_calm || !random_hit(&world->random, world->drop);
    }
    intake->sent_count = 0;
    if (intake->stored.count == 0)
        return;
    intake->last_seq = intake->stored.seq;
    publish(world, intake);
    offer_stored(intake);
}

static void write_apply(struct world *world, struct intake *intake)
{
    struct call *call = &intake->write;
    if (call->what == WRITE_TAKE)
        intake->taken_lane = store_take_lane(world, true, intake->key);
    if (call->what == WRITE_RENEW)
        intake->is_renewed = store_renew_lane(world, intake->lane, intake->key);
    if (call->what == WRITE_INSERT)
        call->store_r = store_insert(world, intake->lane, intake->key, intake->sent,
                                     intake->sent_count, &intake->stored);
}

static void take_lane(const struct world *world, struct intake *intake)
{
    intake->lane = intake->taken_lane;
    intake->last_seq = intake->lane ? world->store.lanes[intake->lane - 1].last_seq : 0;
    intake->refill_seq = intake->last_seq ? 1 : 0; /* what its last owner did not give away */
}

static void write_answer(struct world *world, struct intake *intake)
{
    struct call call = intake->write;
    intake->write.what = 0;
    intake->renewed_ms = world->now_ms;
    if (call.r == -ENOTCONN || call.r == -EPROTO)
        intake->lane = 0; /* the same batch goes again, in another lane */
    if (call.r < 0)
        return;
    if (call.what == WRITE_TAKE)
        take_lane(world, intake);
    else if (call.what == WRITE_INSERT)
        acknowledge(world, intake);
    else if (!intake->is_renewed)
        intake->lane = 0;
}

static void insert(struct world *world, struct intake *intake)
{
    net_call(world, &intake->write, WRITE_INSERT);
    if (net_give_up(world, &intake->write, &world->store.late_insert.due_ms))
        store_keep_insert(world, intake->lane, intake->key, intake->sent, intake->sent_count);
}

void intake_write_ask(struct world *world, struct intake *intake)
{
    if (intake->write.what)
        return;
    if (intake->lane && !intake->sent_count) {
        memcpy(intake->sent, intake->open, intake->open_count);
        intake->sent_count = intake->open_count;
        intake->open_count = 0;
    }
    if (!intake->lane)
        net_call(world, &intake->write, WRITE_TAKE);
    else if (intake->sent_count)
        insert(world, intake);
    else if (world->now_ms - intake->renewed_ms > RENEW_MS)
        net_call(world, &intake->write, WRITE_RENEW);
}

void intake_write_step(struct world *world, struct intake *intake, bool can_hear)
{
    enum call_step step = net_turn(world, &intake->write, can_hear);
    if (step == CALL_APPLY)
        write_apply(world, intake);
    else if (step == CALL_ANSWER)
        write_answer(world, intake);
}
