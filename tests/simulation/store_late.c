/* store_late.c - see store.h. What a server does for a client that has already gone away. */
#include <string.h>

#include "simulation/store.h"

void store_keep_insert(struct world *world, int lane, uint64_t owner, const uint8_t *ids,
                       size_t count)
{
    struct late_insert *late = &world->store.late_insert;
    late->lane = lane;
    late->owner = owner;
    late->count = count;
    memcpy(late->ids, ids, count);
}

void store_keep_page(struct world *world, uint64_t owner, const struct ledger_page *page)
{
    struct late_page *late = &world->store.late_page;
    late->owner = owner;
    late->step_count = page->step_count;
    memcpy(late->steps, page->steps, page->step_count * sizeof *page->steps);
    late->counters.count = 0;
    tally_each(page->tally, store_add_counter, &late->counters);
}

static void do_insert(struct world *world, struct late_insert *late)
{
    struct store_rows rows;
    late->due_ms = 0;
    (void)!store_insert(world, late->lane, late->owner, late->ids, late->count, &rows);
}

static void do_page(struct world *world, struct late_page *late)
{
    late->due_ms = 0;
    if (store_move_cursors(world, late->owner, late->steps, late->step_count) < 0)
        return;
    for (size_t i = 0; i < late->counters.count; i++) {
        const struct counter *counter = &late->counters.rows[i];
        const struct tally_row row = { .rollup = counter->rollup,
                                       .day = counter->day,
                                       .a = counter->a,
                                       .b = counter->b,
                                       .n = counter->n };
        store_add_counter(&world->store.counters, &row);
    }
}

void store_do_late(struct world *world)
{
    struct store *store = &world->store;
    if (store->late_insert.due_ms && store->late_insert.due_ms <= world->now_ms)
        do_insert(world, &store->late_insert);
    if (store->late_page.due_ms && store->late_page.due_ms <= world->now_ms)
        do_page(world, &store->late_page);
}
