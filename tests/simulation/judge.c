/* judge.c - a classifier's judging, around the real batch; in the order of
 * services/classifier/handler.c and suspect.c. */
#include "simulation/classifier.h"

#include <stdlib.h>
#include <string.h>

#include "classifier/pick.h"

#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name

bool classifier_judge(struct world *world, struct classifier *classifier, int inquiry,
                      bool is_dead, struct batch *batch)
{
    if (world->store.inquiries[inquiry].kind == KIND_POISON && !is_dead) {
        world->totals.faults[FAULT_POISON]++;
        world_kill(world, classifier->worker);
        return false;
    }
    size_t at = batch->text.len;
    struct batch_row row = { .portal = 1 + inquiry % 2, .inquiry = inquiry };
    row.status = is_dead ? STATUS(DEAD) : inquiry % 2 ? STATUS(SURE) : STATUS(UNSURE);
    int r = store_write_event(world, &batch->text, inquiry,
                              EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED, row.status);
    row.event = (struct batch_span){ (uint32_t)at, (uint32_t)(batch->text.len - at) };
    if (r < 0 || batch_add_row(batch, &row) < 0)
        abort();
    return true;
}

static struct batch *open_batch(struct classifier *classifier, bool is_alone)
{
    struct batch *last = classifier->last;
    if (!is_alone && last && last != classifier->commit.batch && !last->is_alone &&
        last->count < classifier->batch_items)
        return last;
    struct batch *batch = NULL;
    if (batch_new(&batch, "") < 0)
        abort();
    batch->is_alone = is_alone;
    if (last)
        last->next = batch;
    else
        classifier->first = batch;
    classifier->last = batch;
    return batch;
}

static void expect(struct classifier *classifier, struct batch *batch, int peer,
                   uint64_t delivery)
{
    if (batch_add_delivery(batch, (uint64_t)peer, delivery) < 0)
        abort();
    classifier->progress += batch->count;
}

static bool is_suspect(const struct letter *work)
{
    return work->attempts >= PICK_ALONE_FROM && work->attempts < PICK_DEAD_FROM;
}

static void add_suspect(struct world *world, struct classifier *classifier,
                        const struct letter *work)
{
    struct suspects *suspects = &classifier->suspects;
    if (suspects->count == SUSPECTS) {
        classifier_say(world, classifier, work->from, LETTER_RELEASE, work->delivery);
        return;
    }
    suspects->waiting[suspects->count].peer = work->from;
    suspects->waiting[suspects->count].id = work->ids[0];
    suspects->waiting[suspects->count++].delivery = work->delivery;
}

bool classifier_take(struct world *world, struct classifier *classifier,
                     const struct letter *work)
{
    bool is_dead = work->attempts >= PICK_DEAD_FROM;
    if (is_suspect(work)) {
        add_suspect(world, classifier, work);
        return true;
    }
    struct batch *batch = open_batch(classifier, is_dead);
    for (uint32_t i = 0; i < work->count && i < PARCEL; i++)
        if (!classifier_judge(world, classifier, work->ids[i], is_dead, batch))
            return false;
    expect(classifier, batch, work->from, work->delivery);
    return true;
}

bool classifier_judge_suspect(struct world *world, struct classifier *classifier)
{
    struct suspects *suspects = &classifier->suspects;
    struct batch *batch = open_batch(classifier, true);
    if (!classifier_judge(world, classifier, suspects->waiting[0].id, false, batch))
        return false;
    expect(classifier, batch, suspects->waiting[0].peer, suspects->waiting[0].delivery);
    suspects->count--;
    memmove(suspects->waiting, suspects->waiting + 1,
            suspects->count * sizeof suspects->waiting[0]);
    suspects->is_written = false;
    return true;
}
