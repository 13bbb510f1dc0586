/* commit.c - see classifier.h; in the order of services/classifier/writer.c and commit.c. */
#include "simulation/classifier.h"

#include <errno.h>
#include <string.h>

#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name

/* --- the lane ----------------------------------------------------------------------------- */

void writer_apply(struct world *world, struct writer *writer)
{
    if (writer->call.what == WRITER_TAKE)
        writer->taken_lane = store_take_lane(world, false, writer->owner);
    if (writer->call.what == WRITER_RENEW)
        writer->is_renewed = store_renew_lane(world, writer->lane, writer->owner);
}

/* The lane stays ours by its lease, whatever becomes of the connection. */
void writer_answer(struct world *world, struct writer *writer)
{
    int what = writer->call.what;
    writer->call.what = 0;
    if (writer->call.r == -ENOTCONN || writer->call.r == -EPROTO)
        writer->is_in_doubt = true;
    if (writer->call.r < 0 || what > WRITER_OWN)
        return;
    if (what == WRITER_TAKE)
        writer->lane = writer->taken_lane;
    else if (!writer->is_renewed)
        writer->lane = 0;
    writer->is_in_doubt = false;
    writer->renewed_ms = world->now_ms;
}

bool writer_step(struct world *world, struct writer *writer)
{
    if (writer->call.what)
        return false;
    bool is_due = writer->is_in_doubt || world->now_ms - writer->renewed_ms >= RENEW_MS;
    if (!writer->lane) {
        writer->owner = random_next(&world->random) | 1;
        net_call(world, &writer->call, WRITER_TAKE);
    } else if (is_due) {
        net_call(world, &writer->call, WRITER_RENEW);
    }
    return !writer->call.what;
}

/* --- the batch ---------------------------------------------------------------------------- */

void commit_begin(struct commit *commit, struct batch *batch)
{
    *commit = (struct commit){ .batch = batch };
}

/* What is told is made of the rows that were inserted, as the log's row was. */
static void check_told(struct world *world, const struct commit *commit)
{
    size_t at = 0;
    for (size_t i = 0; i < commit->rows.count; i++) {
        int id = commit->rows.ids[i];
        const struct batch_row *row = batch_find(commit->batch, 1 + id % 2, id);
        struct ekc_bytes event =
            row ? batch_bytes(commit->batch, row->event) : (struct ekc_bytes){ "", 0 };
        const uint8_t *logged = commit->rows.events.data;
        bool is_same = row && at + event.len <= commit->rows.events.len &&
                       memcmp(logged + at, event.data, event.len) == 0;
        world_promise(world, is_same, "what is told is what is logged");
        at += event.len;
    }
}

static void tell(struct world *world, const struct commit *commit, int lane)
{
    if (commit->rows.count == 0)
        return;
    check_told(world, commit);
    for (int to = INTAKES + CLASSIFIERS; to < WORKERS; to++)
        net_post(world, &(struct letter){ .kind = LETTER_EVENTS,
                                          .to = (uint8_t)to,
                                          .lane = lane,
                                          .seq = commit->rows.seq,
                                          .events = commit->rows.events });
}

static void make_dead(struct world *world, struct batch *batch, struct batch_row *row)
{
    size_t at = batch->text.len;
    row->status = STATUS(DEAD);
    int r = store_write_event(world, &batch->text, (int)row->inquiry,
                              EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED, row->status);
    world_promise(world, r == 0, "there is memory");
    row->event = (struct batch_span){ (uint32_t)at, (uint32_t)(batch->text.len - at) };
}

static void refuse(struct world *world, struct commit *commit, bool mends)
{
    struct batch *batch = commit->batch;
    if (batch_halve(batch))
        commit->r = 0;
    else if (!mends)
        commit->is_settled = !batch_advance(batch);
    else
        make_dead(world, batch, &batch->rows[batch->from]);
    commit->r = 0;
}

void commit_hear(struct world *world, struct commit *commit, const struct writer *writer,
                 bool mends)
{
    commit->r = writer->call.r;
    if (commit->r == -EINVAL) {
        refuse(world, commit, mends);
    } else if (commit->r == 0) {
        tell(world, commit, writer->lane);
        commit->is_settled = !batch_advance(commit->batch);
    }
}
