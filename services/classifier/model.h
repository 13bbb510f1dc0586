/* model.h - the heart with the taxonomy that it was built from. */
#ifndef CLASSIFIER_MODEL_H
#define CLASSIFIER_MODEL_H

#include "classify.h"

struct model_topic {
    char *id, *area;
};

struct model {
    int32_t version; /* of the taxonomy */
    char name[64];   /* as verdicts tell it */
    classify_model *heart;
    struct model_topic *topics;
    size_t count;
};

/* Copies what it needs of the topics. Errors as of classify_model_new. */
EKC_MUST_CHECK int model_new(struct model **ret_model, int32_t version,
                             const struct classify_topic *topics, size_t count);
void model_free(struct model **model);

#endif
