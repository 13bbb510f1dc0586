/* dispatch.c - see dispatch.h. What is offered, who gets it, and what becomes of it; the dead
 * and the late are in dispatch_loss.c. */
#include "intake/dispatch.h"

#include <errno.h>
#include <stdlib.h>

#include "intake/dispatch_internal.h"

enum { PARCEL_ITEMS = 256, PARCEL_BYTES = 128 * 1024, SILENCE_MS = 5000, ABSENCE_MS = 1500 };

static void set_defaults(struct dispatch_options *options)
{
    if (!options->parcel_items)
        options->parcel_items = PARCEL_ITEMS;
    if (!options->parcel_bytes)
        options->parcel_bytes = PARCEL_BYTES;
    if (!options->silence_ms)
        options->silence_ms = SILENCE_MS;
    if (!options->absence_ms)
        options->absence_ms = ABSENCE_MS;
}

int dispatch_new(struct dispatch **ret_dispatch, const struct dispatch_options *options)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    d->options = *options;
    set_defaults(&d->options);
    d->last_delivery = options->last_delivery;
    TAILQ_INIT(&d->waiting);
    TAILQ_INIT(&d->suspects);
    TAILQ_INIT(&d->doubted);
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
    for (struct holder *holder; (holder = TAILQ_FIRST(&d->holders)) != NULL;) {
        TAILQ_REMOVE(&d->holders, holder, link);
        parcel_free_all(&d->pool, &holder->out);
        free(holder);
    }
    parcel_free_all(&d->pool, &d->waiting);
    parcel_free_all(&d->pool, &d->suspects);
    parcel_free_all(&d->pool, &d->doubted);
    parcel_free_all(&d->pool, &d->pool.spare);
    free(d);
    *dispatch = NULL;
}

/* --- what is offered ---------------------------------------------------------------------- */

static bool has_place(const struct dispatch *d, const struct parcel *parcel, size_t len)
{
    return parcel && parcel->count < d->options.parcel_items &&
           parcel->len + len <= d->options.parcel_bytes;
}

/* The parcel that an item is joined to, or an empty one. */
static struct parcel *place_for(struct dispatch *d, const struct dispatch_item *item)
{
    struct parcel *last = TAILQ_LAST(&d->waiting, parcels);
    bool is_alone = item->attempts >= DISPATCH_ALONE_FROM;
    return !is_alone && has_place(d, last, item->bytes.len) ? last : parcel_take(&d->pool);
}

static void line_up(struct dispatch *d, struct parcel *parcel, uint32_t attempts)
{
    bool is_alone = attempts >= DISPATCH_ALONE_FROM;
    parcel->seq = ++d->last_seq;
    parcel->attempts = is_alone ? attempts : 0;
    TAILQ_INSERT_TAIL(is_alone ? &d->suspects : &d->waiting, parcel, link);
}

int dispatch_offer(struct dispatch *dispatch, const struct dispatch_item *item)
{
    struct dispatch *d = dispatch;
    const struct parcel_key key = { item->portal, item->inquiry, item->bytes.len };
    if (dispatch_room(d) == 0 || dispatch_room_bytes(d) < key.len)
        return -ENOSPC;

    struct parcel *parcel = place_for(d, item);
    if (!parcel)
        return -ENOMEM;
    bool is_new = parcel->count == 0;
    int r = parcel_append(&d->pool, parcel, &key, item->bytes.data);
    if (r < 0 && is_new)
        parcel_put(&d->pool, parcel);
    if (r < 0)
        return r;

    parcel->delivery_id = 0; /* whoever was late with it has not got this item */
    if (is_new)
        line_up(d, parcel, item->attempts);
    d->bytes += key.len;
    d->items++;
    return 0;
}

/* --- who takes it, and what becomes of it ------------------------------------------------- */

int dispatch_hello(struct dispatch *dispatch, const struct dispatch_worker *worker,
                   int64_t now_ms)
{
    struct holder *holder = holder_find(&dispatch->holders, worker->key);
    if (!holder && dispatch->holder_count == DISPATCH_WORKERS_MAX)
        return -ENOSPC;
    if (!holder) {
        holder = holder_add(&dispatch->holders, worker);
        if (!holder)
            return -ENOMEM;
        dispatch->holder_count++;
    }
    holder->worker = *worker;
    holder->heard_ms = now_ms;
    holder->absent_ms = 0;
    return 0;
}

bool dispatch_ping(struct dispatch *dispatch, uint64_t key, uint64_t waiting, int64_t now_ms)
{
    struct holder *holder = holder_find(&dispatch->holders, key);
    if (!holder)
        return false;
    holder->heard_ms = now_ms;
    holder->absent_ms = 0;
    holder->is_late = holder->is_late && waiting > 0;
    return true;
}

bool dispatch_knows(const struct dispatch *dispatch, uint64_t key)
{
    return holder_find(&dispatch->holders, key);
}

void dispatch_bye(struct dispatch *dispatch, uint64_t key)
{
    struct holder *holder = holder_find(&dispatch->holders, key);
    if (holder)
        holder->is_leaving = true;
}

/* What killed two workers goes first, to the one that is set apart for it. */
static struct parcel *next_to_send(struct dispatch *d, struct holder **ret_holder)
{
    struct parcel *suspect = TAILQ_FIRST(&d->suspects);
    if (!suspect)
        holder_none_apart(&d->holders);
    struct holder *apart = suspect ? holder_apart(&d->holders) : NULL;
    *ret_holder = apart;
    if (apart && apart->held == 0) {
        TAILQ_REMOVE(&d->suspects, suspect, link);
        return suspect;
    }
    struct parcel *parcel = TAILQ_FIRST(&d->waiting);
    *ret_holder = parcel ? holder_choose(&d->holders, parcel) : NULL;
    if (!*ret_holder)
        return NULL;
    TAILQ_REMOVE(&d->waiting, parcel, link);
    return parcel;
}

bool dispatch_next(struct dispatch *dispatch, int64_t now_ms,
                   struct dispatch_parcel *ret_parcel)
{
    struct holder *holder = NULL;
    struct parcel *parcel = dispatch->is_closed ? NULL : next_to_send(dispatch, &holder);
    if (!parcel)
        return false;

    holder_give(holder, parcel);
    parcel->sent_ms = now_ms;
    parcel->delivery_id = ++dispatch->last_delivery;
    *ret_parcel = (struct dispatch_parcel){
        .delivery_id = parcel->delivery_id,
        .key = holder->worker.key,
        .count = parcel->count,
        .attempts = parcel->attempts,
        .bytes = { parcel->data, parcel->len },
    };
    return true;
}

void dispatch_drop(struct dispatch *dispatch, struct parcel *parcel)
{
    dispatch->items -= parcel->count;
    dispatch->bytes -= parcel->len;
    parcel_put(&dispatch->pool, parcel);
}

/* What was taken back from it, and went to nobody else yet. */
static struct parcel *find_late(struct parcels *list, uint64_t key, uint64_t delivery_id)
{
    struct parcel *parcel = TAILQ_FIRST(list);
    while (parcel && (parcel->delivery_id != delivery_id || parcel->holder != key))
        parcel = TAILQ_NEXT(parcel, link);
    if (parcel)
        TAILQ_REMOVE(list, parcel, link);
    return parcel;
}

static struct parcel *take_done(struct dispatch *d, uint64_t key, uint64_t delivery_id)
{
    struct holder *holder = holder_find(&d->holders, key);
    struct parcel *parcel = holder ? holder_parcel(holder, delivery_id) : NULL;
    if (parcel)
        holder_take(holder, parcel);
    if (!parcel)
        parcel = find_late(&d->waiting, key, delivery_id);
    return parcel ? parcel : find_late(&d->suspects, key, delivery_id);
}

size_t dispatch_done(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id)
{
    struct parcel *parcel = delivery_id ? take_done(dispatch, key, delivery_id) : NULL;
    size_t count = parcel ? parcel->count : 0;
    if (parcel)
        dispatch_drop(dispatch, parcel);
    return count;
}

void dispatch_close(struct dispatch *dispatch)
{
    dispatch->is_closed = true;
}

/* --- what is in it ------------------------------------------------------------------------ */

size_t dispatch_held(const struct dispatch *dispatch)
{
    return dispatch->items;
}

size_t dispatch_out(const struct dispatch *dispatch)
{
    size_t count = 0;
    const struct holder *holder = TAILQ_FIRST(&dispatch->holders);
    for (; holder; holder = TAILQ_NEXT(holder, link))
        count += holder->held;
    return count;
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

uint64_t dispatch_redeliveries(const struct dispatch *dispatch)
{
    return dispatch->redeliveries;
}
