/* net.c - see world.h. */
#include "simulation/world.h"

#include <errno.h>

enum { CALM_DELAY_MS = 4, LATE_MS = 1000 };

static int64_t delay(struct world *world)
{
    if (world->is_calm || !random_hit(&world->random, 20))
        return random_below(&world->random, CALM_DELAY_MS);
    world->totals.faults[FAULT_DELAY]++;
    return random_below(&world->random, world->delay_ms + 1);
}

/* What does not fit is lost: letters may be. */
static void add(struct world *world, const struct letter *letter)
{
    if (world->letter_count == LETTERS)
        return;
    struct letter *place = &world->letters[world->letter_count++];
    *place = *letter;
    place->due_ms = world->now_ms + delay(world);
}

void net_post(struct world *world, const struct letter *letter)
{
    if (!world->is_calm && random_hit(&world->random, world->drop)) {
        world->totals.faults[FAULT_DROP]++;
        return;
    }
    add(world, letter);
    if (!world->is_calm && random_hit(&world->random, world->duplicate)) {
        world->totals.faults[FAULT_DUPLICATE]++;
        add(world, letter);
    }
}

bool net_take(struct world *world, int worker, struct letter *ret_letter)
{
    for (size_t i = 0; i < world->letter_count; i++) {
        struct letter *letter = &world->letters[i];
        if (letter->to != worker || letter->due_ms > world->now_ms)
            continue;
        *ret_letter = *letter;
        *letter = world->letters[--world->letter_count];
        return true;
    }
    return false;
}

/* --- calls -------------------------------------------------------------------------------- */

static void fail(struct world *world, struct call *call)
{
    uint32_t which = random_below(&world->random, 3);
    call->r = which < 2 ? -ENOTCONN : -EAGAIN;
    call->is_applicable = which == 1;
    world->totals.faults[FAULT_CALL_LOST + which]++;
}

void net_call(struct world *world, struct call *call, int what)
{
    *call = (struct call){ .what = what, .is_applicable = true };
    if (!world->is_calm && random_hit(&world->random, world->failures))
        fail(world, call);
    call->apply_ms = world->now_ms + delay(world);
    call->answer_ms = call->apply_ms + delay(world);
}

bool net_give_up(struct world *world, struct call *call, int64_t *due_ms)
{
    if (*due_ms || world->is_calm || call->r || !random_hit(&world->random, world->failures))
        return false;
    call->r = -ENOTCONN;
    call->is_applicable = false;
    *due_ms = world->now_ms + 1 + random_below(&world->random, LATE_MS);
    world->totals.faults[FAULT_CALL_LATE]++;
    return true;
}

enum call_step net_turn(struct world *world, struct call *call, bool can_hear)
{
    bool is_early = world->now_ms < call->apply_ms && !world->is_dying;
    if (!call->what || is_early)
        return CALL_WAIT;
    if (!call->is_applied) {
        call->is_applied = true;
        return call->is_applicable ? CALL_APPLY : CALL_WAIT;
    }
    if (!can_hear || world->now_ms < call->answer_ms)
        return CALL_WAIT;
    call->r = call->r ? call->r : call->store_r;
    return CALL_ANSWER;
}
