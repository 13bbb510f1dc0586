/* batch.h - verdicts that are committed together, and the deliveries that wait for them.
 *
 * Pure memory. What has been judged stays here, in the encoded form that the log takes, until
 * it is in the database; the texts are not kept. */
#ifndef CLASSIFIER_BATCH_H
#define CLASSIFIER_BATCH_H

#include "ekc/wire.h"

/* A piece of the batch's own text. */
struct batch_span {
    uint32_t at, len;
};

struct batch_row {
    int32_t portal;
    int64_t inquiry;
    int64_t at_us;
    Ekc__V1__VerdictStatus status;
    Ekc__V1__ApplicantKind applicant_kind;
    float confidence;
    struct batch_span topic; /* empty: it waits for a person */
    struct batch_span ranking;
    struct batch_span event; /* an element of an EventBatch */
};

struct batch_delivery {
    uint64_t peer, id;
};

struct batch {
    char model[64]; /* the same for all rows */
    struct batch_row *rows;
    size_t count, room;
    struct ekc_buffer text; /* what spans are of */
    struct batch_delivery *deliveries;
    size_t delivery_count, delivery_room;
    int16_t n; /* which verdict of an inquiry these are: 1 = the first */
    const Ekc__V1__Dimensions
        *before;        /* what a later one replaces, lent; NULL with the first */
    bool is_alone;      /* its one row is suspect: nothing may join it */
    size_t from, to;    /* the stretch of rows to be committed now */
    struct batch *next; /* for whoever keeps batches in a queue */
};

EKC_MUST_CHECK int batch_new(struct batch **ret_batch, const char *model);
void batch_free(struct batch **batch);

/* Lent until something is added. */
struct ekc_bytes batch_bytes(const struct batch *batch, struct batch_span span);

/* Both -ENOMEM. */
EKC_MUST_CHECK int batch_add_row(struct batch *batch, const struct batch_row *row);
EKC_MUST_CHECK int batch_add_delivery(struct batch *batch, uint64_t peer, uint64_t id);

/* Sorts the rows by key, drops all but one of each, and takes the whole as the first stretch.
 * Nothing may be added after it. */
void batch_seal(struct batch *batch);

/* The stretch is settled: on to the rest. False when there is no rest. */
bool batch_advance(struct batch *batch);

/* The stretch is not acceptable: half of it now, the rest after it. False when it is a single
 * row. */
bool batch_halve(struct batch *batch);

/* The row of a key in the stretch, or NULL. */
const struct batch_row *batch_find(const struct batch *batch, int32_t portal, int64_t inquiry);

#endif
