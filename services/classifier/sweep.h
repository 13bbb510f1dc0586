/* sweep.h - finds in the log what the wire did not bring, and judges it.
 *
 * A cursor over intake's lanes follows the verdicts: it stands before the first inquiry that
 * has none, and what it passes is looked up once, by key. An intake cares for its own lanes, so
 * the sweep judges only where a lane has no owner, or where what stands first has stood too
 * long. Several classifiers share the lanes: each claims one at a time. */
#ifndef CLASSIFIER_SWEEP_H
#define CLASSIFIER_SWEEP_H

#include "commit.h"
#include "refresh.h"

struct sweep;

struct sweep_options {
    ekc_loop *loop;
    ekc_feed *feed;
    struct writer
        *writer; /* another than the wire's: a sweep never delays what the wire brings */
    const struct refresh *refresh;
    struct counts *counts;
};

EKC_MUST_CHECK int sweep_open(struct sweep **ret_sweep, const struct sweep_options *options);
void sweep_close(struct sweep **sweep);

/* Begins nothing new; what it has in hand is dropped, as the log keeps it. */
void sweep_leave(struct sweep *sweep);

#endif
