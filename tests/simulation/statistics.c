/* statistics.c - who counts and when, around the real ledger; in the order of
 * services/statistics/counting.c and counting_batches.c. */
#include <errno.h>
#include <stdlib.h>

#include "simulation/store.h"

enum { WATCH_MS = 100, PAGE_MS = 40, LOG_ROWS = 3 };
enum { CALL_WATCH = 1, CALL_PAGE, CALL_LOG };

struct statistics {
    uint64_t key;
    struct ledger ledger;
    bool is_ours, has_page;
    int64_t watched_ms, paged_ms;
    struct call call;
    bool is_turn; /* what the store answers */
    int lane_count;
    int64_t counted[LANES], ends[LANES];
    int reading;
    int64_t reading_from;
    size_t row_count;
    struct ekc_bytes rows[LOG_ROWS];
};

void statistics_start(struct world *world, int i)
{
    struct statistics *statistics = calloc(1, sizeof *statistics);
    if (!statistics || ledger_init(&statistics->ledger, &store_rollups) < 0)
        abort();
    statistics->key = world->lives[INTAKES + CLASSIFIERS + i].key;
    world->statistics[i] = statistics;
}

void statistics_end(struct world *world, int i)
{
    if (!world->statistics[i])
        return;
    ledger_done(&world->statistics[i]->ledger);
    free(world->statistics[i]);
    world->statistics[i] = NULL;
}

/* Whoever counts next starts from the store's positions. */
static void forget(struct statistics *statistics)
{
    ledger_forget(&statistics->ledger);
    statistics->is_ours = statistics->has_page = false;
    statistics->watched_ms = 0;
}

/* --- what the store does ------------------------------------------------------------------ */

static void apply_watch(struct world *world, struct statistics *statistics)
{
    statistics->is_turn = store_take_turn(world, statistics->key);
    statistics->lane_count = world->store.lane_count;
    for (int i = 0; i < statistics->lane_count; i++) {
        statistics->counted[i] = world->store.lanes[i].counted;
        statistics->ends[i] = world->store.lanes[i].last_seq;
    }
}

static void apply_log(struct world *world, struct statistics *statistics)
{
    const struct lane *lane = &world->store.lanes[statistics->reading - 1];
    int64_t seq = statistics->reading_from + 1;
    statistics->row_count = 0;
    for (; seq <= lane->last_seq && statistics->row_count < LOG_ROWS; seq++)
        statistics->rows[statistics->row_count++] =
            world->store.rows[lane->rows[seq - 1]].events;
}

static void apply(struct world *world, struct statistics *statistics)
{
    struct call *call = &statistics->call;
    if (call->what == CALL_WATCH)
        apply_watch(world, statistics);
    else if (call->what == CALL_LOG)
        apply_log(world, statistics);
    else
        call->store_r = store_add_page(world, statistics->key, &statistics->ledger.writing);
}

/* --- what it answers ---------------------------------------------------------------------- */

static void take_watch(struct world *world, struct statistics *statistics)
{
    struct ledger *ledger = &statistics->ledger;
    bool is_new = statistics->is_turn && !statistics->is_ours;
    if (statistics->is_turn != statistics->is_ours)
        forget(statistics);
    for (int i = 0; i < statistics->lane_count && is_new; i++)
        if (ledger_load(ledger, i + 1, statistics->counted[i]) < 0)
            abort();
    for (int i = 0; i < statistics->lane_count && statistics->is_turn; i++)
        follow_hear(follow_lane(&ledger->follow, i + 1), statistics->ends[i], world->now_ms);
    statistics->watched_ms = world->now_ms;
    statistics->is_ours = statistics->is_turn;
}

static void take_page(struct world *world, struct statistics *statistics, int r)
{
    statistics->paged_ms = world->now_ms;
    if (r == 0) {
        ledger_committed(&statistics->ledger);
        statistics->has_page = false;
    } else if (r != -EAGAIN) {
        forget(statistics);
    }
}

static void take_log(struct world *world, struct statistics *statistics)
{
    for (size_t i = 0; i < statistics->row_count; i++) {
        int r = ledger_log(&statistics->ledger, statistics->reading,
                           statistics->reading_from + 1 + (int64_t)i, statistics->rows[i],
                           world->now_ms);
        world_promise(world, r == 0, "what is in the log can be counted");
    }
    ledger_log_read(&statistics->ledger, statistics->reading, statistics->row_count < LOG_ROWS);
}

static void answer(struct world *world, struct statistics *statistics)
{
    int what = statistics->call.what, r = statistics->call.r;
    statistics->call.what = 0;
    if (what == CALL_PAGE)
        take_page(world, statistics, r);
    else if (r == 0 && what == CALL_WATCH)
        take_watch(world, statistics);
    else if (r == 0)
        take_log(world, statistics);
}

/* --- the turn ----------------------------------------------------------------------------- */

static void hear(struct world *world, struct statistics *statistics,
                 const struct letter *letter)
{
    if (!statistics->is_ours) /* another worker counts: its own wire brings them there */
        return;
    int r = ledger_wire(&statistics->ledger, letter->lane, letter->seq, letter->events,
                        world->now_ms);
    world_promise(world, r == 0, "there is memory");
}

static bool is_page_due(const struct world *world, const struct statistics *statistics)
{
    return statistics->is_ours &&
           (statistics->has_page || ledger_has_news(&statistics->ledger)) &&
           world->now_ms - statistics->paged_ms >= PAGE_MS;
}

static void write_page(struct world *world, struct statistics *statistics)
{
    if (!statistics->has_page && ledger_turn(&statistics->ledger) < 0)
        abort();
    statistics->has_page = true;
    net_call(world, &statistics->call, CALL_PAGE);
    if (net_give_up(world, &statistics->call, &world->store.late_page.due_ms))
        store_keep_page(world, statistics->key, &statistics->ledger.writing);
}

static void ask(struct world *world, struct statistics *statistics)
{
    const struct follow_lane *due =
        statistics->is_ours ? follow_due(&statistics->ledger.follow, world->now_ms) : NULL;
    if (is_page_due(world, statistics)) {
        write_page(world, statistics);
    } else if (!statistics->watched_ms || world->now_ms - statistics->watched_ms >= WATCH_MS) {
        net_call(world, &statistics->call, CALL_WATCH);
    } else if (due) {
        statistics->reading = due->id;
        statistics->reading_from = due->pos;
        net_call(world, &statistics->call, CALL_LOG);
    }
}

static void store_step(struct world *world, struct statistics *statistics, bool can_hear)
{
    enum call_step step = net_turn(world, &statistics->call, can_hear);
    if (step == CALL_APPLY)
        apply(world, statistics);
    else if (step == CALL_ANSWER)
        answer(world, statistics);
}

void statistics_store_turn(struct world *world, int i)
{
    store_step(world, world->statistics[i], false);
}

void statistics_turn(struct world *world, int i)
{
    struct statistics *statistics = world->statistics[i];
    struct letter letter;
    store_step(world, statistics, true);
    while (net_take(world, INTAKES + CLASSIFIERS + i, &letter))
        hear(world, statistics, &letter);
    if (!statistics->call.what)
        ask(world, statistics);
}
