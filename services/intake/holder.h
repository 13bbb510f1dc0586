/* holder.h - the workers that dispatch knows: what each holds, and who may get a parcel. */
#ifndef INTAKE_HOLDER_H
#define INTAKE_HOLDER_H

#include "intake/dispatch.h"

struct holder {
    TAILQ_ENTRY(holder) link;
    struct dispatch_worker worker;
    int64_t heard_ms;
    int64_t absent_ms; /* since when there is no way to it; 0 = there is one */
    size_t held, held_bytes;
    bool is_leaving;
    bool is_late;  /* it let a deadline pass, and still has something in hand */
    bool is_apart; /* it takes one suspect at a time, and nothing else */
    struct parcels out;
};
TAILQ_HEAD(holders, holder);

/* The holder of a key, or NULL. */
struct holder *holder_find(const struct holders *holders, uint64_t key);

/* A new one at the end of the list, or NULL without memory. */
struct holder *holder_add(struct holders *holders, const struct dispatch_worker *worker);

/* The delivery among what it holds, or NULL. */
struct parcel *holder_parcel(const struct holder *holder, uint64_t delivery_id);

void holder_give(struct holder *holder, struct parcel *parcel);
void holder_take(struct holder *holder, struct parcel *parcel);

/* Who gets a parcel; NULL = nobody can take it now. */
struct holder *holder_choose(const struct holders *holders, const struct parcel *parcel);

/* Who takes suspects; one is set apart for it when there is none. NULL = nobody can. */
struct holder *holder_apart(const struct holders *holders);
void holder_none_apart(const struct holders *holders);

#endif
