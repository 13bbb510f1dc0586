/* answer.h - figures as the message that answers a Query. */
#ifndef ANSWER_H
#define ANSWER_H

#include "ekc/wire.h"
#include "figures.h"

/* Makes the message in the arena, borrowing the figures' keys. -E2BIG: too much for one
 * message. */
EKC_MUST_CHECK int answer_make(ekc_arena *arena, const struct query *query,
                               const struct figures *figures, Ekc__V1__Figures **ret_message);

#endif
