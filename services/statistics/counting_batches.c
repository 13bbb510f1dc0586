/* counting_batches.c - the transactions of the one who counts; see counting_internal.h. */
#include <errno.h>
#include <stdio.h>

#include "counting_internal.h"
#include "ekc/fault.h"
#include "ekc/log.h"
#include "ekc/schema.h"

enum { RETRY_MS = 50, PAUSE_MS = 1000, LOG_MS = 5000 };

void counting_break(struct counting *c, int r, const char *what)
{
    if (c->result == 0)
        c->result = ekc_fail(r, "%s", what);
    ekc_loop_stop(c->loop);
}

/* Whoever counts next starts from the database's positions, so nothing is counted twice. */
static void forget(struct counting *c)
{
    ledger_forget(&c->ledger);
    c->is_ours = false;
    c->has_page = false;
    c->watched_ms = 0;
    c->numbers.is_counting = 0;
}

static void run(struct counting *c, int r, ekc_db_fn *fn)
{
    if (r >= 0)
        r = ekc_db_run(c->db, fn, c);
    if (r >= 0)
        c->is_busy = true;
    else if (r != -ENOTCONN)
        counting_break(c, r, "cannot ask the database");
}

/* Waits a while: longer where trying again at once is in vain, as on a full disk. What fails
 * for ever is not logged each time. */
static void tell_failure(struct counting *c, const struct ekc_reply *reply, const char *what)
{
    int64_t now = ekc_tick_ms();
    bool is_brief = reply->r == -EAGAIN || reply->r == -ENOTCONN || reply->r == -EPROTO;
    c->pause_until_ms = now + ekc_db_jitter(is_brief ? RETRY_MS : PAUSE_MS);
    if (reply->r == -ENOSPC)
        (void)snprintf(c->sick, sizeof c->sick, "%s: %s", what, reply->message);
    if (c->told_ms && now - c->told_ms < LOG_MS)
        return;
    c->told_ms = now;
    (void)ekc_fail(reply->r, "%s: %s %s", what, reply->sqlstate, reply->message);
}

static void on_rollups(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    c->is_busy = false;
    if (reply->r < 0) {
        tell_failure(c, reply, "cannot read which counters are kept");
        c->schema = -1;
        return;
    }
    int r = store_read_rollups(reply->results[0], &c->rollups);
    if (r >= 0 && !c->ledger.arena)
        r = ledger_init(&c->ledger, &c->rollups);
    if (r < 0)
        counting_break(c, r, "cannot keep so many counters");
    c->watched_ms = 0;
}

static void on_schema(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    c->is_busy = false;
    if (reply->r < 0) {
        tell_failure(c, reply, "cannot read the schema's version");
        return;
    }
    c->watched_ms = ekc_tick_ms();
    int found = (int)ekc_result_int(reply->results[0], 0, 0);
    if (found != ekc_schema_needed() && found != c->schema)
        ekc_warn("schema %d is needed, the database has %d", ekc_schema_needed(), found);
    c->schema = found;
    if (found == ekc_schema_needed())
        run(c, store_add_rollups(c->db), on_rollups);
}

void counting_ask_schema(struct counting *c)
{
    struct ekc_params none;
    ekc_params_clear(&none);
    run(c, ekc_db_add(c->db, &ekc_schema_version, &none), on_schema);
}

static int load(struct counting *c, const ekc_result *lanes)
{
    int r = 0;
    forget(c);
    for (int i = 0; r >= 0 && i < ekc_result_rows(lanes); i++)
        r = ledger_load(&c->ledger, (int32_t)ekc_result_int(lanes, i, 0),
                        ekc_result_int(lanes, i, 1));
    return r;
}

static int hear(struct counting *c, const ekc_result *lanes)
{
    for (int i = 0; i < ekc_result_rows(lanes); i++) {
        struct follow_lane *lane =
            follow_lane(&c->ledger.follow, (int32_t)ekc_result_int(lanes, i, 0));
        if (!lane)
            return -ENOMEM;
        follow_hear(lane, ekc_result_int(lanes, i, 2), ekc_tick_ms());
    }
    c->numbers.batches_lag = (double)follow_lag(&c->ledger.follow);
    return 0;
}

static void on_watch(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    c->is_busy = false;
    if (reply->r < 0) {
        tell_failure(c, reply, "cannot watch the lanes");
        return;
    }
    bool is_ours = ekc_result_rows(reply->results[0]) > 0;
    int r = 0;
    if (is_ours && !c->is_ours) {
        r = load(c, reply->results[1]);
        ekc_peers_wake(c->peers);
    }
    if (!is_ours && c->is_ours) {
        forget(c);
        ekc_peers_bye(c->peers);
    }
    if (r >= 0 && is_ours)
        r = hear(c, reply->results[1]);
    if (r < 0)
        counting_break(c, r, "cannot follow the lanes");

    c->watched_ms = ekc_tick_ms();
    c->is_ours = is_ours;
    c->has_watched = true;
    c->numbers.is_counting = is_ours;
}

void counting_watch(struct counting *c)
{
    run(c, store_add_watch(c->db, c->owner), on_watch);
}

static void count_committed(struct counting *c)
{
    c->sick[0] = '\0';
    for (size_t i = 0; i < c->ledger.writing.step_count; i++) {
        c->numbers.wire += (double)c->ledger.writing.steps[i].events[FOLLOW_WIRE];
        c->numbers.sweep += (double)c->ledger.writing.steps[i].events[FOLLOW_SWEEP];
    }
    c->numbers.pages++;
    ledger_committed(&c->ledger);
    c->numbers.batches_lag = (double)follow_lag(&c->ledger.follow);
    c->has_page = false;
}

static void on_page(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    c->is_busy = false;
    c->paged_ms = ekc_tick_ms();
    if (reply->r == 0) {
        EKC_FAULT("after_commit");
        count_committed(c);
        return;
    }
    tell_failure(c, reply, "cannot write counters");
    if (reply->r != -EAGAIN &&
        reply->r != -ENOSPC) /* surely not written: the same page again */
        forget(c);
}

void counting_write_page(struct counting *c)
{
    int r = c->has_page ? 0 : ledger_turn(&c->ledger);
    if (r < 0) {
        counting_break(c, r, "cannot turn the page");
        return;
    }
    c->has_page = true;
    EKC_FAULT("before_cursor");
    r = store_add_page(c->db, c->owner, &c->ledger.writing, &c->columns);
    EKC_FAULT("before_commit");
    run(c, r, on_page);
    EKC_FAULT("after_send");
}

static void on_log(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    c->is_busy = false;
    if (reply->r < 0) {
        tell_failure(c, reply, "cannot read the log");
        return;
    }
    const ekc_result *rows = reply->results[0];
    int r = 0;
    for (int i = 0; r >= 0 && i < ekc_result_rows(rows); i++)
        r = ledger_log(&c->ledger, c->reading, ekc_result_int(rows, i, 0),
                       ekc_result_bytes(rows, i, 1), ekc_tick_ms());
    if (r < 0)
        counting_break(c, r, "the log cannot be counted");
    ledger_log_read(&c->ledger, c->reading, ekc_result_rows(rows) < STORE_LOG_ROWS);
}

void counting_read_log(struct counting *c, const struct follow_lane *lane)
{
    c->reading = lane->id;
    run(c, store_add_log(c->db, lane->id, lane->pos), on_log);
}

static void on_left(void *self, const struct ekc_reply *reply)
{
    struct counting *c = self;
    (void)reply; /* else the turn ends with its lease */
    c->is_busy = false;
    ekc_loop_stop(c->loop);
}

void counting_leave(struct counting *c)
{
    c->has_left = true;
    if (!c->is_ours) {
        ekc_loop_stop(c->loop);
        return;
    }
    run(c, store_add_leave(c->db, c->owner), on_left);
}
