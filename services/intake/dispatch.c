/* dispatch.c - see dispatch.h.
 *
 * A parcel waits (in the order of offering), is out at a holder (in the order of sending), or
 * lies empty in the pool. */
#include "intake/dispatch.h"

#include <errno.h>
#include <stdlib.h>

#include "intake/parcel.h"

enum { PARCEL_ITEMS = 256, PARCEL_BYTES = 128 * 1024, SILENCE_MS = 5000 };

struct holder {
    TAILQ_ENTRY(holder) link;
    struct dispatch_worker worker;
    int64_t heard_ms;
    size_t held; /* items of what is out here */
    bool is_leaving;
    struct parcels out;
};
TAILQ_HEAD(holders, holder);

struct dispatch {
    struct dispatch_options options;
    struct parcel_pool pool;
    struct parcels waiting;
    struct holders holders;
    size_t holder_count;
    uint64_t last_seq, last_delivery;
    size_t items, bytes; /* waiting and out */
};

/* --- holders ------------------------------------------------------------------------------ */

static struct holder *find(const struct dispatch *d, uint64_t key)
{
    struct holder *holder = TAILQ_FIRST(&d->holders);
    while (holder && holder->worker.key != key)
        holder = TAILQ_NEXT(holder, link);
    return holder;
}

static struct holder *admit(struct dispatch *d, const struct dispatch_worker *worker)
{
    struct holder *holder = calloc(1, sizeof *holder);
    if (!holder)
        return NULL;
    holder->worker = *worker;
    TAILQ_INIT(&holder->out);
    TAILQ_INSERT_TAIL(&d->holders, holder, link);
    d->holder_count++;
    return holder;
}

static void take_from(struct holder *holder, struct parcel *parcel)
{
    TAILQ_REMOVE(&holder->out, parcel, link);
    holder->held -= parcel->count;
}

/* Takes back what was sent before the instant; returns how many parcels. */
static size_t take_back(struct dispatch *d, struct holder *holder, int64_t before_ms)
{
    size_t count = 0;
    struct parcel *parcel = TAILQ_FIRST(&holder->out);
    for (; parcel && parcel->sent_ms < before_ms; parcel = TAILQ_FIRST(&holder->out)) {
        take_from(holder, parcel);
        parcel_queue(&d->waiting, parcel);
        count++;
    }
    return count;
}

static size_t take_all_back(struct dispatch *d, struct holder *holder)
{
    return take_back(d, holder, INT64_MAX);
}

static size_t lose(struct dispatch *d, struct holder *holder)
{
    size_t count = take_all_back(d, holder);
    TAILQ_REMOVE(&d->holders, holder, link);
    d->holder_count--;
    free(holder);
    return count;
}

static size_t free_credit(const struct holder *holder)
{
    size_t credit = holder->is_leaving ? 0 : holder->worker.credit;
    return credit > holder->held ? credit - holder->held : 0;
}

/* True when this many items are more than any worker may hold. */
static bool is_too_large(const struct dispatch *d, size_t count)
{
    const struct holder *holder = TAILQ_FIRST(&d->holders);
    while (holder && (holder->is_leaving || holder->worker.credit < count))
        holder = TAILQ_NEXT(holder, link);
    return !holder;
}

/* Who gets a parcel of so many items; NULL = nobody can take it now. */
static struct holder *choose(const struct dispatch *d, size_t count)
{
    struct holder *best = NULL;
    bool is_lone = is_too_large(d, count);
    size_t most = is_lone ? 0 : count - 1;
    for (struct holder *at = TAILQ_FIRST(&d->holders); at; at = TAILQ_NEXT(at, link)) {
        if (free_credit(at) <= most || (is_lone && at->held > 0))
            continue;
        most = free_credit(at);
        best = at;
    }
    return best;
}

/* --- what is offered ---------------------------------------------------------------------- */

int dispatch_new(struct dispatch **ret_dispatch, const struct dispatch_options *options)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    d->options = *options;
    if (!d->options.parcel_items)
        d->options.parcel_items = PARCEL_ITEMS;
    if (!d->options.parcel_bytes)
        d->options.parcel_bytes = PARCEL_BYTES;
    if (!d->options.silence_ms)
        d->options.silence_ms = SILENCE_MS;
    TAILQ_INIT(&d->waiting);
    TAILQ_INIT(&d->pool.spare);
    d->pool.memory_max = d->options.max_bytes;
    d->pool.parcel_max = d->options.parcel_bytes;
    TAILQ_INIT(&d->holders);
    *ret_dispatch = d;
    return 0;
}

void dispatch_free(struct dispatch **dispatch)
{
    struct dispatch *d = *dispatch;
    if (!d)
        return;
    for (struct holder *holder; (holder = TAILQ_FIRST(&d->holders)) != NULL;)
        (void)lose(d, holder);
    parcel_free_all(&d->pool, &d->waiting);
    parcel_free_all(&d->pool, &d->pool.spare);
    free(d);
    *dispatch = NULL;
}

static bool has_place(const struct dispatch *d, const struct parcel *parcel, size_t len)
{
    return parcel && parcel->count < d->options.parcel_items &&
           parcel->len + len <= d->options.parcel_bytes;
}

int dispatch_offer(struct dispatch *dispatch, struct ekc_bytes item)
{
    struct dispatch *d = dispatch;
    if (dispatch_room(d) == 0 || dispatch_room_bytes(d) < item.len)
        return -ENOSPC;

    struct parcel *last = TAILQ_LAST(&d->waiting, parcels);
    struct parcel *parcel = has_place(d, last, item.len) ? last : parcel_take(&d->pool);
    if (!parcel)
        return -ENOMEM;
    int r = parcel_append(&d->pool, parcel, item);
    if (r < 0 && parcel != last)
        parcel_put(&d->pool, parcel);
    if (r < 0)
        return r;

    if (parcel != last) {
        parcel->seq = ++d->last_seq;
        TAILQ_INSERT_TAIL(&d->waiting, parcel, link);
    }
    d->bytes += item.len;
    d->items++;
    return 0;
}

/* --- who takes it, and what becomes of it ------------------------------------------------- */

int dispatch_hello(struct dispatch *dispatch, const struct dispatch_worker *worker,
                   int64_t now_ms)
{
    struct holder *holder = find(dispatch, worker->key);
    if (!holder && dispatch->holder_count == DISPATCH_WORKERS_MAX)
        return -ENOSPC;
    if (!holder)
        holder = admit(dispatch, worker);
    if (!holder)
        return -ENOMEM;

    if (holder->worker.incarnation != worker->incarnation) {
        (void)take_all_back(dispatch, holder);
        holder->is_leaving = false;
    }
    holder->worker = *worker;
    holder->heard_ms = now_ms;
    return 0;
}

void dispatch_bye(struct dispatch *dispatch, uint64_t key)
{
    struct holder *holder = find(dispatch, key);
    if (holder)
        holder->is_leaving = true;
}

void dispatch_gone(struct dispatch *dispatch, uint64_t key)
{
    struct holder *holder = find(dispatch, key);
    if (holder)
        (void)lose(dispatch, holder);
}

bool dispatch_next(struct dispatch *dispatch, int64_t now_ms,
                   struct dispatch_parcel *ret_parcel)
{
    struct parcel *parcel = TAILQ_FIRST(&dispatch->waiting);
    struct holder *holder = parcel ? choose(dispatch, parcel->count) : NULL;
    if (!holder)
        return false;

    TAILQ_REMOVE(&dispatch->waiting, parcel, link);
    TAILQ_INSERT_TAIL(&holder->out, parcel, link);
    holder->held += parcel->count;
    parcel->sent_ms = now_ms;
    parcel->delivery_id = ++dispatch->last_delivery;
    *ret_parcel = (struct dispatch_parcel){
        .delivery_id = parcel->delivery_id,
        .key = holder->worker.key,
        .count = parcel->count,
        .bytes = { parcel->data, parcel->len },
    };
    return true;
}

size_t dispatch_done(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id)
{
    struct holder *holder = find(dispatch, key);
    struct parcel *parcel = holder ? TAILQ_FIRST(&holder->out) : NULL;
    while (parcel && parcel->delivery_id != delivery_id)
        parcel = TAILQ_NEXT(parcel, link);
    if (!parcel)
        return 0;

    size_t count = parcel->count;
    take_from(holder, parcel);
    dispatch->items -= count;
    dispatch->bytes -= parcel->len;
    parcel_put(&dispatch->pool, parcel);
    return count;
}

size_t dispatch_tick(struct dispatch *dispatch, int64_t now_ms)
{
    size_t count = 0;
    for (struct holder *holder = TAILQ_FIRST(&dispatch->holders), *next; holder;
         holder = next) {
        next = TAILQ_NEXT(holder, link);
        bool is_silent = now_ms - holder->heard_ms > dispatch->options.silence_ms;
        count += is_silent
                     ? lose(dispatch, holder)
                     : take_back(dispatch, holder, now_ms - dispatch->options.deadline_ms);
    }
    return count;
}

size_t dispatch_held(const struct dispatch *dispatch)
{
    return dispatch->items;
}

size_t dispatch_room(const struct dispatch *dispatch)
{
    return dispatch->options.max_items - dispatch->items;
}

size_t dispatch_room_bytes(const struct dispatch *dispatch)
{
    return dispatch->options.max_bytes - dispatch->bytes;
}

size_t dispatch_workers(const struct dispatch *dispatch)
{
    size_t count = 0;
    const struct holder *holder = TAILQ_FIRST(&dispatch->holders);
    for (; holder; holder = TAILQ_NEXT(holder, link))
        count += !holder->is_leaving;
    return count;
}
