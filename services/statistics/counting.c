/* counting.c - see counting.h. One connection, one batch at a time; after each turn of the loop
 * the most urgent batch is sent. */
#include "counting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "counting_internal.h"
#include "ekc/lane.h"
#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"

enum {
    WATCH_MS = 1000,
    /* Under load a page takes what this long brings: the same counters are then touched once.
     */
    PAGE_MS = 100,
    TICK_MS = 20,
    CREDIT_BATCHES = 64, /* of each producer; with CREDIT_BYTES it bounds what is on its way */
    CREDIT_BYTES = 4 << 20,
    COUNTERS_MAX = 50000, /* in memory; some 6 MB for both pages */
    PRODUCERS = 1 << EKC__V1__ROLE__ROLE_INTAKE | 1 << EKC__V1__ROLE__ROLE_CLASSIFIER,
};

static bool has_room(const struct counting *c)
{
    return !c->ledger.arena || tally_count(c->ledger.growing.tally) < COUNTERS_MAX;
}

static void on_message(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope)
{
    struct counting *c = self;
    if (envelope->body_case != EKC__V1__ENVELOPE__BODY_EVENTS)
        return;

    credit_owe(&c->credit, peer);
    if (!c->is_ours) /* another worker counts: its own wire brings them there */
        return;

    const Ekc__V1__Events *events = envelope->events;
    int r =
        ledger_wire(&c->ledger, events->lane, events->seq,
                    (struct ekc_bytes){ events->batch.data, events->batch.len }, ekc_tick_ms());
    if (r < 0)
        counting_break(c, r, "cannot count events");
}

static bool is_page_due(const struct counting *c)
{
    if (!c->is_ours || (!c->has_page && !ledger_has_news(&c->ledger)))
        return false;
    return c->is_stopping || !c->paged_ms || ekc_tick_ms() - c->paged_ms >= PAGE_MS;
}

static bool is_watch_due(const struct counting *c)
{
    return !c->watched_ms || ekc_tick_ms() - c->watched_ms >= WATCH_MS;
}

/* A lane that stands still because we took nothing is not silent: its wire goes on by itself.
 */
static struct follow_lane *lane_due(struct counting *c)
{
    int64_t now = ekc_tick_ms();
    struct follow_lane *due = c->is_ours ? follow_due(&c->ledger.follow, now) : NULL;
    bool is_silent = now - c->full_ms >= 2 * (int64_t)FOLLOW_SILENCE_MS;
    return due && (due->has_gap || is_silent) ? due : NULL;
}

static void send_batch(struct counting *c)
{
    struct follow_lane *due = lane_due(c);
    if (is_page_due(c))
        counting_write_page(c);
    else if (c->is_stopping)
        counting_leave(c);
    else if (is_watch_due(c) && !c->rollups.count)
        counting_ask_schema(c);
    else if (is_watch_due(c))
        counting_watch(c);
    else if (due && has_room(c))
        counting_read_log(c, due);
}

static void go_on(void *self)
{
    struct counting *c = self;
    if (has_room(c))
        credit_pay(&c->credit, c->peers);
    else
        c->full_ms = ekc_tick_ms();
    c->numbers.peers = (double)ekc_peers_alive(c->peers);

    if (c->is_stopping && !ekc_db_is_connected(c->db))
        ekc_loop_stop(c->loop);
    else if (!c->is_busy && !c->has_left && ekc_db_is_idle(c->db) &&
             ekc_tick_ms() >= c->pause_until_ms)
        send_batch(c);
}

/* The loop turns at least so often, so that go_on sees what has become due. */
static void tick(void *self)
{
    (void)self;
}

static void on_db(void *self)
{
    (void)self;
}

static int open_peers(struct counting *c, ekc_bus *bus)
{
    const struct ekc_peers_options options = { .setting = "EKC_EVENTS",
                                               .role = EKC__V1__ROLE__ROLE_STATISTICS,
                                               .expects = PRODUCERS,
                                               .is_asleep = true, /* until it is our turn */
                                               .credit = CREDIT_BATCHES,
                                               .credit_bytes = CREDIT_BYTES,
                                               .progress = &c->credit.taken,
                                               .waiting = &c->credit.owed,
                                               .on_message = on_message,
                                               .self = c };
    return ekc_peers_open(&c->peers, c->loop, bus, &options);
}

static int open_database(struct counting *c)
{
    const struct ekc_db_options options = {
        .conninfo = ekc_setting("EKC_DB"), .on_ready = on_db, .on_lost = on_db, .self = c
    };
    int r = ekc_db_open(&c->db, c->loop, &options);
    return r < 0 ? ekc_fail(r, "cannot use the database of EKC_DB") : 0;
}

int counting_open(struct counting **ret_counting, ekc_loop *loop, ekc_bus *bus)
{
    EKC_CLEANUP(counting_close) struct counting *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;

    c->loop = loop;
    c->owner = ekc_lane_owner();
    c->schema = -1;
    int r = open_database(c);
    if (r >= 0)
        r = open_peers(c, bus);
    if (r >= 0)
        r = ekc_loop_every(loop, TICK_MS, tick, c);
    if (r >= 0)
        r = ekc_loop_after_turn(loop, go_on, c);
    if (r < 0)
        return r;

    *ret_counting = c;
    c = NULL;
    return 0;
}

void counting_close(struct counting **counting)
{
    struct counting *c = *counting;
    if (!c)
        return;

    ekc_peers_close(&c->peers);
    ekc_db_close(&c->db);
    ledger_done(&c->ledger);
    store_page_done(&c->columns);
    free(c);
    *counting = NULL;
}

const char *counting_trouble(struct counting *c)
{
    if (c->is_stopping)
        return "stopping";
    if (!ekc_db_is_connected(c->db)) {
        (void)snprintf(c->trouble, sizeof c->trouble, "no database: %s", ekc_db_trouble(c->db));
        return c->trouble;
    }
    if (c->sick[0])
        return c->sick;
    if (c->rollups.count)
        return c->has_watched ? NULL : "the lanes have not been read yet";
    if (c->schema < 0)
        return "the schema has not been read yet";
    (void)snprintf(c->trouble, sizeof c->trouble, "schema %d is needed, the database has %d",
                   ekc_schema_needed(), c->schema);
    return c->trouble;
}

const struct rollups *counting_rollups(const struct counting *c)
{
    return c->rollups.count ? &c->rollups : NULL;
}

const struct counting_numbers *counting_numbers(const struct counting *c)
{
    return &c->numbers;
}

void counting_stop(struct counting *c)
{
    c->is_stopping = true;
    ekc_peers_bye(c->peers);
}

int counting_result(const struct counting *c)
{
    return c->result;
}
