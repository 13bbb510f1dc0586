/* feed_ring.h - the newest batches of a feed, packed; the oldest make way. */
#ifndef EKC_COMMON_FEED_RING_H
#define EKC_COMMON_FEED_RING_H

#include "ekc/wire.h"

enum { FEED_RING_MAX = 4096, FEED_RING_BYTES = 8 << 20 };

/* Batches are numbered for ever; those of first … end - 1 are held. Zeroed memory is empty. */
struct feed_ring {
    struct ekc_buffer batches[FEED_RING_MAX];
    uint64_t first, end;
    size_t bytes;
};

/* Adds a batch. -ENOMEM: it is not held. */
EKC_MUST_CHECK int feed_ring_add(struct feed_ring *ring, const Ekc__V1__Envelope *batch);

/* The batch of a number that is held; lent until the next one is added. */
struct ekc_bytes feed_ring_at(const struct feed_ring *ring, uint64_t number);
void feed_ring_done(struct feed_ring *ring);

#endif
