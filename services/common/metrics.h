/* metrics.h - the text of /metrics: the Prometheus format 0.0.4. */
#ifndef EKC_COMMON_METRICS_H
#define EKC_COMMON_METRICS_H

#include "ekc/admin.h"

/* The metrics, then what every process tells of itself. From malloc, or NULL. */
char *metrics_text(const struct ekc_metric *metrics, size_t count);

#endif
