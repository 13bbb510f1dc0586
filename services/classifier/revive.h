/* revive.h - judges again, one at a time, what a person wants tried again after its verdict was
 * dead. The new verdict is a revision; the old one stays. What kills workers again is dead
 * again. */
#ifndef CLASSIFIER_REVIVE_H
#define CLASSIFIER_REVIVE_H

#include "commit.h"
#include "refresh.h"

struct revive;

struct revive_options {
    ekc_loop *loop;
    ekc_feed *feed;
    struct writer *writer;
    const struct refresh *refresh;
    struct counts *counts;
};

EKC_MUST_CHECK int revive_open(struct revive **ret_revive,
                               const struct revive_options *options);
void revive_close(struct revive **revive);

/* Begins nothing new. */
void revive_leave(struct revive *revive);

#endif
