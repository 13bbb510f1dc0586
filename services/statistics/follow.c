/* follow.c - see follow.h. */
#include "follow.h"

#include <stdlib.h>
#include <string.h>

void follow_done(struct follow *follow)
{
    free(follow->lanes);
    *follow = (struct follow){ 0 };
}

void follow_clear(struct follow *follow)
{
    follow->count = 0;
}

static struct follow_lane *insert(struct follow *follow, size_t at, int32_t id)
{
    if (follow->count == follow->room) {
        size_t room = follow->room ? follow->room * 2 : 16;
        struct follow_lane *lanes = realloc(follow->lanes, room * sizeof *lanes);
        if (!lanes)
            return NULL;
        follow->lanes = lanes;
        follow->room = room;
    }
    struct follow_lane *lane = &follow->lanes[at];
    memmove(lane + 1, lane, (follow->count - at) * sizeof *lane);
    follow->count++;
    *lane = (struct follow_lane){ .id = id };
    return lane;
}

struct follow_lane *follow_lane(struct follow *follow, int32_t id)
{
    size_t at = 0;
    while (at < follow->count && follow->lanes[at].id < id)
        at++;
    if (at < follow->count && follow->lanes[at].id == id)
        return &follow->lanes[at];
    return insert(follow, at, id);
}

enum follow_place follow_place(struct follow_lane *lane, int64_t seq)
{
    if (seq <= lane->pos)
        return FOLLOW_OLD;
    if (seq == lane->pos + 1)
        return FOLLOW_NEXT;

    lane->has_gap = true;
    return FOLLOW_GAP;
}

void follow_take(struct follow_lane *lane, int64_t seq, int64_t events, enum follow_path path,
                 int64_t now_ms)
{
    lane->pos = seq;
    lane->pending[path] += events;
    lane->has_gap = false;
    if (lane->last_seq < seq)
        lane->last_seq = seq;
    lane->since_ms = lane->last_seq > seq ? now_ms : 0;
}

void follow_hear(struct follow_lane *lane, int64_t last_seq, int64_t now_ms)
{
    if (lane->last_seq < last_seq)
        lane->last_seq = last_seq;
    if (lane->last_seq > lane->pos && lane->since_ms == 0)
        lane->since_ms = now_ms;
}

struct follow_lane *follow_due(struct follow *follow, int64_t now_ms)
{
    for (size_t i = 0; i < follow->count; i++) {
        struct follow_lane *lane = &follow->lanes[i];
        bool is_silent = lane->since_ms && now_ms - lane->since_ms >= FOLLOW_SILENCE_MS;
        if (lane->has_gap || is_silent)
            return lane;
    }
    return NULL;
}

int64_t follow_lag(const struct follow *follow)
{
    int64_t lag = 0;
    for (size_t i = 0; i < follow->count; i++)
        lag += follow->lanes[i].last_seq - follow->lanes[i].committed;
    return lag;
}
