/* topics.h - the taxonomy as the database has it, in the form that the heart wants. */
#ifndef CLASSIFIER_TOPICS_H
#define CLASSIFIER_TOPICS_H

#include "classify.h"
#include "ekc/db.h"
#include "ekc/wire.h"

/* Copies the rows of store_topics into the arena. The count, or -E2BIG: it is too small. */
EKC_MUST_CHECK int topics_read(ekc_arena *arena, const ekc_result *result,
                               struct classify_topic **ret_topics);

/* Cuts text, which stays in use, at its line ends; empty lines count for nothing. */
EKC_MUST_CHECK int topics_cut(ekc_arena *arena, char *text, struct classify_topic *topic);

#endif
