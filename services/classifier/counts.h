/* counts.h - what the classifier has done, as /metrics shows it. */
#ifndef CLASSIFIER_COUNTS_H
#define CLASSIFIER_COUNTS_H

#include "ekc/admin.h"
#include "ekc/wire.h"

/* Which way the work came. */
enum counts_path {
    PATH_WIRE,
    PATH_SWEEP,
    PATHS,
};

enum {
    COUNTS_STATUSES = EKC__V1__VERDICT_STATUS__VERDICT_STATUS_DEAD + 1,
    COUNTS_METRICS = 11
};

/* Zeroed memory has counted nothing. */
struct counts {
    double verdicts[PATHS][COUNTS_STATUSES]; /* by Ekc__V1__VerdictStatus */
    double batches;
    double refused_rows; /* left to the sweeper, as the database did not accept them */
    double open_items;   /* judged, not yet committed */
    double peers_alive;
    double database_errors;
};

/* "wire" or "sweep". */
const char *counts_path_word(enum counts_path path);

/* The samples that show counts, which must live as long as they. */
void counts_metrics(const struct counts *counts, struct ekc_metric metrics[COUNTS_METRICS]);

#endif
