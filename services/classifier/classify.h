/* classify.h - which topic a text is about, how sure that is, and who writes.
 *
 * The heart of the classifier, and pure: a verdict depends on the text and the model alone, and
 * is the same to the last bit in every run. A model belongs to one thread at a time. */
#ifndef CLASSIFY_H
#define CLASSIFY_H

#include "ekc/base.h"

/* Names the way of thinking and its constants: it changes when verdicts may. */
#define CLASSIFY_MODEL_NAME "phrases-1"

enum { CLASSIFY_RANKS = 3, CLASSIFY_TOPICS_MAX = 4096 };

/* What a model is built from; nothing of it is needed afterwards. */
struct classify_topic {
    const char *id;
    const char *area;      /* id of the area; topics of one area share their words a little */
    const char *applicant; /* "resident", "developer", "both" or "": who usually asks */
    const char *const *phrases;
    size_t phrase_count;
};

enum classify_status {
    CLASSIFY_UNSURE, /* a human should look; the alternatives are guesses */
    CLASSIFY_SURE,
};

enum classify_applicant {
    CLASSIFY_UNKNOWN,
    CLASSIFY_RESIDENT,
    CLASSIFY_DEVELOPER,
};

struct classify_alternative {
    size_t topic; /* index into the topics that the model was built from */
    double share; /* 0 … 1; of all topics together 1 */
};

struct classify_verdict {
    enum classify_status status;
    enum classify_applicant applicant;
    double confidence;        /* 0 … 1: the share of the best; 0 where nothing speaks */
    size_t alternative_count; /* 0 where nothing speaks */
    struct classify_alternative alternatives[CLASSIFY_RANKS]; /* best first */
};

typedef struct classify_model classify_model;

/* Builds a model, the caller's. -EINVAL: no topics, too many, or one without id, area or
 * applicant; -ENOMEM. */
EKC_MUST_CHECK int classify_model_new(classify_model **ret_model,
                                      const struct classify_topic *topics, size_t count);

/* Judges len bytes of text, whatever they are, in time linear in len. Never fails. */
void classify_text(classify_model *model, const char *text, size_t len,
                   struct classify_verdict *ret_verdict);

/* Frees *model and sets it to NULL; NULL is fine. */
void classify_model_free(classify_model **model);

#endif
