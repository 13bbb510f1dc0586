/* ledger.c - see ledger.h. */
#include "ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

/* A batch of 1,000 events takes about 600 KB. */
enum { ARENA_SIZE = 8 * 1024 * 1024 };

int ledger_init(struct ledger *ledger, const struct rollups *rollups)
{
    *ledger = (struct ledger){ 0 };
    int r = ekc_arena_new(&ledger->arena, ARENA_SIZE);
    if (r >= 0)
        r = tally_new(&ledger->growing.tally, rollups);
    if (r >= 0)
        r = tally_new(&ledger->writing.tally, rollups);
    if (r < 0)
        ledger_done(ledger);
    return r;
}

void ledger_done(struct ledger *ledger)
{
    follow_done(&ledger->follow);
    held_clear(&ledger->held);
    tally_free(&ledger->growing.tally);
    tally_free(&ledger->writing.tally);
    free(ledger->growing.steps);
    free(ledger->writing.steps);
    ekc_arena_free(&ledger->arena);
    *ledger = (struct ledger){ 0 };
}

static void clear_page(struct ledger_page *page)
{
    tally_clear(page->tally);
    page->step_count = 0;
    page->newest_us = 0;
}

void ledger_forget(struct ledger *ledger)
{
    follow_clear(&ledger->follow);
    held_clear(&ledger->held);
    clear_page(&ledger->growing);
    clear_page(&ledger->writing);
}

int ledger_load(struct ledger *ledger, int32_t id, int64_t pos)
{
    struct follow_lane *lane = follow_lane(&ledger->follow, id);
    if (!lane)
        return -ENOMEM;

    lane->committed = pos;
    lane->pos = pos;
    lane->last_seq = pos;
    return 0;
}

static int count(struct ledger *ledger, struct follow_lane *lane, int64_t seq,
                 struct ekc_bytes batch, enum follow_path path, int64_t now_ms)
{
    struct digest digest;
    int r = digest_batch(ledger->arena, batch, ledger->growing.tally, &digest);
    if (r < 0)
        return r;

    follow_take(lane, seq, digest.events, path, now_ms);
    if (ledger->growing.newest_us < digest.newest_us)
        ledger->growing.newest_us = digest.newest_us;
    return 0;
}

/* A batch that cannot be read is told apart from short memory: the log will show it again. */
static int count_wire(struct ledger *ledger, struct follow_lane *lane, int64_t seq,
                      struct ekc_bytes batch, int64_t now_ms)
{
    int r = count(ledger, lane, seq, batch, FOLLOW_WIRE, now_ms);
    if (r < 0 && r != -ENOMEM)
        lane->has_gap = true;
    return r == -ENOMEM ? r : 0;
}

static int count_held(struct ledger *ledger, struct follow_lane *lane, int64_t now_ms)
{
    struct held_batch held;
    int r = 0;
    while (r >= 0 && held_take(&ledger->held, lane->id, lane->pos + 1, &held)) {
        r = count_wire(ledger, lane, held.seq, (struct ekc_bytes){ held.data, held.len },
                       now_ms);
        free(held.data);
    }
    if (held_drop(&ledger->held, lane->id, lane->pos))
        lane->has_gap = true;
    return r;
}

int ledger_wire(struct ledger *ledger, int32_t id, int64_t seq, struct ekc_bytes batch,
                int64_t now_ms)
{
    struct follow_lane *lane = follow_lane(&ledger->follow, id);
    if (!lane)
        return -ENOMEM;

    enum follow_place place = follow_place(lane, seq);
    if (place == FOLLOW_OLD)
        return 0;
    if (place == FOLLOW_GAP) {
        held_put(&ledger->held, id, seq, batch);
        return 0;
    }
    int r = count_wire(ledger, lane, seq, batch, now_ms);
    return r < 0 ? r : count_held(ledger, lane, now_ms);
}

int ledger_log(struct ledger *ledger, int32_t id, int64_t seq, struct ekc_bytes batch,
               int64_t now_ms)
{
    struct follow_lane *lane = follow_lane(&ledger->follow, id);
    if (!lane)
        return -ENOMEM;

    enum follow_place place = follow_place(lane, seq);
    if (place == FOLLOW_OLD)
        return 0;
    if (place == FOLLOW_GAP)
        return -EPROTO;

    int r = count(ledger, lane, seq, batch, FOLLOW_SWEEP, now_ms);
    return r < 0 ? r : count_held(ledger, lane, now_ms);
}

void ledger_log_read(struct ledger *ledger, int32_t id, bool is_all)
{
    struct follow_lane *lane = follow_lane(&ledger->follow, id);
    if (lane)
        lane->has_gap = !is_all || held_drop(&ledger->held, id, lane->pos);
}

bool ledger_has_news(const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->follow.count; i++)
        if (ledger->follow.lanes[i].pos > ledger->follow.lanes[i].committed)
            return true;
    return false;
}

static int add_step(struct ledger_page *page, const struct follow_lane *lane)
{
    if (page->step_count == page->step_room) {
        size_t room = page->step_room ? page->step_room * 2 : 16;
        struct ledger_step *steps = realloc(page->steps, room * sizeof *steps);
        if (!steps)
            return -ENOMEM;
        page->steps = steps;
        page->step_room = room;
    }
    struct ledger_step *step = &page->steps[page->step_count++];
    *step = (struct ledger_step){ .lane = lane->id, .from = lane->committed, .to = lane->pos };
    memcpy(step->events, lane->pending, sizeof step->events);
    return 0;
}

int ledger_turn(struct ledger *ledger)
{
    struct ledger_page turned = ledger->growing;
    ledger->growing = ledger->writing;
    ledger->writing = turned;
    clear_page(&ledger->growing);

    for (size_t i = 0; i < ledger->follow.count; i++) {
        struct follow_lane *lane = &ledger->follow.lanes[i];
        if (lane->pos == lane->committed)
            continue;
        int r = add_step(&ledger->writing, lane);
        if (r < 0)
            return r;
        memset(lane->pending, 0, sizeof lane->pending);
    }
    return 0;
}

void ledger_committed(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->writing.step_count; i++) {
        const struct ledger_step *step = &ledger->writing.steps[i];
        struct follow_lane *lane = follow_lane(&ledger->follow, step->lane);
        if (lane)
            lane->committed = step->to;
    }
    clear_page(&ledger->writing);
}
