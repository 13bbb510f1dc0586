/* world.c - see world.h. How workers live, die and come back. */
#include "simulation/store.h"

void world_promise(struct world *world, bool is_kept, const char *promise)
{
    if (!is_kept && !world->broken)
        world->broken = promise;
}

/* --- lives -------------------------------------------------------------------------------- */

void world_start(struct world *world, int worker)
{
    world->lives[worker].key = random_next(&world->random) | 1;
    world->lives[worker].is_up = true;
    world->lives[worker].frozen_ms = 0;
    if (worker < INTAKES)
        intake_start(world, worker);
    else if (worker < INTAKES + CLASSIFIERS)
        classifier_start(world, worker - INTAKES);
    else
        statistics_start(world, worker - INTAKES - CLASSIFIERS);
}

static void store_turn(struct world *world, int worker)
{
    if (worker < INTAKES)
        intake_store_turn(world, worker);
    else if (worker < INTAKES + CLASSIFIERS)
        classifier_store_turn(world, worker - INTAKES);
    else
        statistics_store_turn(world, worker - INTAKES - CLASSIFIERS);
}

static void turn(struct world *world, int worker)
{
    if (worker < INTAKES)
        intake_turn(world, worker);
    else if (worker < INTAKES + CLASSIFIERS)
        classifier_turn(world, worker - INTAKES);
    else
        statistics_turn(world, worker - INTAKES - CLASSIFIERS);
}

void world_end(struct world *world, int worker)
{
    if (worker < INTAKES)
        intake_end(world, worker);
    else if (worker < INTAKES + CLASSIFIERS)
        classifier_end(world, worker - INTAKES);
    else
        statistics_end(world, worker - INTAKES - CLASSIFIERS);
}

void world_rest(struct world *world, int worker)
{
    world_end(world, worker);
    world->lives[worker].is_up = false;
    world->lives[worker].up_ms = world->now_ms + 10 + random_below(&world->random, 200);
}

void world_kill(struct world *world, int worker)
{
    world->is_dying = true;
    if (random_hit(&world->random, 50))
        store_turn(world, worker);
    world->is_dying = false;
    world_rest(world, worker);
}

/* Letters to an intake that is away wait with those who wrote them. */
void world_live(struct world *world, int worker)
{
    struct life *life = &world->lives[worker];
    struct letter lost;
    while (!life->is_up && worker >= INTAKES && net_take(world, worker, &lost))
        ;
    if (!life->is_up && world->now_ms >= life->up_ms)
        world_start(world, worker);
    else if (world_can(world, worker))
        turn(world, worker);
    else if (life->is_up)
        store_turn(world, worker);
}

/* --- trouble ------------------------------------------------------------------------------ */

static void freeze(struct world *world, int worker)
{
    world->lives[worker].frozen_ms = world->now_ms + 50 + random_below(&world->random, 1500);
    world->totals.faults[FAULT_FREEZE]++;
}

static void crash(struct world *world, int worker)
{
    world_kill(world, worker);
    world->totals.faults[FAULT_CRASH]++;
}

bool world_is_classifier(int worker)
{
    return worker >= INTAKES && worker < INTAKES + CLASSIFIERS;
}

void world_trouble(struct world *world)
{
    int worker = (int)random_below(&world->random, WORKERS);
    uint32_t which = random_below(&world->random, 4);
    if (random_below(&world->random, 1000) >= world->trouble || !world_can(world, worker))
        return;
    bool is_loss = world_is_classifier(worker) && which < 2;
    if (is_loss && world->losses_left-- <= 0)
        return;
    if (which == 0) {
        freeze(world, worker);
    } else if (which == 1) {
        crash(world, worker);
    } else if (world_is_classifier(worker) && which == 2) {
        classifier_reconnect(world, worker - INTAKES);
        world->totals.faults[FAULT_RECONNECT]++;
    } else if (world_is_classifier(worker)) {
        classifier_leave(world, worker - INTAKES);
    }
}
