/* plan.h - which workers a centre on one host has, and on which ports; pure. */
#ifndef EKC_PLAN_H
#define EKC_PLAN_H

#include "ekc/base.h"

enum {
    PLAN_REPLICAS_MAX = 16,
    PLAN_BASE_MAX = 60000, /* so that the last replica's ports exist */
    PLAN_BINDS_MAX = 4,
    PLAN_TEXT_MAX = 1024, /* the addresses of all replicas of two roles */
};

enum plan_role { PLAN_INTAKE, PLAN_CLASSIFIER, PLAN_STATISTICS, PLAN_ROLES };

/* How many of each role, and from which port on. */
struct plan {
    long port_base;
    long counts[PLAN_ROLES];
};

struct plan_bind {
    const char *setting;
    int port;
};

struct plan_worker {
    char name[24];       /* "intake-1" */
    const char *program; /* "ekc-intake" */
    size_t bind_count;
    struct plan_bind binds[PLAN_BINDS_MAX];
    int admin_port;
};

/* Calls visit for each worker; stops at the first negative result and returns it, else the
 * sum. */
typedef int plan_worker_fn(void *self, const struct plan_worker *worker);
int plan_each(const struct plan *plan, plan_worker_fn *visit, void *self);

/* Appends where all workers that have this setting bind it, as an address list. */
void plan_addresses(const struct plan *plan, const char *setting,
                    char text[static PLAN_TEXT_MAX]);

#endif
