/* follow.h - how far each lane has been taken, and where its next batch is to come from. Pure:
 * no I/O; the caller tells the time.
 *
 * The wire may bring a batch sooner, later, twice or never; the log has each once. A lane is
 * read from the log only where the wire left a gap or has been silent while the lane went on.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "ekc/base.h"

enum { FOLLOW_SILENCE_MS = 1000 };

enum follow_path {
    FOLLOW_WIRE,
    FOLLOW_SWEEP,
    FOLLOW_PATHS,
};

enum follow_place {
    FOLLOW_OLD,  /* taken before */
    FOLLOW_NEXT, /* exactly next */
    FOLLOW_GAP,  /* batches before it are missing */
};

struct follow_lane {
    int32_t id;
    int64_t committed; /* position that is in the database */
    int64_t pos;       /* position with what is counted in memory */
    int64_t last_seq;  /* the log's end, as last heard */
    int64_t since_ms;  /* since when it stands still behind the log; 0 = it is not behind */
    bool has_gap;      /* the wire has brought a later batch than the next */
    int64_t pending[FOLLOW_PATHS]; /* events between committed and pos, by path */
};

/* Zeroed memory follows no lane. */
struct follow {
    struct follow_lane *lanes; /* sorted by id */
    size_t count, room;
};

void follow_done(struct follow *follow);

/* Forgets all lanes. */
void follow_clear(struct follow *follow);

/* The lane of an id, made at position 0 if it is new; NULL when memory is short. Lent until the
 * next new lane. */
struct follow_lane *follow_lane(struct follow *follow, int32_t id);

/* Where a batch stands to what was taken of its lane; a gap is remembered. */
enum follow_place follow_place(struct follow_lane *lane, int64_t seq);

/* The next batch, of so many events, has been counted in memory. */
void follow_take(struct follow_lane *lane, int64_t seq, int64_t events, enum follow_path path,
                 int64_t now_ms);

/* The log of a lane has come this far. */
void follow_hear(struct follow_lane *lane, int64_t last_seq, int64_t now_ms);

/* The lane that must be read from the log now; NULL when there is none. */
struct follow_lane *follow_due(struct follow *follow, int64_t now_ms);

/* Batches that are in the log and not yet counted in the database. */
int64_t follow_lag(const struct follow *follow);

#endif
