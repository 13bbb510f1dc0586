/* feed.h - a producer's side of events: tells whoever listens what was committed.
 *
 * Only for speed: what a listener's credit or the feed's memory does not hold is dropped, and
 * the listener finds it in the log. */
#ifndef EKC_FEED_H
#define EKC_FEED_H

#include "ekc/loop.h"
#include "ekc/wire.h"

typedef struct ekc_feed ekc_feed;

EKC_MUST_CHECK int ekc_feed_open(ekc_feed **ret_feed, ekc_loop *loop, ekc_bus *bus,
                                 const char *address, Ekc__V1__Role role);

/* Tells a committed batch (an EventBatch of count events) of a lane to all listeners. */
void ekc_feed_publish(ekc_feed *feed, int32_t lane, int64_t seq, uint32_t count,
                      struct ekc_bytes batch);
void ekc_feed_close(ekc_feed **feed);

#endif
