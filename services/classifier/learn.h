/* learn.h - what a classify_model is made of, and how it comes to know its topics. */
#ifndef LEARN_H
#define LEARN_H

#include "classify.h"
#include "phrases.h"
#include "stems.h"
#include "weights.h"

/* A feature is the number of a stem, a root or a run of stems, as phrases.h counts them. */
struct classify_model {
    stems *stems;
    phrases *phrases;
    weights *weights;
    size_t topic_count;
    enum classify_applicant *usual; /* who asks about each topic */
    size_t feature_count;
    int8_t *signs; /* of each feature: strength as in lexicon.h, or 0 */

    /* Scratch of one text. */
    bool *is_met;     /* each feature; between texts all false */
    uint32_t *met;    /* the features that are met */
    uint32_t *scores; /* each topic's votes */
};

/* Fills stems, phrases and weights, which are empty and open, from the topics, and signs and
 * feature_count from the lexicon. -ENOMEM. */
EKC_MUST_CHECK int learn_all(classify_model *model, const struct classify_topic *topics,
                             size_t count);

#endif
