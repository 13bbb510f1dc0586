/* store_figures.c - see store.h. Counters, and a recount that shares no line with what counts.
 */
#include "simulation/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DAY_MS = 86400000, MOSCOW_MS = 3 * 3600 * 1000 };

const struct rollups store_rollups = {
    .count = 6,
    .rows = {
        { .id = 1, .measure = MEASURE_RECEIVED },
        { .id = 2, .measure = MEASURE_RECEIVED, .a = DIMENSION_PORTAL },
        { .id = 3, .measure = MEASURE_RECEIVED, .is_monthly = true, .a = DIMENSION_CHANNEL },
        { .id = 4, .measure = MEASURE_JUDGED },
        { .id = 5, .measure = MEASURE_JUDGED, .is_monthly = true,
          .a = DIMENSION_VERDICT_STATUS },
        { .id = 6, .measure = MEASURE_JUDGED, .a = DIMENSION_TOPIC, .b = DIMENSION_PORTAL },
    },
};

bool store_take_turn(struct world *world, uint64_t owner)
{
    struct store *store = &world->store;
    if (store->turn_owner != owner && store->turn_lease_ms >= world->now_ms)
        return false;
    store->turn_owner = owner;
    store->turn_lease_ms = world->now_ms + LEASE_MS;
    return true;
}

static bool is_same(const struct counter *counter, const struct tally_row *row)
{
    return counter->rollup == row->rollup && counter->day == row->day &&
           strcmp(counter->a, row->a) == 0 && strcmp(counter->b, row->b) == 0;
}

void store_add_counter(void *self, const struct tally_row *row)
{
    struct counters *counters = self;
    size_t i = 0;
    while (i < counters->count && !is_same(&counters->rows[i], row))
        i++;
    if (i == EKC_COUNT(counters->rows))
        return; /* the recount finds what is missing */
    struct counter *counter = &counters->rows[i];
    if (i == counters->count) {
        counters->count++;
        *counter = (struct counter){ .rollup = row->rollup, .day = row->day };
        (void)snprintf(counter->a, sizeof counter->a, "%s", row->a);
        (void)snprintf(counter->b, sizeof counter->b, "%s", row->b);
    }
    counter->n += row->n;
}

int store_move_cursors(struct world *world, uint64_t owner, const struct ledger_step *steps,
                       size_t count)
{
    struct store *store = &world->store;
    if (store->turn_owner != owner)
        return -EPROTO;
    for (size_t i = 0; i < count; i++)
        if (store->lanes[steps[i].lane - 1].counted != steps[i].from)
            return -EPROTO;
    for (size_t i = 0; i < count; i++)
        store->lanes[steps[i].lane - 1].counted = steps[i].to;
    store->turn_lease_ms = world->now_ms + LEASE_MS;
    return 0;
}

int store_add_page(struct world *world, uint64_t owner, const struct ledger_page *page)
{
    int r = store_move_cursors(world, owner, page->steps, page->step_count);
    if (r == 0)
        tally_each(page->tally, store_add_counter, &world->store.counters);
    return r;
}

/* --- recount ------------------------------------------------------------------------------ */

/* All days of the simulation are in January 1970. */
static int32_t day_of(int id)
{
    return (int32_t)(((int64_t)id * 10 * 3600 * 1000 + MOSCOW_MS) / DAY_MS);
}

static void take_received(struct counters *counters, int id)
{
    const char *portal = id % 2 ? "2" : "1", *channel = id % 2 ? "app" : "site";
    store_add_counter(counters,
                      &(struct tally_row){ .rollup = 1, .day = day_of(id), "", "", -1 });
    store_add_counter(counters,
                      &(struct tally_row){ .rollup = 2, .day = day_of(id), portal, "", -1 });
    store_add_counter(counters, &(struct tally_row){ .rollup = 3, .day = 0, channel, "", -1 });
}

static void take_judged(struct counters *counters, int id, Ekc__V1__VerdictStatus status)
{
    static const char *const topics[] = { "t0", "t1", "t2" };
    static const char *const words[] = { "", "sure", "unsure", "dead" };
    bool is_sure = strcmp(words[status], "sure") == 0;
    const char *portal = id % 2 ? "2" : "1", *topic = is_sure ? topics[id % 3] : "";
    store_add_counter(counters,
                      &(struct tally_row){ .rollup = 4, .day = day_of(id), "", "", -1 });
    store_add_counter(counters,
                      &(struct tally_row){ .rollup = 5, .day = 0, words[status], "", -1 });
    store_add_counter(counters,
                      &(struct tally_row){ .rollup = 6, .day = day_of(id), topic, portal, -1 });
}

static void take_counted(const struct store *store, const struct lane *lane,
                         struct counters *counters)
{
    for (int64_t seq = 1; seq <= lane->counted; seq++) {
        const struct log_row *row = &store->rows[lane->rows[seq - 1]];
        for (size_t i = 0; i < row->count; i++)
            if (row->is_judged)
                take_judged(counters, row->ids[i], store->inquiries[row->ids[i]].status);
            else
                take_received(counters, row->ids[i]);
    }
}

static void take_facts(const struct store *store, struct counters *counters)
{
    for (int id = 0; id < INQUIRIES; id++) {
        const struct inquiry *inquiry = &store->inquiries[id];
        if (inquiry->is_stored)
            take_received(counters, id);
        if (inquiry->is_judged)
            take_judged(counters, id, inquiry->status);
    }
}

bool store_recount(struct world *world, bool is_whole)
{
    const struct store *store = &world->store;
    struct counters left = store->counters;
    for (int i = 0; i < store->lane_count && !is_whole; i++)
        take_counted(store, &store->lanes[i], &left);
    if (is_whole)
        take_facts(store, &left);
    for (size_t i = 0; i < left.count; i++)
        if (left.rows[i].n != 0)
            return false;
    return true;
}
