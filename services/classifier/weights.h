/* weights.h - how much each feature of a text speaks for each topic.
 *
 * A feature is a number: of a stem, a root or a phrase. Evidence is noted while the topics are
 * read; then it is settled, once, into votes. Sums of votes are whole numbers, so that the
 * order of adding never shows. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include "ekc/base.h"

typedef struct weights weights;

enum {
    WEIGHTS_EVIDENCE_ONE = 1024, /* evidence of a feature that is a topic's whole phrase */
    WEIGHTS_VOTE_ONE = 1024,     /* a vote of one nat */
};

struct weights_vote {
    uint16_t topic;
    uint16_t weight; /* in 1 / WEIGHTS_VOTE_ONE */
};

/* Lent by weights_of() until the weights are freed. */
struct weights_votes {
    const struct weights_vote *votes;
    size_t count;
};

/* An empty book, the caller's. -ENOMEM. */
EKC_MUST_CHECK int weights_new(weights **ret_weights);

/* Adds evidence, in 1 / WEIGHTS_EVIDENCE_ONE, that feature belongs to topic. -ENOMEM. */
EKC_MUST_CHECK int weights_note(weights *self, uint32_t feature, uint16_t topic,
                                uint32_t evidence);

/* Turns the evidence into votes for topic_count topics; area_of has each topic's area, which
 * shares in what its topics know. Features are below feature_count. -ENOMEM. */
EKC_MUST_CHECK int weights_settle(weights *self, size_t feature_count, const uint16_t *area_of,
                                  size_t topic_count);

/* The votes of a feature, settled before; none for a feature that nothing was noted of. */
struct weights_votes weights_of(const weights *self, uint32_t feature);

/* Frees *self and sets it to NULL; NULL is fine. */
void weights_free(weights **self);

#endif
