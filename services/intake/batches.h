/* batches.h - the batches of intake on their way: open, waiting for a writer, spare. */
#ifndef INTAKE_BATCHES_H
#define INTAKE_BATCHES_H

#include "intake/intake.h"

/* Sets a full batch aside for the writers and opens another; false when none is left. */
bool batches_turn(struct intake *intake);

/* The batch that has waited longest, or what is open now; NULL when there is nothing. */
struct batch *batches_take(struct intake *intake);

/* Answers all of a batch and makes it spare. */
void batches_finish(struct intake *intake, struct batch *batch);

/* Answers all of a batch and forgets who asked; its inquiries stay. */
void batches_answer(struct intake *intake, struct batch *batch);

/* True when whoever asked has begun to ask again; has done so several times. */
bool batches_is_late(const struct batch *batch);
bool batches_is_too_old(const struct batch *batch);

/* Answers BUSY to those whose batch has waited too long for a writer: at once while the
 * database takes nothing, soon while there is no writer. */
void batches_give_up(struct intake *intake);

#endif
