/* feed.h - a producer's side of events: tells whoever listens what was committed.
 *
 * Only for speed: what a listener's credit or the feed's memory does not hold is dropped, and
 * the listener finds it in the log. */
#ifndef EKC_FEED_H
#define EKC_FEED_H

#include "ekc/loop.h"
#include "ekc/wire.h"

typedef struct ekc_feed ekc_feed;

/* Binds an end at "host:port" and tells from it as role; errors as ekc_end_bind. */
EKC_MUST_CHECK int ekc_feed_open(ekc_feed **ret_feed, ekc_loop *loop, ekc_bus *bus,
                                 const char *address, Ekc__V1__Role role);

/* Tells a committed batch (an EventBatch of count events) of a lane to all listeners. */
void ekc_feed_publish(ekc_feed *feed, int32_t lane, int64_t seq, uint32_t count,
                      struct ekc_bytes batch);

/* Tells all listeners Bye: it is about to close. Closing at once could cost them what they have
 * not read yet, so turn the loop until it has left, or for as long as you like. */
void ekc_feed_leave(ekc_feed *feed);

/* Whether every listener has answered Bye, and so has read all that was told before. */
bool ekc_feed_has_left(const ekc_feed *feed);
void ekc_feed_close(ekc_feed **feed);

#endif
