/* stretch.c - see stretch.h. */
#include "stretch.h"

#include <errno.h>

void stretch_init(struct stretch *stretch)
{
    *stretch = (struct stretch){ .portals.type = EKC_INT4, .inquiries.type = EKC_INT8 };
}

void stretch_done(struct stretch *stretch)
{
    ekc_array_done(&stretch->portals);
    ekc_array_done(&stretch->inquiries);
}

void stretch_begin(struct stretch *stretch, int32_t lane, int64_t from)
{
    stretch->lane = lane;
    stretch->from = stretch->to = from;
    ekc_array_clear(&stretch->portals);
    ekc_array_clear(&stretch->inquiries);
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
    stretch->to = seq;
    return 0;
}
