/* held.h - batches that the wire brought too early, kept until the gap before them is closed.
 * Bounded: what does not fit is dropped and found in the log. */
#ifndef HELD_H
#define HELD_H

#include "ekc/base.h"

enum { HELD_MAX = 256, HELD_BYTES_MAX = 16 * 1024 * 1024 };

struct held_batch {
    int32_t lane;
    int64_t seq;
    void *data; /* the batch's own copy */
    size_t len;
};

/* Zeroed memory holds nothing. */
struct held {
    size_t count, bytes;
    struct held_batch batches[HELD_MAX];
};

/* Keeps a copy of a batch; drops it when there is no room. */
void held_put(struct held *held, int32_t lane, int64_t seq, struct ekc_bytes batch);

/* Hands out a batch, the caller's to free; false when it is not held. */
bool held_take(struct held *held, int32_t lane, int64_t seq, struct held_batch *ret_batch);

/* Drops a lane's batches up to seq; true when later ones remain. */
bool held_drop(struct held *held, int32_t lane, int64_t seq);

/* Drops everything. */
void held_clear(struct held *held);

#endif
