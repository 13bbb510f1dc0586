/* shadow.h - what must be true of a dispatch, kept apart from it: what its window holds, what
 * is out, and which worker may be taken for dead. */
#ifndef SIMULATION_SHADOW_H
#define SIMULATION_SHADOW_H

#include "simulation/world.h"

enum { SHADOW_WAYS = 24, SHADOW_DELIVERIES = 64 };

/* A worker as intake knows it. */
struct shadow_way {
    uint64_t key; /* 0 = free */
    uint32_t route;
    uint8_t worker;
    int64_t heard_ms, absent_ms;
    bool is_leaving, is_dead;
};

struct shadow_delivery {
    uint64_t id; /* 0 = free */
    uint64_t key;
    uint32_t count;
    uint8_t ids[PARCEL];
};

struct shadow {
    uint32_t held;
    uint32_t known[INQUIRIES];   /* deaths that dispatch was told of */
    uint32_t offered[INQUIRIES]; /* times; the copies of one do not know of each other */
    struct shadow_way ways[SHADOW_WAYS];
    struct shadow_delivery deliveries[SHADOW_DELIVERIES];
    size_t next_delivery;
};

/* The way of a key, or of a route; NULL when there is none. */
struct shadow_way *shadow_by_key(struct shadow *shadow, uint64_t key);
struct shadow_way *shadow_by_route(struct shadow *shadow, uint32_t route);

/* A way for the sender of a Hello, in place of the one that was heard of least lately. */
struct shadow_way *shadow_admit(struct shadow *shadow, const struct letter *hello);

/* dispatch_tick has passed: the silent and the absent are dead. */
void shadow_tick(struct world *world, struct shadow *shadow);

/* A parcel goes out: what is suspect goes alone, to who holds nothing else. */
void shadow_send(struct world *world, struct shadow *shadow, const struct dispatch *dispatch,
                 const struct dispatch_parcel *parcel, const uint8_t *ids);

/* A delivery was accepted as done: it was that worker's, and all of it is judged. */
void shadow_done(struct world *world, struct shadow *shadow, uint64_t key, uint64_t id,
                 size_t count);

/* A death is about to be recorded: the worker was silent, or could not be reached. */
void shadow_doubt(struct world *world, struct shadow *shadow, uint64_t key);

#endif
