/* sweep.h - finds in the log what the wire did not bring, and judges it.
 *
 * A cursor over intake's lanes, moved in the transaction of the verdicts. Where every inquiry
 * has its verdict, only keys are looked up. Several classifiers may sweep: whoever moves the
 * cursor first has it, the others look again. */
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
    int64_t (*silence_ms)(void *self); /* for how long the wire has brought nothing */
    void *self;
};

EKC_MUST_CHECK int sweep_open(struct sweep **ret_sweep, const struct sweep_options *options);
void sweep_close(struct sweep **sweep);

/* Begins nothing new; what it has in hand is dropped, as the log keeps it. */
void sweep_leave(struct sweep *sweep);

#endif
