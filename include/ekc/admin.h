/* admin.h - the admin port: /healthz, /readyz and /metrics over HTTP, in the worker's own loop.
 */
#ifndef EKC_ADMIN_H
#define EKC_ADMIN_H

#include "ekc/loop.h"

typedef struct ekc_admin ekc_admin;

/* One sample of /metrics. Rows of the same name stand together and share help and type. */
struct ekc_metric {
    const char *name;   /* ekc_inquiries_total; base units, counters end in _total */
    const char *labels; /* "path=\"wire\"", or NULL */
    const char *help;
    const char *type;    /* counter or gauge */
    const double *value; /* read at each scrape; lives as long as the admin port */
};

struct ekc_admin_options {
    const char *address; /* host:port */
    /* Why the worker is not ready, or NULL when it is. Lent until the next call. */
    const char *(*not_ready)(void *self);
    void *self;
    const struct ekc_metric *metrics;
    size_t metric_count;
};

/* Serves until closed, which must come after the loop's last turn; logs each change of
 * readiness with its reason. -EADDRINUSE: the port is taken. options is copied, metrics
 * borrowed. */
EKC_MUST_CHECK int ekc_admin_open(ekc_admin **ret_admin, ekc_loop *loop,
                                  const struct ekc_admin_options *options);
void ekc_admin_close(ekc_admin **admin);

#endif
