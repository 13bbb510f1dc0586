/* counts.c - see counts.h. */
#include "counts.h"

#include <assert.h>
#include <stddef.h>

#define VERDICTS(path, status)                                                                 \
    (offsetof(struct counts, verdicts) +                                                       \
     sizeof(double) *                                                                          \
         ((path)*COUNTS_STATUSES + EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##status))
#define VERDICTS_HELP "First verdicts, by the way the work came."

static const struct {
    const char *name, *labels, *help, *type;
    size_t offset;
} rows[] = {
    { "ekc_verdicts_total", "path=\"wire\",status=\"sure\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_WIRE, SURE) },
    { "ekc_verdicts_total", "path=\"wire\",status=\"unsure\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_WIRE, UNSURE) },
    { "ekc_verdicts_total", "path=\"wire\",status=\"dead\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_WIRE, DEAD) },
    { "ekc_verdicts_total", "path=\"sweep\",status=\"sure\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_SWEEP, SURE) },
    { "ekc_verdicts_total", "path=\"sweep\",status=\"unsure\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_SWEEP, UNSURE) },
    { "ekc_verdicts_total", "path=\"sweep\",status=\"dead\"", VERDICTS_HELP, "counter",
      VERDICTS(PATH_SWEEP, DEAD) },
    { "ekc_batches_total", NULL, "Transactions that brought verdicts.", "counter",
      offsetof(struct counts, batches) },
    { "ekc_refused_rows_total", NULL, "Verdicts that the database did not accept.", "counter",
      offsetof(struct counts, refused_rows) },
    { "ekc_open_items", NULL, "Inquiries judged and not yet committed.", "gauge",
      offsetof(struct counts, open_items) },
    { "ekc_peers_alive", NULL, "Intakes that answered in the last seconds.", "gauge",
      offsetof(struct counts, peers_alive) },
    { "ekc_database_errors_total", NULL, "Transactions that failed.", "counter",
      offsetof(struct counts, database_errors) },
};

static_assert(EKC_COUNT(rows) == COUNTS_METRICS, "every row has its sample");

const char *counts_path_word(enum counts_path path)
{
    return path == PATH_SWEEP ? "sweep" : "wire";
}

void counts_metrics(const struct counts *counts, struct ekc_metric metrics[COUNTS_METRICS])
{
    for (size_t i = 0; i < EKC_COUNT(rows); i++)
        metrics[i] = (struct ekc_metric){
            .name = rows[i].name,
            .labels = rows[i].labels,
            .help = rows[i].help,
            .type = rows[i].type,
            .value = (const double *)(const void *)((const char *)counts + rows[i].offset),
        };
}
