/* db_internal.h - what the files behind the door to PostgreSQL share. */
#ifndef EKC_DB_INTERNAL_H
#define EKC_DB_INTERNAL_H

#include <libpq-fe.h>

#include "ekc/db.h"

enum { EKC_BATCH_MAX = 32, EKC_PREPARED_MAX = 64, EKC_REASON_SIZE = 256 };

struct ekc_result {
    PGresult *pg;
};

/* Why a statement or a batch came to nothing; r is 0 as long as nothing has. */
struct ekc_failure {
    int r;
    char sqlstate[6];
    char message[EKC_REASON_SIZE];
};

/* What was sent as one pipeline, and how much of its answer has come. */
struct ekc_batch {
    ekc_db_fn *fn;
    void *self;
    int count;                                               /* statements */
    const struct ekc_statement *prepares[2 * EKC_BATCH_MAX]; /* NULL: this step executes */
    int steps, step;                                         /* sent; being answered */
    bool is_between;                                         /* the step's answer has ended */
    struct ekc_result results[EKC_BATCH_MAX];
    int result_count;
    struct ekc_failure failure; /* the first one */
};

/* What a connection's server has under a name. */
struct ekc_prepared {
    const struct ekc_statement *statements[EKC_PREPARED_MAX];
    int count;
};

/* Whom to connect to; owns what libpq has read of a conninfo. */
struct ekc_target {
    PQconninfoOption *options;
};

/* -EINVAL: text is no conninfo, and ret_reason (of EKC_REASON_SIZE, NULL = not wanted) says
 * why. */
EKC_MUST_CHECK int ekc_target_read(struct ekc_target *ret_target, const char *text,
                                   char *ret_reason);
void ekc_target_done(struct ekc_target *target);

/* Starts connecting; connects and waits; asks whether anybody is there, which may take 5 s. */
PGconn *ekc_target_start(const struct ekc_target *target);
PGconn *ekc_target_connect(const struct ekc_target *target);
bool ekc_target_answers(const struct ekc_target *target);

/* Of several hosts the first becomes the last. */
void ekc_target_turn(struct ekc_target *target);

enum ekc_answer {
    EKC_ANSWER_MORE,    /* call again */
    EKC_ANSWER_WHOLE,   /* committed for certain, or surely not for the reason in failure */
    EKC_ANSWER_UNKNOWN, /* the connection must go */
};

enum { EKC_PAUSE_MIN_MS = 50 };

enum ekc_db_state { EKC_PAUSED, EKC_CONNECTING, EKC_IDLE, EKC_RUNNING };

struct ekc_db {
    ekc_loop *loop;
    struct ekc_db_options options;
    struct ekc_target target;
    enum ekc_db_state state;
    bool is_ready; /* the session has its settings */
    PGconn *conn;
    int fd, timer; /* fd is libpq's, as the loop knows it */
    int64_t pause_ms;
    bool is_local; /* see ekc_conn_listen() */
    struct ekc_prepared prepared;
    struct ekc_batch batch;
    char trouble[EKC_REASON_SIZE];
};

/* The timer means the same in every state: what was going on has taken too long. 0 fires at
 * once, that is in a later turn. */
void ekc_db_arm(ekc_db *db, int64_t ms);
void ekc_db_disarm(ekc_db *db);

/* Starts the next attempt; takes it one step further; and what follows when it has come
 * through. */
void ekc_db_connect(ekc_db *db);
void ekc_db_go_on_connecting(ekc_db *db);
void ekc_db_begin_session(ekc_db *db);

/* Ends the connection, tells everybody and sees to the next; the reason may be libpq's. */
void ekc_db_lose(ekc_db *db, const char *reason);
void ekc_db_lose_for_libpq(ekc_db *db);
void ekc_db_hang_up(ekc_db *db);

/* Has ekc_db_on_socket called for libpq's socket. */
EKC_MUST_CHECK int ekc_db_watch(ekc_db *db, bool want_read, bool want_write);
void ekc_db_on_socket(void *self);

/* The settings of every connection, as one query. */
extern const struct ekc_statement ekc_session;

/* The same for both connections: quiet, terse, and it sets *is_local once a commit was not
 * waited for by a synchronous standby. */
void ekc_conn_listen(PGconn *conn, bool *is_local);

/* Waits for the answer to what was sent, as long as the target answers at all; the last result
 * counts, since the first error ends a script. NULL: there was none. -ENOTCONN: it stands
 * still, and the connection is of no use any more. */
EKC_MUST_CHECK int ekc_conn_collect(PGconn *conn, const struct ekc_target *target,
                                    PGresult **ret_pg);

/* A reason on one line, without the newline that libpq ends its own with. */
void ekc_reason_copy(char ret_reason[static EKC_REASON_SIZE], const char *text);

/* The reason that libpq gives. */
void ekc_conn_reason(const PGconn *conn, char ret_reason[static EKC_REASON_SIZE]);

/* What an SQLSTATE means, as in struct ekc_reply; NULL = unknown outcome. */
int ekc_sqlstate_errno(const char *sqlstate);

/* Reads a result that is none; never takes over a parameter's value. */
void ekc_failure_read(struct ekc_failure *failure, const PGresult *pg);
void ekc_failure_set(struct ekc_failure *failure, int r, const char *message);

/* Hands a statement to libpq, behind its preparation where that is due. -E2BIG, -ENOMEM,
 * -ENOTCONN: the pipeline is spoilt. */
EKC_MUST_CHECK int ekc_batch_add(struct ekc_batch *batch, const struct ekc_prepared *prepared,
                                 PGconn *conn, const struct ekc_statement *statement,
                                 const struct ekc_params *params);

/* Takes the next piece of the answer; only when libpq is not busy. */
enum ekc_answer ekc_batch_take(struct ekc_batch *batch, struct ekc_prepared *prepared,
                               PGconn *conn);

/* Tells whoever ran the batch, if anybody, and frees the results. */
void ekc_batch_tell(struct ekc_batch *batch);
void ekc_batch_done(struct ekc_batch *batch);

/* The formats of all parameters: binary. */
extern const int ekc_binary[EKC_PARAMS_MAX];

#endif
