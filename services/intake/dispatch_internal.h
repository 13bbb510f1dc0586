/* dispatch_internal.h - what the rooms of dispatch share: its state and its lists. */
#ifndef INTAKE_DISPATCH_INTERNAL_H
#define INTAKE_DISPATCH_INTERNAL_H

#include "intake/holder.h"

/* A parcel waits (in the order of offering), is suspect (alone, it waits for a worker set
 * apart), is out at a holder (in the order of sending), is in doubt (its holder died, which is
 * not yet recorded), or lies empty in the pool. */
struct dispatch {
    struct dispatch_options options;
    struct parcel_pool pool;
    struct parcels waiting, suspects, doubted;
    struct holders holders;
    size_t holder_count;
    uint64_t last_seq, last_delivery, redeliveries;
    size_t items, bytes; /* in all lists but the pool's */
    int64_t ticked_ms;   /* 0 = never */
    bool is_closed;
};

/* It is no longer in the window; it must be in no list. */
void dispatch_drop(struct dispatch *dispatch, struct parcel *parcel);

#endif
