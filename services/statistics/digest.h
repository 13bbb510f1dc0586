/* digest.h - an encoded EventBatch, added to a tally. */
#ifndef DIGEST_H
#define DIGEST_H

#include "ekc/wire.h"
#include "tally.h"

struct digest {
    int64_t events;
    int64_t newest_us; /* when the newest of them happened */
};

/* Adds all events of a batch, or none. The arena is reset and used. -EBADMSG: no EventBatch;
 * -E2BIG: larger than the arena; -ENOMEM: the tally is of no more use. */
EKC_MUST_CHECK int digest_batch(ekc_arena *arena, struct ekc_bytes batch, struct tally *tally,
                                struct digest *ret_digest);

#endif
