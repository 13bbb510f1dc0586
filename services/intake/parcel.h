/* parcel.h - items of work joined end to end, their lists, and the pool of their buffers.
 *
 * A parcel is in exactly one list at a time; whoever takes it out of one puts it into another.
 */
#ifndef INTAKE_PARCEL_H
#define INTAKE_PARCEL_H

#include <sys/queue.h>

#include "ekc/base.h"

/* An item: whose it is, and how many bytes of the parcel are its own. */
struct parcel_key {
    int32_t portal;
    int64_t inquiry;
    size_t len;
};

struct parcel {
    TAILQ_ENTRY(parcel) link;
    uint64_t seq;         /* its place in the order of offering */
    uint64_t delivery_id; /* 0 = never sent as it is */
    uint64_t holder;      /* who has it, or died of it */
    int64_t sent_ms;
    uint32_t attempts; /* workers that died holding it; a parcel of several has 0 */
    uint32_t count;    /* items */
    struct parcel_key *keys;
    size_t key_room;
    uint8_t *data;
    size_t len, room; /* bytes */
};
TAILQ_HEAD(parcels, parcel);

/* Empty parcels, whose buffers are kept for the next. */
struct parcel_pool {
    struct parcels spare;
    size_t memory;     /* of all buffers that came from here */
    size_t memory_max; /* over this, buffers are not kept */
    size_t parcel_max; /* a buffer grows over this only for a single item */
};

/* An empty parcel in no list; NULL without memory. */
struct parcel *parcel_take(struct parcel_pool *pool);
void parcel_put(struct parcel_pool *pool, struct parcel *parcel);

/* Appends a copy of an item, of len bytes. 0 or -ENOMEM. */
EKC_MUST_CHECK int parcel_append(struct parcel_pool *pool, struct parcel *parcel,
                                 const struct parcel_key *key, const void *bytes);

/* Puts a parcel into a list that is in the order of offering. */
void parcel_queue(struct parcels *list, struct parcel *parcel);

void parcel_free_all(struct parcel_pool *pool, struct parcels *list);

#endif
