/* dispatch_loss.c - what comes back: from the late, from those who came by another way, and
 * from the dead. Only the last is doubtful, and only that a death has been recorded settles it.
 */
#include <stdlib.h>

#include "intake/dispatch_internal.h"

enum {
    SLEEP_MS = 1000, /* several times what lies between two ticks */
    FAREWELL = 4     /* times as long may one that leaves be silent: it finishes */
};

/* It waits again, in its old place. */
static void requeue(struct dispatch *d, struct parcel *parcel)
{
    bool is_alone = parcel->attempts >= DISPATCH_ALONE_FROM;
    d->redeliveries++;
    parcel_queue(is_alone ? &d->suspects : &d->waiting, parcel);
}

static void take_back(struct dispatch *d, struct holder *holder, struct parcel *parcel)
{
    holder_take(holder, parcel);
    requeue(d, parcel);
}

static void take_all_back(struct dispatch *d, struct holder *holder)
{
    for (struct parcel *parcel; (parcel = TAILQ_FIRST(&holder->out)) != NULL;)
        take_back(d, holder, parcel);
}

/* Who said farewell did not die of what it held. */
static void bury(struct dispatch *d, struct holder *holder)
{
    if (holder->is_leaving)
        take_all_back(d, holder);
    for (struct parcel *parcel; (parcel = TAILQ_FIRST(&holder->out)) != NULL;) {
        holder_take(holder, parcel);
        TAILQ_INSERT_TAIL(&d->doubted, parcel, link);
    }
    TAILQ_REMOVE(&d->holders, holder, link);
    d->holder_count--;
    free(holder);
}

/* A deadline that passes is no death. It gets nothing more before it has nothing in hand: else
 * the same would come to it again and again. */
static void take_late(struct dispatch *d, struct holder *holder, int64_t now_ms)
{
    int64_t before_ms = now_ms - d->options.deadline_ms;
    struct parcel *parcel = TAILQ_FIRST(&holder->out);
    for (; parcel && parcel->sent_ms < before_ms; parcel = TAILQ_FIRST(&holder->out)) {
        holder->is_late = true;
        take_back(d, holder, parcel);
    }
}

/* Whoever slept himself has heard nobody meanwhile. */
static void forgive(struct dispatch *d, int64_t now_ms)
{
    int64_t slept_ms = d->ticked_ms ? now_ms - d->ticked_ms : 0;
    struct holder *holder = TAILQ_FIRST(&d->holders);
    for (; holder && slept_ms > SLEEP_MS; holder = TAILQ_NEXT(holder, link)) {
        holder->heard_ms += slept_ms;
        if (holder->absent_ms)
            holder->absent_ms += slept_ms;
    }
    d->ticked_ms = now_ms;
}

void dispatch_moved(struct dispatch *dispatch, uint64_t key)
{
    struct holder *holder = holder_find(&dispatch->holders, key);
    if (holder)
        take_all_back(dispatch, holder);
}

void dispatch_unreachable(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id,
                          int64_t now_ms)
{
    struct holder *holder = holder_find(&dispatch->holders, key);
    if (!holder)
        return;
    if (!holder->absent_ms)
        holder->absent_ms = now_ms;
    dispatch_release(dispatch, key, delivery_id);
}

void dispatch_release(struct dispatch *dispatch, uint64_t key, uint64_t delivery_id)
{
    struct holder *holder = holder_find(&dispatch->holders, key);
    struct parcel *parcel = holder ? holder_parcel(holder, delivery_id) : NULL;
    if (parcel)
        take_back(dispatch, holder, parcel);
}

void dispatch_tick(struct dispatch *dispatch, int64_t now_ms)
{
    const struct dispatch_options *options = &dispatch->options;
    forgive(dispatch, now_ms);
    for (struct holder *holder = TAILQ_FIRST(&dispatch->holders), *next; holder;
         holder = next) {
        next = TAILQ_NEXT(holder, link);
        int64_t patience_ms = options->silence_ms * (holder->is_leaving ? FAREWELL : 1);
        bool is_silent = now_ms - holder->heard_ms > patience_ms;
        bool is_absent = holder->absent_ms && now_ms - holder->absent_ms > options->absence_ms;
        if (is_silent || is_absent)
            bury(dispatch, holder);
        else
            take_late(dispatch, holder, now_ms);
    }
}

/* --- deaths ------------------------------------------------------------------------------- */

bool dispatch_doubt(const struct dispatch *dispatch, struct dispatch_doubt *ret_doubt)
{
    const struct parcel *parcel = TAILQ_FIRST(&dispatch->doubted);
    if (!parcel)
        return false;
    *ret_doubt = (struct dispatch_doubt){
        .delivery_id = parcel->delivery_id,
        .key = parcel->holder,
        .count = parcel->count,
        .keys = parcel->keys,
    };
    return true;
}

/* Moves an item of a parcel into another; what memory does not hold is dropped, as the log has
 * it. */
static void move_item(struct dispatch *d, struct parcel *to, const struct parcel_key *key,
                      const uint8_t *bytes)
{
    if (to && parcel_append(&d->pool, to, key, bytes) == 0) {
        d->items++;
        d->bytes += key->len;
    }
}

static void queue_part(struct dispatch *d, const struct parcel *whole, struct parcel *part,
                       uint32_t attempts)
{
    if (!part)
        return;
    if (part->count == 0) {
        parcel_put(&d->pool, part);
        return;
    }
    part->seq = whole->seq;
    part->attempts = attempts;
    requeue(d, part);
}

/* Those that were held in two deaths stand alone from now on, the rest stays together. */
static void split(struct dispatch *d, struct parcel *whole, const uint32_t *deaths)
{
    struct parcel *rest = parcel_take(&d->pool);
    const uint8_t *bytes = whole->data;
    for (uint32_t i = 0; i < whole->count; bytes += whole->keys[i++].len) {
        bool is_suspect = deaths[i] >= DISPATCH_ALONE_FROM;
        if (deaths[i] == DISPATCH_JUDGED)
            continue;
        struct parcel *alone = is_suspect ? parcel_take(&d->pool) : NULL;
        move_item(d, is_suspect ? alone : rest, &whole->keys[i], bytes);
        queue_part(d, whole, alone, deaths[i]);
    }
    queue_part(d, whole, rest, 0);
    dispatch_drop(d, whole);
}

/* Judged ones count as such: they must leave the parcel, too. */
static bool has_suspect(const struct parcel *parcel, const uint32_t *deaths)
{
    for (uint32_t i = 0; i < parcel->count; i++)
        if (deaths[i] >= DISPATCH_ALONE_FROM)
            return true;
    return false;
}

void dispatch_settle(struct dispatch *dispatch, uint64_t delivery_id, const uint32_t *deaths)
{
    struct parcel *parcel = TAILQ_FIRST(&dispatch->doubted);
    while (parcel && parcel->delivery_id != delivery_id)
        parcel = TAILQ_NEXT(parcel, link);
    if (!parcel)
        return;
    TAILQ_REMOVE(&dispatch->doubted, parcel, link);
    if (has_suspect(parcel, deaths))
        split(dispatch, parcel, deaths);
    else
        requeue(dispatch, parcel);
}
