/* dispatch.h - shares work out to classifiers by credit, and takes back what they lose.
 *
 * Items wait joined in parcels; a parcel is the unit that is sent, finished and sent again. It
 * is a copy of committed rows, so the oldest goes first but nothing here is durable. What a
 * worker held when it died is in doubt until that death has been recorded: only then does it
 * wait again, and what was held in two deaths goes alone, to a worker that holds nothing else.
 * No clock: now_ms is monotonic and passed in. */
#ifndef INTAKE_DISPATCH_H
#define INTAKE_DISPATCH_H

#include "intake/parcel.h"

enum {
    DISPATCH_WORKERS_MAX = 128, /* twice those served: the lost count until they are silent */
    DISPATCH_ALONE_FROM = 2     /* deaths */
};
#define DISPATCH_JUDGED UINT32_MAX /* instead of deaths: somebody else has done it */

struct dispatch_options {
    size_t max_items, max_bytes;       /* of the window: what waits and what is out */
    size_t parcel_items, parcel_bytes; /* 0 = 256 items, 128 KiB */
    int64_t deadline_ms;               /* a parcel that is out for longer is sent again */
    int64_t silence_ms; /* a worker that gave no sign of life for longer is dead; 0 = 5000 */
    int64_t absence_ms; /* so is one that could not be reached for longer; 0 = 1500 */
    uint64_t last_delivery; /* random: an answer to another process's delivery fits none here */
};

/* An encoded item, and how many workers are known to have died holding it. */
struct dispatch_item {
    int32_t portal;
    int64_t inquiry;
    uint32_t attempts;
    struct ekc_bytes bytes;
};

struct dispatch_worker {
    uint64_t key;          /* its incarnation */
    uint32_t credit;       /* items that it may hold */
    uint32_t credit_bytes; /* 0 = the count alone bounds it */
};

struct dispatch_parcel {
    uint64_t delivery_id; /* never used twice */
    uint64_t key;
    uint32_t count;         /* items */
    uint32_t attempts;      /* of the item that is alone in it */
    struct ekc_bytes bytes; /* lent until it is done or taken back */
};

/* What a dead worker held. */
struct dispatch_doubt {
    uint64_t delivery_id;
    uint64_t key; /* the worker's */
    uint32_t count;
    const struct parcel_key *keys; /* lent until it is settled */
};

struct dispatch;

EKC_MUST_CHECK int dispatch_new(struct dispatch **ret_dispatch,
                                const struct dispatch_options *options);
void dispatch_free(struct dispatch **dispatch);

/* Takes a copy of an item. -ENOSPC: the window is full; -ENOMEM. */
EKC_MUST_CHECK int dispatch_offer(struct dispatch *dispatch, const struct dispatch_item *item);

/* A worker presents itself, for the first time or again. -ENOSPC: there are too many. */
EKC_MUST_CHECK int dispatch_hello(struct dispatch *dispatch,
                                  const struct dispatch_worker *worker, int64_t now_ms);

/* A worker's sign of life, and how many items it has in hand. False: it is not known here. */
bool dispatch_ping(struct dispatch *dispatch, uint64_t key, uint64_t waiting, int64_t now_ms);

/* False: it never came, or is dead. */
bool dispatch_knows(const struct dispatch *dispatch, uint64_t key);

/* The worker gets nothing more, but may finish what it holds. */
void dispatch_bye(struct dispatch *dispatch, uint64_t key);

/* The worker has come by another way: what was on the old one waits again. */
void dispatch_moved(struct dispatch *dispatch, uint64_t key);

/* There is no way to the worker, so it did not get this delivery. Unless it comes again in
 * time it is dead. */
void dispatch_unreachable(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id,
                          int64_t now_ms);

/* True with the oldest waiting parcel, now out at the worker with the most free credit. One
 * that is larger than every credit goes to a worker that holds nothing. False: nothing waits,
 * or nobody can take it now. */
bool dispatch_next(struct dispatch *dispatch, int64_t now_ms,
                   struct dispatch_parcel *ret_parcel);

/* The items that are finished by it, though they may wait again since it is late; 0 when this
 * worker does not hold this delivery (any more). */
size_t dispatch_done(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id);

/* The worker gives a delivery back. */
void dispatch_release(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id);

/* Takes back from dead workers and from late ones. */
void dispatch_tick(struct dispatch *dispatch, int64_t now_ms);

/* True with what has been in doubt for the longest. */
bool dispatch_doubt(const struct dispatch *dispatch, struct dispatch_doubt *ret_doubt);

/* Its holder's death is recorded: deaths has for each key how many there are now, or
 * DISPATCH_JUDGED. */
void dispatch_settle(struct dispatch *dispatch, uint64_t delivery_id, const uint32_t *deaths);

/* Sends nothing more; what is out may be finished. */
void dispatch_close(struct dispatch *dispatch);

/* Items that wait, are out or in doubt; that are out; more items and bytes that would fit. */
size_t dispatch_held(const struct dispatch *dispatch);
size_t dispatch_out(const struct dispatch *dispatch);
size_t dispatch_room(const struct dispatch *dispatch);
size_t dispatch_room_bytes(const struct dispatch *dispatch);

/* Workers that take work; parcels that had to be sent again, since the beginning. */
size_t dispatch_workers(const struct dispatch *dispatch);
uint64_t dispatch_redeliveries(const struct dispatch *dispatch);

#endif
