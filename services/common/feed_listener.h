/* feed_listener.h - who listens to a feed: its place in the ring, and what it still holds of
 * its credit. No I/O. */
#ifndef EKC_COMMON_FEED_LISTENER_H
#define EKC_COMMON_FEED_LISTENER_H

#include "ekc/bus.h"
#include "ekc/wire.h"

enum {
    FEED_LISTENERS_MAX = 32,
    /* Batches that a listener may hold, whatever it asks for: with its answers far below the
     * high-water mark of an end (4096), over which what is sent would be lost. */
    FEED_CREDIT_MAX = 1024,
    FEED_SILENCE_MS = 5000,
};

struct feed_listener {
    struct ekc_route route;
    uint64_t incarnation; /* 0 = free place */
    uint64_t next;        /* the number of the batch that it is to get */
    int64_t heard_ms;
    uint32_t credit, credit_bytes;   /* what it may hold; bytes 0 = any */
    uint64_t sent, returned;         /* batches */
    size_t held_bytes;               /* of those sent and not yet returned */
    uint32_t sizes[FEED_CREDIT_MAX]; /* theirs, each at its number among those sent */
};

struct feed_listeners {
    struct feed_listener all[FEED_LISTENERS_MAX];
};

/* The listener of a route; NULL = unknown. */
struct feed_listener *feed_listener_find(struct feed_listeners *listeners,
                                         const struct ekc_route *route);

/* Takes a Hello: the same listener goes on, also when it comes another way; a new one begins
 * with the batch `first`. NULL: there is no place. */
struct feed_listener *feed_listener_admit(struct feed_listeners *listeners,
                                          const struct ekc_route *route,
                                          const Ekc__V1__Hello *hello, uint64_t first,
                                          int64_t now_ms);

/* Whether its credit has room for a batch of so many bytes. One that is larger than all of the
 * credit goes alone. */
bool feed_listener_may_get(const struct feed_listener *listener, size_t len);

/* Notes that the next batch was sent. */
void feed_listener_sent(struct feed_listener *listener, size_t len);

/* Notes that the oldest `count` batches that it holds are done with. */
void feed_listener_returned(struct feed_listener *listener, uint32_t count);

#endif
