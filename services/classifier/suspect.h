/* suspect.h - deliveries of one inquiry each that workers died holding.
 *
 * The attempt is written down before the text is touched, by who makes it: so a death counts
 * against the one inquiry that was being judged, and not against what was held beside it. */
#ifndef CLASSIFIER_SUSPECT_H
#define CLASSIFIER_SUSPECT_H

#include "ekc/wire.h"
#include "writer.h"

enum { SUSPECTS_MAX = 64 }; /* an intake sends one at a time */

struct suspect {
    uint64_t peer, delivery;
    struct ekc_buffer work; /* a WorkBatch of one */
};

struct suspects {
    struct suspect waiting[SUSPECTS_MAX]; /* the first is being written down */
    size_t count;
    bool is_running;
    bool is_written; /* the first may be judged now */
};

/* Keeps a copy of a delivery. -ENOSPC, -ENOMEM. */
EKC_MUST_CHECK int suspects_add(struct suspects *suspects, uint64_t peer,
                                const Ekc__V1__Work *work);

/* Writes down that the first is about to be judged; only when the writer can write and nothing
 * is running. arena is reset and used. */
EKC_MUST_CHECK int suspects_write(struct suspects *suspects, struct writer *writer,
                                  ekc_arena *arena);

/* True when there is one to be written down. */
bool suspects_are_due(const struct suspects *suspects);

/* The first has been dealt with. */
void suspects_drop(struct suspects *suspects);
void suspects_done(struct suspects *suspects);

#endif
