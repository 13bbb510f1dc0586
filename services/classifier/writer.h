/* writer.h - a database connection that may write: its schema fits, and it holds a lane.
 *
 * It looks after both by itself, in the loop, between the batches of whoever uses it. */
#ifndef CLASSIFIER_WRITER_H
#define CLASSIFIER_WRITER_H

#include "ekc/db.h"
#include "ekc/lane.h"

struct writer;

struct writer_options {
    ekc_loop *loop;
    double *errors; /* counts what failed, lost races not */
    bool is_quiet;  /* does not log why the database is away: another one does */
};

EKC_MUST_CHECK int writer_open(struct writer **ret_writer,
                               const struct writer_options *options);
void writer_close(struct writer **writer);

/* What batches are added to, and the lane that they may append to. */
ekc_db *writer_db(const struct writer *writer);
const struct ekc_lane *writer_lane(const struct writer *writer);

/* True when a batch may be added now that reads, or writes as well. */
bool writer_can_read(const struct writer *writer);
bool writer_can_write(const struct writer *writer);

/* ekc_db_run, and afterwards a rest if it was in vain, a new lane if this one was lost. */
EKC_MUST_CHECK int writer_run(struct writer *writer, ekc_db_fn *fn, void *self);

/* Why it can't write, or NULL when it can. Lent until the next turn. */
const char *writer_trouble(struct writer *writer);

/* Gives the lane back once nothing is running; nothing can be written any more. */
void writer_leave(struct writer *writer);
bool writer_has_left(const struct writer *writer);

#endif
