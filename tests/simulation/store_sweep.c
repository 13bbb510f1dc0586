/* store_sweep.c - see store.h. What the statements of services/classifier/store_sweep.c say. */
#include "simulation/store.h"

enum { YOUNG_MS = 80, AFTER_MS = 900, BATCHES = 3 };

static const struct log_row *row_of(const struct world *world, const struct lane *lane,
                                    int64_t seq)
{
    return &world->store.rows[lane->rows[seq - 1]];
}

static bool is_orphan(const struct world *world, const struct lane *lane)
{
    return lane->lease_ms < world->now_ms;
}

static bool has_stood(const struct world *world, const struct lane *lane)
{
    int64_t since = row_of(world, lane, lane->swept + 1)->at_ms;
    since = since > lane->claim.moved_ms ? since : lane->claim.moved_ms;
    return since < world->now_ms - AFTER_MS;
}

static bool is_free(const struct world *world, const struct lane *lane, uint64_t self)
{
    return lane->is_intake && lane->swept < lane->last_seq &&
           (lane->claim.free_ms < world->now_ms || lane->claim.holder == self) &&
           row_of(world, lane, lane->swept + 1)->at_ms < world->now_ms - YOUNG_MS;
}

/* One's own first, then what nobody cares for. */
static int worth(const struct world *world, const struct lane *lane, uint64_t self)
{
    return (lane->claim.holder == self ? 2 : 0) + is_orphan(world, lane);
}

static int choose(const struct world *world, uint64_t self)
{
    const struct lane *lanes = world->store.lanes;
    int best = 0;
    for (int i = 0; i < world->store.lane_count; i++)
        if (is_free(world, &lanes[i], self) &&
            (!best || worth(world, &lanes[i], self) > worth(world, &lanes[best - 1], self)))
            best = i + 1;
    return best;
}

static void collect(const struct world *world, const struct lane *lane, int64_t before_ms,
                    struct store_stretch *stretch)
{
    for (int64_t seq = lane->swept + 1; seq <= lane->last_seq && seq <= lane->swept + BATCHES;
         seq++) {
        const struct log_row *row = row_of(world, lane, seq);
        if (row->at_ms >= before_ms)
            return;
        for (size_t i = 0; i < row->count; i++) {
            stretch->seqs[stretch->count] = seq;
            stretch->ids[stretch->count++] = row->ids[i];
        }
        stretch->to = seq;
    }
}

void store_look(struct world *world, uint64_t self, struct store_stretch *ret_stretch)
{
    *ret_stretch = (struct store_stretch){ .lane = choose(world, self) };
    if (!ret_stretch->lane)
        return;
    struct lane *lane = &world->store.lanes[ret_stretch->lane - 1];
    bool is_late = has_stood(world, lane) && !is_orphan(world, lane);
    lane->claim.free_ms = world->now_ms + LEASE_MS;
    ret_stretch->from = ret_stretch->to = lane->swept;
    ret_stretch->is_due = is_late || is_orphan(world, lane);
    collect(world, lane, world->now_ms - (is_late ? AFTER_MS : YOUNG_MS), ret_stretch);
}

/* Whoever is still named as the holder when the claim has passed to another died of it. What
 * was suspect then has been written down by itself. */
static void add_deaths(struct world *world, const struct lane *lane,
                       const struct store_stretch *stretch)
{
    for (size_t i = 0; i < stretch->count && !lane->claim.is_alone; i++)
        store_add_held(world, stretch->ids[i], lane->claim.holder);
}

void store_open(struct world *world, uint64_t self, const struct store_stretch *stretch,
                struct store_open *ret_open)
{
    struct lane *lane = &world->store.lanes[stretch->lane - 1];
    if (lane->claim.holder != 0 && lane->claim.holder != self)
        add_deaths(world, lane, stretch);
    lane->claim.holder = 0;
    ret_open->count = 0;
    for (size_t i = 0; i < stretch->count; i++) {
        const struct inquiry *inquiry = &world->store.inquiries[stretch->ids[i]];
        if (inquiry->is_judged)
            continue;
        ret_open->at[ret_open->count] = i;
        ret_open->deaths[ret_open->count++] = inquiry->death_count;
    }
}

void store_hold(struct world *world, uint64_t self, int lane, int alone)
{
    struct lane *row = &world->store.lanes[lane - 1];
    row->claim.holder = self;
    row->claim.is_alone = alone != NONE;
    if (alone != NONE)
        store_add_death(world, alone, self);
    row->claim.free_ms = world->now_ms + LEASE_MS;
}
