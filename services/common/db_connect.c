/* db_connect.c - how a worker's connection comes and goes. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>

#include "db_internal.h"

enum {
    CONNECT_MS = 5000, /* PQconnectPoll does not look at connect_timeout */
    PAUSE_MAX_MS = 2000,
};

void ekc_db_arm(ekc_db *db, int64_t ms)
{
    struct timespec due = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 + 1 };
    (void)timerfd_settime(db->timer, 0, &(struct itimerspec){ .it_value = due }, NULL);
}

void ekc_db_disarm(ekc_db *db)
{
    (void)timerfd_settime(db->timer, 0, &(struct itimerspec){ 0 }, NULL);
}

int64_t ekc_db_jitter(int64_t ms)
{
    uint16_t chance = 0;
    (void)!getrandom(&chance, sizeof chance, 0);
    return ms / 2 + chance % (ms / 2 + 1);
}

/* Twice as long each time, and never the same for many that lost one server. */
static int64_t next_pause(ekc_db *db)
{
    int64_t pause_ms = db->pause_ms;
    db->pause_ms = pause_ms < PAUSE_MAX_MS / 2 ? 2 * pause_ms : PAUSE_MAX_MS;
    return ekc_db_jitter(pause_ms);
}

void ekc_db_hang_up(ekc_db *db)
{
    if (db->fd >= 0)
        ekc_loop_forget_fd(db->loop, db->fd);
    db->fd = -1;
    PQfinish(db->conn);
    db->conn = NULL;
    db->prepared.count = 0;
    db->is_local = false;
    db->is_ready = false;
    db->state = EKC_PAUSED;
}

/* Whatever was running may have been committed or not. */
void ekc_db_lose(ekc_db *db, const char *reason)
{
    struct ekc_batch batch = db->batch;
    bool was_ready = db->is_ready;
    db->batch = (struct ekc_batch){ 0 };
    if (batch.failure.r != -ENOTCONN)
        ekc_failure_set(&batch.failure, -ENOTCONN, reason);
    memcpy(db->trouble, batch.failure.message, sizeof db->trouble);

    ekc_db_hang_up(db);
    ekc_db_arm(db, next_pause(db));
    ekc_batch_tell(&batch);
    if (was_ready && db->options.on_lost)
        db->options.on_lost(db->options.self);
}

void ekc_db_lose_for_libpq(ekc_db *db)
{
    char reason[EKC_REASON_SIZE];
    ekc_conn_reason(db->conn, reason);
    ekc_db_lose(db, reason[0] ? reason : "the server's answer does not fit what was sent");
}

/* The socket may be another one after each step of connecting. */
int ekc_db_watch(ekc_db *db, bool want_read, bool want_write)
{
    int fd = PQsocket(db->conn);
    if (db->fd >= 0 && db->fd != fd)
        ekc_loop_forget_fd(db->loop, db->fd);
    db->fd = fd;
    return fd < 0 ? -ENOTCONN
                  : ekc_loop_fd(db->loop, fd, want_read, want_write, ekc_db_on_socket, db);
}

void ekc_db_go_on_connecting(ekc_db *db)
{
    PostgresPollingStatusType step = PQconnectPoll(db->conn);
    bool is_reading = step == PGRES_POLLING_READING;
    bool is_writing = step == PGRES_POLLING_WRITING;
    if (step == PGRES_POLLING_OK)
        ekc_db_begin_session(db);
    else if ((!is_reading && !is_writing) || ekc_db_watch(db, is_reading, is_writing) < 0)
        ekc_db_lose_for_libpq(db);
}

void ekc_db_connect(ekc_db *db)
{
    db->conn = ekc_target_start(&db->target);
    if (db->conn)
        ekc_conn_listen(db->conn, &db->is_local);
    db->state = EKC_CONNECTING;
    int64_t deadline_ms = db->options.deadline_ms;
    ekc_db_arm(db, deadline_ms < CONNECT_MS ? deadline_ms : CONNECT_MS);
    if (!db->conn || PQstatus(db->conn) == CONNECTION_BAD || ekc_db_watch(db, false, true) < 0)
        ekc_db_lose_for_libpq(db);
}
