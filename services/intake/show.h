/* show.h - questions after one inquiry, collected and asked together. */
#ifndef INTAKE_SHOW_H
#define INTAKE_SHOW_H

#include "intake/intake.h"

/* Notes a question; -ENOSPC when too many wait. */
EKC_MUST_CHECK int show_ask(struct intake *intake, const struct asking *asking);

/* The reader's chore; show_fail answers BUSY to those that were being asked. */
bool show_is_due(struct intake *intake);
EKC_MUST_CHECK int show_start(struct intake *intake);
void show_done(struct intake *intake, const struct ekc_reply *reply);
void show_fail(struct intake *intake);

#endif
