/* history.h - a synthetic history of the centre, composed from sample inquiries.
 *
 * Pure: the same samples, seed and total give the same bytes on every machine. What it is like
 * stands in history_plan.h. Nobody's real inquiry is in it. */
#ifndef EKC_HISTORY_H
#define EKC_HISTORY_H

#include "ekc/base.h"

enum { HISTORY_TOTAL = 168300 };

/* Text may have the placeholders {street} {house} {okrug} {district} {date} {year} {number}
 * {cadastre}. */
struct history_sample {
    const char *topic;
    const char *applicant; /* resident, developer or unknown */
    const char *text;
};

/* Everything in it is lent until the next call. */
struct history_row {
    char external_id[16]; /* "h-0000001" is the first */
    int64_t created_at_us;
    const char *channel;
    const char *applicant_kind; /* resident, developer or unknown */
    const char *okrug;          /* its code, or "" */
    const char *address;        /* or "" */
    const char *text;
    const char *category; /* the topic that it was composed for */
};

typedef struct history history;

/* Borrows the samples. Topics without a sample leave their share to the others; samples of
 * topics that are not planned are not used. -EINVAL: no sample can be used, or a text is empty
 * or over 4,096 bytes; -ENOMEM. */
EKC_MUST_CHECK int history_new(const struct history_sample *samples, size_t count,
                               uint64_t seed, uint32_t total, history **ret_history);

/* The next inquiry, in the order of time: 1, 0 = the end, or -ENOMEM. */
EKC_MUST_CHECK int history_next(history *self, struct history_row *ret_row);
void history_free(history **self);

#endif
