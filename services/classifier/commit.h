/* commit.h - brings one batch into the database, however often it takes: the stretch that is
 * not acceptable is halved until the bad row stands alone. */
#ifndef CLASSIFIER_COMMIT_H
#define CLASSIFIER_COMMIT_H

#include "ekc/feed.h"
#include "store.h"
#include "writer.h"

/* What becomes of a bad row that stands alone: true when it has been mended and is to be tried
 * again. */
typedef bool commit_mend_fn(void *self, struct batch *batch, struct batch_row *row);

struct commit_options {
    struct writer *writer;
    ekc_feed *feed; /* hears what was committed */
    struct counts *counts;
    enum counts_path path;
    commit_mend_fn *mend; /* NULL: a bad row is left to the sweeper */
    void *self;
};

struct commit {
    struct commit_options options;
    struct store_columns columns;
    struct batch *batch; /* NULL = nothing to do */
    struct ekc_buffer events;
    bool is_running;
    bool is_settled; /* no row of it waits any more */
    int64_t told_ms; /* when a failure was last logged */
    int r;           /* of the last transaction; 0 when it is to go on in smaller pieces */
};

void commit_init(struct commit *commit, const struct commit_options *options);
void commit_done(struct commit *commit);

/* Takes a sealed batch, lent until commit_forget. */
void commit_begin(struct commit *commit, struct batch *batch);

/* Adds the next stretch, if it is not empty, to what has been added to the writer's connection,
 * and runs it. Only when the writer can write and commit_is_open. */
EKC_MUST_CHECK int commit_run(struct commit *commit);

/* True when a batch waits to be run. */
bool commit_is_open(const struct commit *commit);

/* Only while nothing is running. */
void commit_forget(struct commit *commit);

#endif
