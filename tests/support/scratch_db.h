/* scratch_db.h - a worker's connection to the scratch schema, and what it has told so far. */
#ifndef EKC_SCRATCH_DB_H
#define EKC_SCRATCH_DB_H

#include <errno.h>

#include "support/scratch.h"

struct told {
    int calls, r, count;
    char sqlstate[6], message[256];
    int64_t number; /* the first column of the last result, where it is one */
};

static ekc_loop *loop;
static ekc_db *db;
static ekc_sql *sql;
static int ready_calls, lost_calls;
static struct told told;

static inline void count_ready(void *self)
{
    (void)self;
    ready_calls++;
}

static inline void count_lost(void *self)
{
    (void)self;
    lost_calls++;
}

static inline void take_reply(void *self, const struct ekc_reply *reply)
{
    (void)self;
    told.calls++;
    told.r = reply->r;
    told.count = reply->count;
    (void)snprintf(told.sqlstate, sizeof told.sqlstate, "%s", reply->sqlstate);
    (void)snprintf(told.message, sizeof told.message, "%s", reply->message);
    const ekc_result *last = reply->count > 0 ? reply->results[reply->count - 1] : NULL;
    if (last && ekc_result_rows(last) > 0)
        told.number = ekc_result_int(last, 0, 0);
}

/* Turns until it holds; the time limit of the test is the safety net. */
#define turn_until(condition)                                                                  \
    while (!(condition))                                                                       \
    ck_ok(ekc_loop_turn(loop, 1000))

static inline void connect_scratch(int64_t deadline_ms)
{
    const struct ekc_db_options options = {
        .conninfo = scratch_conninfo(),
        .on_ready = count_ready,
        .on_lost = count_lost,
        .deadline_ms = deadline_ms,
    };
    ck_ok(ekc_db_open(&db, loop, &options));
    turn_until(ekc_db_is_idle(db));
}

/* Starts one batch of statements without parameters. */
static inline void start_batch(const struct ekc_statement *const *statements, int count)
{
    for (int i = 0; i < count; i++)
        ck_ok(ekc_db_add(db, statements[i], NULL));
    told = (struct told){ 0 };
    ck_ok(ekc_db_run(db, take_reply, NULL));
    ck_assert_int_eq(told.calls, 0);
}

/* Runs it to its end; what it was told. */
static inline int run_batch(const struct ekc_statement *const *statements, int count)
{
    start_batch(statements, count);
    turn_until(told.calls > 0);
    return told.r;
}

#define LIST(...)                                                                              \
    (const struct ekc_statement *const[])                                                      \
    {                                                                                          \
        __VA_ARGS__                                                                            \
    }
#define START_BATCH(...) start_batch(LIST(__VA_ARGS__), (int)EKC_COUNT((LIST(__VA_ARGS__))))
#define RUN_BATCH(...) run_batch(LIST(__VA_ARGS__), (int)EKC_COUNT((LIST(__VA_ARGS__))))

static inline void open_world(void)
{
    sql = scratch_open();
    ck_ok(ekc_loop_new(&loop));
}

static inline void close_world(void)
{
    ekc_db_close(&db);
    ekc_loop_free(&loop);
    scratch_close(&sql);
}

#endif
