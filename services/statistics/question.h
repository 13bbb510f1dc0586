/* question.h - a Query as a portal sent it, read and checked. */
#ifndef QUESTION_H
#define QUESTION_H

#include "ekc/ask.h"
#include "query.h"

/* Reads a message into a query that lives in the arena and borrows the message's texts. 0, or
 * -EBADMSG and the reason in *ret_refusal. */
EKC_MUST_CHECK int question_read(ekc_arena *arena, const Ekc__V1__Query *message,
                                 struct query *ret_query, const Ekc__V1__Refusal **ret_refusal);

#endif
