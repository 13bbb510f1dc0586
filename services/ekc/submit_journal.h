/* submit_journal.h - what was sent and what came back, written down outside the centre: one
 * JSON object a line. `ekc verify` holds it against the database. */
#ifndef EKC_SUBMIT_JOURNAL_H
#define EKC_SUBMIT_JOURNAL_H

#include <stdio.h>

#include "ekc/base.h"

/* Written before an inquiry is first sent. */
void submit_journal_attempt(FILE *journal, const char *portal, const char *external_id,
                            int64_t at_us);

/* Written when its answer is known; number may be "". */
void submit_journal_answer(FILE *journal, const char *portal, const char *external_id,
                           const char *answer, const char *number, int64_t at_us);

#endif
