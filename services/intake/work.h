/* work.h - sharing work out to classifiers. */
#ifndef INTAKE_WORK_H
#define INTAKE_WORK_H

#include "intake/intake.h"

/* Binds the work end; logs what fails. */
EKC_MUST_CHECK int work_open(struct intake *intake);
void work_close(struct intake *intake);

/* Hands a stretch of committed items to the classifiers. -ENOSPC: the window has no room for
 * all of them, and none was taken. */
EKC_MUST_CHECK int work_offer(struct intake *intake, const struct batch *batch, size_t from,
                              size_t to);

/* Sends nothing more. True when all that is out is done, or has waited too long. */
bool work_has_ended(struct intake *intake);

/* Tells all classifiers that this intake is about to stop. */
void work_say_bye(struct intake *intake);

/* The reader's chores that fill the window again from the log, and record deaths. */
bool refill_log_is_due(struct intake *intake);
EKC_MUST_CHECK int refill_log_start(struct intake *intake);
void refill_log_done(struct intake *intake, const struct ekc_reply *reply);
bool refill_work_is_due(struct intake *intake);
EKC_MUST_CHECK int refill_work_start(struct intake *intake);
void refill_work_done(struct intake *intake, const struct ekc_reply *reply);
bool deaths_are_due(struct intake *intake);
EKC_MUST_CHECK int deaths_start(struct intake *intake);
void deaths_done(struct intake *intake, const struct ekc_reply *reply);

#endif
