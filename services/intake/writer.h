/* writer.h - what the rooms that store a batch share: writer, insert, compare. */
#ifndef INTAKE_WRITER_H
#define INTAKE_WRITER_H

#include "intake/intake.h"

/* Answers the batch in work and lets it go. */
void writer_release(struct writer *writer);

/* What is to become of the batch in work after a failure: what time may cure is tried again, a
 * few times or for as long as an asker may be waiting. */
void writer_fail(struct writer *writer, const struct ekc_reply *reply);

/* The same, for a failure of our own or of the connection. */
void writer_fail_with(struct writer *writer, int r);

/* Sends the insert of the batch's stretch; goes on by itself when the reply comes. */
void insert_start(struct writer *writer);

/* The stretch is done: on to the next. */
void insert_go_on(struct batch *batch);

/* Asks what stands behind the keys that were known; false when there are none. */
bool compare_start(struct writer *writer);

/* Finds out whether a database that was not well takes writes again. */
void probe_start(struct writer *writer);

#endif
