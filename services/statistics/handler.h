/* handler.h - questions about figures: each is refused, put off or answered. */
#ifndef HANDLER_H
#define HANDLER_H

#include "counting.h"
#include "ekc/loop.h"

struct handler;

/* For /metrics. */
struct handler_numbers {
    double queries; /* answered with figures */
    double scans;   /* of them counted from the facts */
    double refusals;
};

/* Answers at EKC_STATISTICS_QUERY_BIND from the database of EKC_DB; counting, borrowed, says
 * which counters there are. Keeps the bus's guests up to date, too. */
EKC_MUST_CHECK int handler_open(struct handler **ret_handler, ekc_loop *loop, ekc_bus *bus,
                                const struct counting *counting);
void handler_close(struct handler **handler);

const struct handler_numbers *handler_numbers(const struct handler *handler);

/* From now on every question is answered DRAINING. */
void handler_stop(struct handler *handler);

#endif
