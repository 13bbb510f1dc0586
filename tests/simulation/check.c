/* check.c - see world.h. What must be true of the store whenever one looks, and in the end. */
#include "simulation/store.h"

#define EVENT(name) EKC__V1__EVENT_KIND__EVENT_KIND_##name

static bool is_inquiry_done(const struct inquiry *inquiry)
{
    return inquiry->is_acked && inquiry->is_judged;
}

static bool is_lane_done(const struct lane *lane)
{
    return lane->counted == lane->last_seq &&
           (!lane->is_intake || lane->swept == lane->last_seq);
}

bool world_has_work(const struct world *world)
{
    const struct store *store = &world->store;
    for (int i = 0; i < store->inquiry_count; i++)
        if (!is_inquiry_done(&store->inquiries[i]))
            return true;
    for (int i = 0; i < store->lane_count; i++)
        if (!is_lane_done(&store->lanes[i]))
            return true;
    for (int i = 0; i < INTAKES; i++)
        if (world->lives[i].is_used && (!world->lives[i].is_up || !intake_is_quiet(world, i)))
            return true;
    return false;
}

static bool has_twin(const struct inquiry *inquiry, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++)
        if (inquiry->deaths[j] == inquiry->deaths[i])
            return true;
    return false;
}

static void check_inquiry(struct world *world, const struct inquiry *inquiry)
{
    world_promise(world, inquiry->is_stored || !inquiry->is_acked,
                  "what is acknowledged is stored");
    world_promise(world, inquiry->logged[EVENT(RECEIVED)] == inquiry->is_stored,
                  "the log tells once of each inquiry");
    world_promise(world, inquiry->logged[EVENT(JUDGED)] == inquiry->is_judged,
                  "the log tells once of each verdict");
    for (uint32_t i = 0; i < inquiry->death_count; i++)
        world_promise(world, !has_twin(inquiry, i), "a death is recorded once");
}

void world_check(struct world *world, bool is_end)
{
    const struct store *store = &world->store;
    for (int i = 0; i < store->inquiry_count; i++)
        check_inquiry(world, &store->inquiries[i]);
    for (int i = 0; i < store->lane_count; i++)
        world_promise(world, store->lanes[i].counted <= store->lanes[i].last_seq,
                      "nothing is counted that is not in the log");
    world_promise(world, store_recount(world, is_end),
                  is_end ? "the counters are what a recount of the facts gives"
                         : "the counters are what a recount of the log gives");
}
