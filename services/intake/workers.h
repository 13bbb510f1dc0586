/* workers.h - the classifiers of an intake, and the way to each. A worker is known by its
 * incarnation, for its way may change while it lives. */
#ifndef INTAKE_WORKERS_H
#define INTAKE_WORKERS_H

#include "ekc/bus.h"

enum { WORKERS_MAX = 64 };

struct worker {
    uint64_t key; /* its incarnation; 0 = free place */
    struct ekc_route route;
};

struct workers {
    struct worker places[WORKERS_MAX];
};

/* Who came this way, or has this key; NULL = nobody known. */
struct worker *workers_by_route(struct workers *workers, const struct ekc_route *route);
struct worker *workers_by_key(struct workers *workers, uint64_t key);

/* A new one; NULL and a line in the log when there are too many. */
struct worker *workers_admit(struct workers *workers, uint64_t key,
                             const struct ekc_route *route);

#endif
