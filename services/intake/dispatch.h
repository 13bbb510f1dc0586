/* dispatch.h - shares work out to classifiers by credit, and takes back what they lose.
 *
 * Items wait joined in parcels; a parcel is the unit that is sent, finished and sent again. It
 * is a copy of committed rows, so the oldest goes first but nothing here is durable. No clock:
 * now_ms is monotonic and passed in. */
#ifndef INTAKE_DISPATCH_H
#define INTAKE_DISPATCH_H

#include "ekc/base.h"

enum {
    DISPATCH_WORKERS_MAX = 128
}; /* twice those served: the lost count until they are silent */

struct dispatch_options {
    size_t max_items, max_bytes;       /* of the window: what waits and what is out */
    size_t parcel_items, parcel_bytes; /* 0 = 256 items, 128 KiB */
    int64_t deadline_ms;               /* a parcel that is out for longer is sent again */
    int64_t silence_ms; /* a worker that said no hello for longer is gone; 0 = 5000 */
};

struct dispatch_worker {
    uint64_t key;         /* the caller's name for the way to it */
    uint64_t incarnation; /* another one under the same key has forgotten what it held */
    uint32_t credit;      /* items that it may hold */
};

struct dispatch_parcel {
    uint64_t delivery_id; /* never used twice */
    uint64_t key;
    uint32_t count;         /* items */
    struct ekc_bytes bytes; /* lent until it is done or taken back */
};

struct dispatch;

EKC_MUST_CHECK int dispatch_new(struct dispatch **ret_dispatch,
                                const struct dispatch_options *options);
void dispatch_free(struct dispatch **dispatch);

/* Takes a copy of an encoded item. -ENOSPC: the window is full; -ENOMEM. */
EKC_MUST_CHECK int dispatch_offer(struct dispatch *dispatch, struct ekc_bytes item);

/* A worker presents itself or gives a sign of life. -ENOSPC: there are too many. */
EKC_MUST_CHECK int dispatch_hello(struct dispatch *dispatch,
                                  const struct dispatch_worker *worker, int64_t now_ms);

/* The worker gets nothing more in this incarnation, but may finish what it holds. */
void dispatch_bye(struct dispatch *dispatch, uint64_t key);

/* The worker is lost: what it holds waits again, in its old place. */
void dispatch_gone(struct dispatch *dispatch, uint64_t key);

/* True with the oldest waiting parcel, now out at the worker with the most free credit. One
 * that is larger than every credit goes to a worker that holds nothing. False: nothing waits,
 * or nobody can take it now. */
bool dispatch_next(struct dispatch *dispatch, int64_t now_ms,
                   struct dispatch_parcel *ret_parcel);

/* The items that are finished by it; 0 when this worker does not hold this delivery (any more).
 */
size_t dispatch_done(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id);

/* Takes back from silent workers and from late ones; the parcels that wait again. */
size_t dispatch_tick(struct dispatch *dispatch, int64_t now_ms);

/* Items that wait or are out; more items and bytes that would fit; workers that take work. */
size_t dispatch_held(const struct dispatch *dispatch);
size_t dispatch_room(const struct dispatch *dispatch);
size_t dispatch_room_bytes(const struct dispatch *dispatch);
size_t dispatch_workers(const struct dispatch *dispatch);

#endif
