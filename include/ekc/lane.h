/* lane.h - a writer's own stretch of the event log, and how a batch is appended to it.
 *
 * One database connection holds a lane by a lease. The lane's row is locked from its update to
 * the commit, so its sequence has no gap and commit order is sequence order. */
#ifndef EKC_LANE_H
#define EKC_LANE_H

#include "ekc/db.h"

struct ekc_lane {
    int32_t id; /* 0 = none held */
    int64_t owner;
    int64_t last_seq; /* when it was taken */
};

/* Takes a free lane of a role, or makes one: $1 role, $2 owner; results: id, last_seq. */
extern const struct ekc_statement ekc_lane_take;

/* Keeps a lane: $1 lane, $2 owner; one row, or it is lost. Leaving gives it back at once. */
extern const struct ekc_statement ekc_lane_renew;
extern const struct ekc_statement ekc_lane_leave;

/* A random owner; never 0. */
int64_t ekc_lane_owner(void);

/* Reads what ekc_lane_take gave. -EPROTO when it gave nothing. */
EKC_MUST_CHECK int ekc_lane_taken(struct ekc_lane *lane, int64_t owner,
                                  const ekc_result *result);

/* Two members of a WITH list that append the CTE batch(n, events) to a lane and give
 * logged(seq): no row when n is 0. A lost lane makes seq NULL, which aborts everything.
 * lane and owner are parameters, as "$1". */
#define EKC_LANE_APPEND(lane, owner)                                                           \
    "turn AS (UPDATE lane SET last_seq = last_seq + 1, lease_until = now() + interval '15 s' " \
    "WHERE id = " lane " AND owner = " owner " AND (SELECT n FROM batch) > 0 "                 \
    "RETURNING last_seq), "                                                                    \
    "logged AS (INSERT INTO event_log (lane_id, seq, n, at, events) "                          \
    "SELECT " lane ", (SELECT last_seq FROM turn), n, now(), events FROM batch WHERE n > 0 "   \
    "RETURNING seq)"

#endif
