/* holder.c - see holder.h. */
#include "intake/holder.h"

#include <stdlib.h>

struct holder *holder_find(const struct holders *holders, uint64_t key)
{
    struct holder *holder = TAILQ_FIRST(holders);
    while (holder && holder->worker.key != key)
        holder = TAILQ_NEXT(holder, link);
    return holder;
}

struct holder *holder_add(struct holders *holders, const struct dispatch_worker *worker)
{
    struct holder *holder = calloc(1, sizeof *holder);
    if (!holder)
        return NULL;
    holder->worker = *worker;
    TAILQ_INIT(&holder->out);
    TAILQ_INSERT_TAIL(holders, holder, link);
    return holder;
}

struct parcel *holder_parcel(const struct holder *holder, uint64_t delivery_id)
{
    struct parcel *parcel = TAILQ_FIRST(&holder->out);
    while (parcel && parcel->delivery_id != delivery_id)
        parcel = TAILQ_NEXT(parcel, link);
    return parcel;
}

void holder_give(struct holder *holder, struct parcel *parcel)
{
    TAILQ_INSERT_TAIL(&holder->out, parcel, link);
    parcel->holder = holder->worker.key;
    holder->held += parcel->count;
    holder->held_bytes += parcel->len;
}

void holder_take(struct holder *holder, struct parcel *parcel)
{
    TAILQ_REMOVE(&holder->out, parcel, link);
    holder->held -= parcel->count;
    holder->held_bytes -= parcel->len;
}

static bool takes_work(const struct holder *holder)
{
    return !holder->is_leaving && !holder->is_late && !holder->absent_ms;
}

static size_t free_credit(const struct holder *holder)
{
    size_t credit = takes_work(holder) && !holder->is_apart ? holder->worker.credit : 0;
    return credit > holder->held ? credit - holder->held : 0;
}

static bool has_bytes_for(const struct holder *holder, const struct parcel *parcel)
{
    size_t credit = holder->worker.credit_bytes;
    return !credit || !holder->held || holder->held_bytes + parcel->len <= credit;
}

/* True when this many items are more than any worker may hold. */
static bool is_too_large(const struct holders *holders, size_t count)
{
    const struct holder *holder = TAILQ_FIRST(holders);
    while (holder && (!takes_work(holder) || holder->worker.credit < count))
        holder = TAILQ_NEXT(holder, link);
    return !holder;
}

struct holder *holder_choose(const struct holders *holders, const struct parcel *parcel)
{
    struct holder *best = NULL;
    bool is_lone = is_too_large(holders, parcel->count);
    size_t most = is_lone ? 0 : parcel->count - 1;
    for (struct holder *at = TAILQ_FIRST(holders); at; at = TAILQ_NEXT(at, link)) {
        if (free_credit(at) <= most || (is_lone && at->held > 0) || !has_bytes_for(at, parcel))
            continue;
        most = free_credit(at);
        best = at;
    }
    return best;
}

struct holder *holder_apart(const struct holders *holders)
{
    struct holder *least = NULL;
    for (struct holder *at = TAILQ_FIRST(holders); at; at = TAILQ_NEXT(at, link)) {
        if (!takes_work(at))
            continue;
        if (at->is_apart)
            return at;
        if (!least || at->held < least->held)
            least = at;
    }
    if (least)
        least->is_apart = true;
    return least;
}

void holder_none_apart(const struct holders *holders)
{
    for (struct holder *at = TAILQ_FIRST(holders); at; at = TAILQ_NEXT(at, link))
        at->is_apart = false;
}
