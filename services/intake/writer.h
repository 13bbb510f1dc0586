/* writer.h - what the rooms that store a batch share: writer, insert, compare. */
#ifndef INTAKE_WRITER_H
#define INTAKE_WRITER_H

#include "intake/intake.h"

/* Answers the batch in work and lets it go. */
void writer_release(struct writer *writer);

/* What time may cure is tried again, for as long as an asker may be waiting. */
void writer_pause_after(struct writer *writer, const struct ekc_reply *reply);

/* Sends the insert of the batch's stretch; goes on by itself when the reply comes. */
void insert_start(struct writer *writer);

/* The stretch is done: on to the next. */
void insert_go_on(struct batch *batch);

/* Asks what stands behind the keys that were known; false when there are none. */
bool compare_start(struct writer *writer);

#endif
