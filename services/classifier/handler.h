/* handler.h - work in, verdicts into the database, Done out.
 *
 * All that arrives while one transaction runs is judged at once and goes into the next one:
 * group commit without a timer. The credit that intakes were granted bounds what is held. */
#ifndef CLASSIFIER_HANDLER_H
#define CLASSIFIER_HANDLER_H

#include "commit.h"
#include "refresh.h"

struct handler;

struct handler_options {
    ekc_loop *loop;
    ekc_bus *bus;
    ekc_feed *feed;
    struct writer *writer;
    const struct refresh *refresh;
    struct counts *counts;
};

/* Meets the intakes as soon as there is a model; all in options stays the caller's. */
EKC_MUST_CHECK int handler_open(struct handler **ret_handler,
                                const struct handler_options *options);
void handler_close(struct handler **handler);

/* Wants no more work. What comes nevertheless, since it was on its way, is done as well. */
void handler_leave(struct handler *handler);

/* True when it wants no more work and has none. */
bool handler_has_left(const struct handler *handler);

/* What made it stop the loop: -errno, logged; or 0. */
int handler_fault(const struct handler *handler);

#endif
