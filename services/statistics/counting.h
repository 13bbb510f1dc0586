/* counting.h - the one who counts: takes events from the wire and the log, and writes counters
 * and cursors in one transaction. Of several workers one counts, the others stand by. */
#ifndef COUNTING_H
#define COUNTING_H

#include "ekc/loop.h"
#include "rollup.h"

struct counting;

/* For /metrics. */
struct counting_numbers {
    double wire, sweep; /* events counted */
    double batches_lag; /* in the log, not counted */
    double pages;       /* transactions */
    double is_counting; /* 1 = it is this worker's turn */
    double peers;       /* producers that are heard */
};

/* Starts counting into the database of EKC_DB from the producers of EKC_EVENTS. */
EKC_MUST_CHECK int counting_open(struct counting **ret_counting, ekc_loop *loop, ekc_bus *bus);
void counting_close(struct counting **counting);

/* Why the worker is not ready, or NULL. Lent until the next call. */
const char *counting_trouble(struct counting *counting);

/* Which counters are kept; NULL until the schema has been found to fit. Lent. */
const struct rollups *counting_rollups(const struct counting *counting);
const struct counting_numbers *counting_numbers(const struct counting *counting);

/* Writes what is in memory, gives the turn away, then stops the loop. */
void counting_stop(struct counting *counting);

/* What made the loop stop by itself: -errno, or 0. */
int counting_result(const struct counting *counting);

#endif
