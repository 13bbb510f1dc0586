/* db.c - a worker's connection and the batches that it runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "db_internal.h"

enum { BATCH_MS = 8000 };

/* The server must notice by itself that a client was cut off: the transaction that waits for
 * the rest of its pipeline would keep its row locks for as long as TCP believes in it, by
 * default for hours, and no other timeout of the server sees it. */
const struct ekc_statement ekc_session = {
    "ekc_session",
    "SELECT set_config('client_encoding', 'UTF8', false), set_config('timezone', 'UTC', "
    "false), "
    "set_config('lock_timeout', '3s', false), "
    "set_config('idle_in_transaction_session_timeout', '15s', false), "
    "set_config('tcp_keepalives_idle', '3', false), "
    "set_config('tcp_keepalives_interval', '1', false), "
    "set_config('tcp_keepalives_count', '3', false), "
    "set_config('tcp_user_timeout', '8000', false), "
    "set_config('client_connection_check_interval', '2s', false)",
};

/* --- batches ------------------------------------------------------------------------------ */

static int flush(ekc_db *db)
{
    int r = PQflush(db->conn);
    return r < 0 ? -ENOTCONN : ekc_db_watch(db, true, r == 1);
}

static int add(ekc_db *db, const struct ekc_statement *statement,
               const struct ekc_params *params)
{
    if (db->batch.count == 0)
        ekc_db_arm(db, db->options.deadline_ms);
    int r = ekc_batch_add(&db->batch, &db->prepared, db->conn, statement, params);
    if (r == 0)
        return 0;

    /* Part of it may be on its way already; only the end of the connection takes it back. */
    db->state = EKC_RUNNING;
    ekc_db_arm(db, 0);
    return r;
}

static void run(ekc_db *db, ekc_db_fn *fn, void *self)
{
    if (db->batch.count == 0)
        ekc_db_arm(db, db->options.deadline_ms);
    db->batch.fn = fn;
    db->batch.self = self;
    db->state = EKC_RUNNING;
    if (!PQpipelineSync(db->conn) || flush(db) < 0)
        ekc_db_arm(db, 0);
}

static void finish(ekc_db *db, enum ekc_answer answer)
{
    bool is_committed = answer == EKC_ANSWER_WHOLE && db->batch.failure.r == 0;
    if (answer == EKC_ANSWER_UNKNOWN) {
        ekc_db_lose_for_libpq(db);
        return;
    }
    if (is_committed && db->is_local) {
        ekc_db_lose(db, "the commit was not waited for by a standby");
        return;
    }
    if (is_committed && db->is_ready)
        db->pause_ms = EKC_PAUSE_MIN_MS;

    struct ekc_batch batch = db->batch;
    db->batch = (struct ekc_batch){ 0 };
    db->state = EKC_IDLE;
    ekc_db_disarm(db);
    ekc_batch_tell(&batch);
}

static void take_answer(ekc_db *db)
{
    enum ekc_answer answer = EKC_ANSWER_MORE;
    while (answer == EKC_ANSWER_MORE && !PQisBusy(db->conn) && db->state == EKC_RUNNING)
        answer = ekc_batch_take(&db->batch, &db->prepared, db->conn);
    if (answer != EKC_ANSWER_MORE)
        finish(db, answer);
}

/* --- connecting --------------------------------------------------------------------------- */

static void on_session(void *self, const struct ekc_reply *reply)
{
    ekc_db *db = self;
    if (reply->r == -ENOTCONN)
        return;
    if (reply->r < 0) {
        ekc_db_lose(db, reply->message);
        return;
    }
    db->is_ready = true;
    db->trouble[0] = '\0';
    if (db->options.on_ready)
        db->options.on_ready(db->options.self);
}

void ekc_db_begin_session(ekc_db *db)
{
    if (PQsetnonblocking(db->conn, 1) < 0 || !PQenterPipelineMode(db->conn)) {
        ekc_db_lose_for_libpq(db);
        return;
    }
    db->state = EKC_IDLE;
    if (add(db, &ekc_session, NULL) == 0)
        run(db, on_session, db);
}

/* --- the loop's calls --------------------------------------------------------------------- */

void ekc_db_on_socket(void *self)
{
    ekc_db *db = self;
    if (db->state == EKC_CONNECTING)
        ekc_db_go_on_connecting(db);
    else if (!PQconsumeInput(db->conn) || flush(db) < 0)
        ekc_db_lose_for_libpq(db);
    else
        take_answer(db);
}

/* libpq asks the hosts one after the other under the one deadline of the attempt, so a silent
 * one would keep it from the next for ever. */
static void give_up_host(ekc_db *db)
{
    ekc_target_turn(&db->target);
    if (PQstatus(db->conn) == CONNECTION_BAD)
        ekc_db_lose_for_libpq(db);
    else
        ekc_db_lose(db, "the server did not let in within the time allowed");
}

static void on_timer(void *self)
{
    ekc_db *db = self;
    uint64_t times = 0;
    if (read(db->timer, &times, sizeof times) != (ssize_t)sizeof times)
        return;

    if (db->state == EKC_PAUSED)
        ekc_db_connect(db);
    else if (!db->is_ready)
        give_up_host(db);
    else if (PQstatus(db->conn) == CONNECTION_BAD)
        ekc_db_lose_for_libpq(db);
    else
        ekc_db_lose(db, "the server did not answer within the time allowed");
}

/* --- the door ----------------------------------------------------------------------------- */

int ekc_db_open(ekc_db **ret_db, ekc_loop *loop, const struct ekc_db_options *options)
{
    EKC_CLEANUP(ekc_db_close) ekc_db *db = calloc(1, sizeof *db);
    if (!db)
        return -ENOMEM;

    *db = (ekc_db){ .loop = loop, .options = *options, .fd = -1, .pause_ms = EKC_PAUSE_MIN_MS };
    if (db->options.deadline_ms == 0)
        db->options.deadline_ms = BATCH_MS;
    int r = ekc_target_read(&db->target, options->conninfo, NULL);
    if (r < 0)
        return r;

    db->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (db->timer < 0)
        return -errno;

    r = ekc_loop_fd(loop, db->timer, true, false, on_timer, db);
    if (r < 0)
        return r;

    ekc_db_connect(db);
    *ret_db = db;
    db = NULL;
    return 0;
}

bool ekc_db_is_idle(const ekc_db *db)
{
    return db->is_ready && db->state == EKC_IDLE;
}

bool ekc_db_is_connected(const ekc_db *db)
{
    return db->is_ready;
}

const char *ekc_db_trouble(const ekc_db *db)
{
    return db->trouble;
}

int ekc_db_add(ekc_db *db, const struct ekc_statement *statement,
               const struct ekc_params *params)
{
    return ekc_db_is_idle(db) ? add(db, statement, params) : -ENOTCONN;
}

int ekc_db_run(ekc_db *db, ekc_db_fn *fn, void *self)
{
    if (!ekc_db_is_idle(db))
        return -ENOTCONN;
    run(db, fn, self);
    return 0;
}

void ekc_db_close(ekc_db **db)
{
    if (!*db)
        return;
    ekc_db_hang_up(*db);
    ekc_batch_done(&(*db)->batch);
    if ((*db)->timer >= 0) {
        ekc_loop_forget_fd((*db)->loop, (*db)->timer);
        (void)close((*db)->timer);
    }
    ekc_target_done(&(*db)->target);
    free(*db);
    *db = NULL;
}
