/* tally.h - adds facts up into counters, in memory. Pure: no I/O, no clock. */
#ifndef TALLY_H
#define TALLY_H

#include "rollup.h"

struct tally;

/* One inquiry as figures see it; values are by dimension, "" where there is none. */
struct tally_fact {
    enum measure measure;
    int32_t day;
    const char *values[DIMENSION_COUNT];
};

/* One counter's change. */
struct tally_row {
    int16_t rollup;
    int32_t day;
    const char *a, *b;
    int64_t n;
};

typedef void tally_fn(void *self, const struct tally_row *row);

/* rollups are borrowed for as long as the tally lives. */
EKC_MUST_CHECK int tally_new(struct tally **ret_tally, const struct rollups *rollups);
void tally_free(struct tally **tally);

/* Adds delta to every counter that the fact belongs to. -ENOMEM: the tally is of no more use.
 */
EKC_MUST_CHECK int tally_add(struct tally *tally, const struct tally_fact *fact, int64_t delta);

/* How many counters have been touched. */
size_t tally_count(const struct tally *tally);

/* Calls visit for every counter that changed, sorted by rollup, day, a and b. */
void tally_each(struct tally *tally, tally_fn *visit, void *self);

/* Forgets all counts and keeps the memory. */
void tally_clear(struct tally *tally);

#endif
