/* schedule.c - see world.h. A schedule is rounds in which every worker has its turn, in an
 * order that the seed decides; between turns time passes, portals submit, and trouble comes. */
#include <string.h>

#include "simulation/store.h"

enum {
    START_MS = 100000,
    TURN_MS = 12, /* at most, between two turns */
    SAFETY_STEPS = 160,
    LIVENESS_STEPS = 20000, /* at most, when faults have stopped */
    LOOK_STEPS = 16,
};

/* A portal sends what it has no answer to, and now and then what it has one to. */
static void submit(struct world *world)
{
    int inquiry = (int)random_below(&world->random, (uint32_t)world->store.inquiry_count);
    int i = (int)random_below(&world->random, INTAKES);
    bool is_wanted = !world->store.inquiries[inquiry].is_acked ||
                     (!world->is_calm && random_hit(&world->random, 5));
    if (is_wanted && world_can(world, i) && random_hit(&world->random, 50))
        intake_submit(world, i, inquiry);
}

/* --- a schedule --------------------------------------------------------------------------- */

static uint32_t one_of(struct world *world, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t choices[] = { a, b, c };
    return choices[random_below(&world->random, 3)];
}

static void set_kinds(struct world *world)
{
    struct store *store = &world->store;
    store->inquiry_count = 5 + (int)random_below(&world->random, INQUIRIES - 4);
    for (uint32_t n = random_below(&world->random, 3); n > 0; n--)
        store->inquiries[random_below(&world->random, 5)].kind = KIND_POISON;
    if (random_hit(&world->random, 20))
        store->inquiries[random_below(&world->random, 5)].kind = KIND_UNSTORABLE;
}

static void set_workers(struct world *world)
{
    const int counts[] = { 1 + (int)random_below(&world->random, INTAKES),
                           1 + (int)random_below(&world->random, CLASSIFIERS),
                           1 + (int)random_below(&world->random, COUNTERS) };
    for (int i = 0; i < WORKERS; i++) {
        int first = i < INTAKES ? 0 : world_is_classifier(i) ? INTAKES : INTAKES + CLASSIFIERS;
        int role = i < INTAKES ? 0 : world_is_classifier(i) ? 1 : 2;
        world->lives[i].is_used = i - first < counts[role];
        if (world->lives[i].is_used)
            world_start(world, i);
    }
}

static void begin(struct world *world, uint64_t seed, enum mode mode)
{
    struct world *w = world;
    const struct totals totals = w->totals;
    struct ekc_buffer buffer = w->buffer;
    memset(w, 0, sizeof *w);
    w->totals = totals;
    w->buffer = buffer;
    w->random = seed * 2 + mode;
    w->mode = mode;
    w->now_ms = START_MS;
    w->losses_left = 2;
    w->drop = one_of(w, 0, 3, 10);
    w->duplicate = one_of(w, 0, 5, 20);
    w->failures = one_of(w, 0, 5, 15);
    w->delay_ms = one_of(w, 5, 30, 150);
    w->trouble = one_of(w, 0, 30, 100);
    set_kinds(w);
    set_workers(w);
}

static void shuffle(struct world *world, int order[static WORKERS])
{
    for (int i = 0; i < WORKERS; i++) {
        int j = (int)random_below(&world->random, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

static void round_of_turns(struct world *world)
{
    int order[WORKERS] = { 0 };
    shuffle(world, order);
    for (int i = 0; i < WORKERS && !world->broken; i++) {
        if (!world->lives[order[i]].is_used)
            continue;
        world->now_ms += 1 + random_below(&world->random, TURN_MS);
        store_do_late(world);
        submit(world);
        if (!world->is_calm)
            world_trouble(world);
        world_live(world, order[i]);
        world->step++;
    }
}

static void calm_down(struct world *world)
{
    world->is_calm = true;
    for (int i = 0; i < WORKERS; i++)
        world->lives[i].frozen_ms = 0;
}

static void finish(struct world *world)
{
    uint64_t last = world->step + LIVENESS_STEPS, look = 0;
    calm_down(world);
    while (!world->broken && world->step < last) {
        round_of_turns(world);
        if (world->step < look)
            continue;
        look = world->step + LOOK_STEPS;
        if (world_has_work(world))
            continue;
        uint64_t taken = world->step + LIVENESS_STEPS - last;
        world->totals.longest = taken > world->totals.longest ? taken : world->totals.longest;
        return;
    }
    world_promise(world, false, "when faults have stopped, all work is finished");
}

void world_play(struct world *world, uint64_t seed, enum mode mode)
{
    begin(world, seed, mode);
    uint64_t bystanders = world->totals.bystanders;
    uint64_t steps = SAFETY_STEPS + random_below(&world->random, SAFETY_STEPS);
    while (!world->broken && world->step < steps)
        round_of_turns(world);
    world_check(world, false);
    if (mode == MODE_LIVENESS && !world->broken) {
        finish(world);
        world_check(world, true);
    }
    for (int i = 0; i < WORKERS; i++)
        world_end(world, i);
    world->totals.steps += world->step;
    if (bystanders == 0 && world->totals.bystanders > 0)
        world->totals.bystander_seed = seed;
}
