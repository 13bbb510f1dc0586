/* stretch.h - a piece of one lane's log, and the inquiries that were received in it. */
#ifndef CLASSIFIER_STRETCH_H
#define CLASSIFIER_STRETCH_H

#include "ekc/params.h"
#include "ekc/wire.h"

struct stretch {
    int32_t lane;                        /* 0 = none */
    int64_t from, to;                    /* positions: the batches from + 1 to to */
    struct ekc_array portals, inquiries; /* side by side */
    int64_t *ends; /* where each batch ends among them: ends[i] is of batch from + 1 + i */
    size_t room;
};

void stretch_init(struct stretch *stretch);
void stretch_done(struct stretch *stretch);

/* Begins behind a position; nothing is in it. */
void stretch_begin(struct stretch *stretch, int32_t lane, int64_t from);

/* Adds the next batch: its RECEIVED events. The arena is reset and used. -EPROTO: it is not the
 * next; -EBADMSG, -E2BIG: it can't be read. */
EKC_MUST_CHECK int stretch_add(struct stretch *stretch, ekc_arena *arena, int64_t seq,
                               struct ekc_bytes events);

/* The last position before the batch in which the n-th inquiry, from 0, was received. */
int64_t stretch_before(const struct stretch *stretch, int64_t n);

#endif
