/* stretch.c - see stretch.h. */
#include "stretch.h"

#include <errno.h>
#include <stdlib.h>

#include "grow.h"

void stretch_init(struct stretch *stretch)
{
    *stretch = (struct stretch){ .portals.type = EKC_INT4, .inquiries.type = EKC_INT8 };
}

void stretch_done(struct stretch *stretch)
{
    ekc_array_done(&stretch->portals);
    ekc_array_done(&stretch->inquiries);
    free(stretch->ends);
    stretch->ends = NULL;
}

void stretch_begin(struct stretch *stretch, int32_t lane, int64_t from)
{
    stretch->lane = lane;
    stretch->from = stretch->to = from;
    ekc_array_clear(&stretch->portals);
    ekc_array_clear(&stretch->inquiries);
}

static int end_batch(struct stretch *stretch, int64_t seq)
{
    size_t count = (size_t)(seq - stretch->from);
    int64_t *ends = grow(stretch->ends, &stretch->room, count, sizeof *ends);
    if (!ends)
        return -ENOMEM;
    stretch->ends = ends;
    ends[count - 1] = stretch->inquiries.count;
    stretch->to = seq;
    return 0;
}

int stretch_add(struct stretch *stretch, ekc_arena *arena, int64_t seq, struct ekc_bytes events)
{
    ProtobufCMessage *message = NULL;
    if (seq != stretch->to + 1)
        return -EPROTO;
    ekc_arena_reset(arena);
    int r = ekc_wire_unpack(arena, &ekc__v1__event_batch__descriptor, events, &message);
    if (r < 0)
        return r;

    const Ekc__V1__EventBatch *batch = (const Ekc__V1__EventBatch *)message;
    for (size_t i = 0; i < batch->n_events; i++) {
        if (batch->events[i]->kind != EKC__V1__EVENT_KIND__EVENT_KIND_RECEIVED)
            continue;
        ekc_array_int(&stretch->portals, batch->events[i]->portal);
        ekc_array_int(&stretch->inquiries, batch->events[i]->inquiry);
    }
    return end_batch(stretch, seq);
}

int64_t stretch_before(const struct stretch *stretch, int64_t n)
{
    size_t i = 0;
    while (stretch->ends[i] <= n)
        i++;
    return stretch->from + (int64_t)i;
}
