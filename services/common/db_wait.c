/* db_wait.c - how a program waits for an answer that may take its time, but not for a server
 * that has gone or stands still. */
#include <errno.h>
#include <poll.h>

#include "db_internal.h"
#include "ekc/log.h"

enum { SILENCE_MS = 5000, MISSES_MAX = 2, MENTION_MS = 60000 };

/* How long a call has waited, and how often in a row nobody was there. */
struct patience {
    int64_t began_ms, mentioned_ms;
    int misses;
};

/* The kernel answers keepalives for a server that stands still, so the server itself is asked.
 * False: it is to be waited for no longer. */
static bool wait_on(const struct ekc_target *target, struct patience *patience)
{
    patience->misses = ekc_target_answers(target) ? 0 : patience->misses + 1;
    int64_t now = ekc_tick_ms();
    if (patience->misses > 0) {
        ekc_warn("PostgreSQL does not answer");
    } else if (now - patience->mentioned_ms >= MENTION_MS) {
        patience->mentioned_ms = now;
        ekc_info("PostgreSQL has been at work for %lld s",
                 (long long)(now - patience->began_ms) / 1000);
    }
    return patience->misses < MISSES_MAX;
}

/* Until libpq has the next result, or knows that none will come. */
static int await(PGconn *conn, const struct ekc_target *target)
{
    int64_t now = ekc_tick_ms();
    struct patience patience = { .began_ms = now, .mentioned_ms = now };
    for (;;) {
        int unsent = PQstatus(conn) == CONNECTION_OK ? PQflush(conn) : -1;
        if (unsent < 0 || (unsent == 0 && !PQisBusy(conn)))
            return 0;

        struct pollfd fd = { .fd = PQsocket(conn),
                             .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN) };
        int ready = poll(&fd, 1, SILENCE_MS);
        if (ready == 0 && !wait_on(target, &patience))
            return -ENOTCONN;
        if (ready > 0 && !PQconsumeInput(conn))
            return 0;
    }
}

static bool is_copy(const PGresult *pg)
{
    ExecStatusType status = PQresultStatus(pg);
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

int ekc_conn_collect(PGconn *conn, const struct ekc_target *target, PGresult **ret_pg)
{
    PGresult *last = NULL;
    for (;;) {
        int r = await(conn, target);
        PGresult *pg = r < 0 ? NULL : PQgetResult(conn);
        if (r == 0 && !pg) {
            *ret_pg = last;
            return 0;
        }
        PQclear(last);
        last = pg;
        if (r < 0)
            return r;
        if (is_copy(pg)) { /* it would come for ever */
            *ret_pg = pg;
            return 0;
        }
    }
}
