/* db.h - the one door between a program and PostgreSQL.
 *
 * A worker's connection (ekc_db) is asynchronous and lives in the loop: it connects, reconnects
 * and runs one batch of statements at a time, sent whole as one pipeline and thus one
 * transaction. A program's connection (ekc_sql) blocks. Values and results are binary. */
#ifndef EKC_DB_H
#define EKC_DB_H

#include "ekc/loop.h"
#include "ekc/params.h"

typedef struct ekc_db ekc_db;
typedef struct ekc_sql ekc_sql;
typedef struct ekc_result ekc_result;

/* One statement; name is unique in the program: it is prepared under it, once a connection. */
struct ekc_statement {
    const char *name;
    const char *sql;
};

/* --- results, lent for the time of the callback ------------------------------------------- */

int ekc_result_rows(const ekc_result *result);
bool ekc_result_is_null(const ekc_result *result, int row, int column);

/* int2, int4, int8, bool; float4, float8; timestamptz in us since 1970, INT64_MAX and INT64_MIN
 * being infinite; date in days since 1970. 0 for NULL; another type is misuse. */
int64_t ekc_result_int(const ekc_result *result, int row, int column);
double ekc_result_float(const ekc_result *result, int row, int column);
int64_t ekc_result_moment(const ekc_result *result, int row, int column);
int64_t ekc_result_day(const ekc_result *result, int row, int column);

/* The bytes of a value of any type; a text with its NUL. Empty for NULL. */
struct ekc_bytes ekc_result_bytes(const ekc_result *result, int row, int column);
const char *ekc_result_text(const ekc_result *result, int row, int column);

/* What became of a batch. r:
 *   0           committed for certain;
 *   -ENOTCONN   unknown: send the same keyed batch again, on the next connection. So it is too
 *               when the server is no longer the primary;
 *   -EAGAIN     surely rolled back, try again soon: deadlock, lock timeout, starting up;
 *   -ENOSPC     surely rolled back, the server is sick: its disk is full or damaged, or it has
 *               no memory. Trying at once only adds to it;
 *   -EEXIST     a unique key;
 *   -EPROTO     a check of ours failed: lost lane, moved cursor;
 *   -EILSEQ     the data is not acceptable;
 *   -EINVAL     the schema, our rights or our SQL: no data is at fault, and time may cure it;
 *   -EREMOTEIO  anything else, surely rolled back. */
struct ekc_reply {
    int r;
    char sqlstate[6];    /* "" when the server said none */
    const char *message; /* for the log; never holds a parameter's value */
    int count;           /* results, one for each statement, when r is 0 */
    const ekc_result *const *results;
};

typedef void ekc_db_fn(void *self, const struct ekc_reply *reply);

/* --- a worker's connection ---------------------------------------------------------------- */

struct ekc_db_options {
    const char *conninfo;
    ekc_loop_fn *on_ready; /* each time a connection has been made; may run a batch at once */
    ekc_loop_fn *on_lost;  /* each time it has gone */
    void *self;
    int64_t deadline_ms; /* a batch that takes longer loses the connection; 0 = 8,000 */
};

/* Starts connecting; goes on for ever in the loop, with pauses from 50 ms to 2 s. Of several
 * hosts the one that can be written to is taken; one that is silent for 5 s comes last in the
 * next attempt. What is said by options is copied. -EINVAL: no conninfo. */
EKC_MUST_CHECK int ekc_db_open(ekc_db **ret_db, ekc_loop *loop,
                               const struct ekc_db_options *options);
bool ekc_db_is_idle(const ekc_db *db); /* connected, and no batch is running */
bool ekc_db_is_connected(const ekc_db *db);

/* Why there is no connection, "" when there is one. Lent until the next turn. */
const char *ekc_db_trouble(const ekc_db *db);

/* Adds a statement to the batch that the next ekc_db_run sends, up to 32. Parameters (NULL =
 * none) are copied. Only while idle; -ENOTCONN otherwise. -ENOMEM, -E2BIG: nothing of the
 * batch will happen, and the connection is made anew; so it is when the run never comes. */
EKC_MUST_CHECK int ekc_db_add(ekc_db *db, const struct ekc_statement *statement,
                              const struct ekc_params *params);

/* Sends the batch as one transaction; fn is called exactly once, in a later turn. -ENOTCONN
 * when it is not idle, and then fn is never called. A commit is never cancelled: that could
 * turn one that no standby has into a success. */
EKC_MUST_CHECK int ekc_db_run(ekc_db *db, ekc_db_fn *fn, void *self);

/* A batch that runs is given up and its fn not called. Not from inside one of its calls. */
void ekc_db_close(ekc_db **db);

/* From half of ms to all of it, by chance: what many try again must not come all at once. */
int64_t ekc_db_jitter(int64_t ms);

/* --- a program's connection --------------------------------------------------------------- */

/* Connects, within 5 s unless conninfo says otherwise, or says why not in one logged line.
 * -ENOTCONN. */
EKC_MUST_CHECK int ekc_sql_open(ekc_sql **ret_sql, const char *conninfo);

/* Runs one statement with parameters (NULL = none). The result (NULL to drop it) is the
 * caller's. Errors as in struct ekc_reply; the server's message is logged.
 *
 * It may take as long as it takes: a recount is no fault. After each 5 s of silence the server
 * is asked whether it is there at all, and twice without an answer is -ENOTCONN; a statement
 * that merely lasts is mentioned once a minute. */
EKC_MUST_CHECK int ekc_sql_run(ekc_sql *sql, const char *text, const struct ekc_params *params,
                               ekc_result **ret_result);

/* Runs a script of many statements, without parameters or results. */
EKC_MUST_CHECK int ekc_sql_script(ekc_sql *sql, const char *text);
void ekc_result_free(ekc_result **result);
void ekc_sql_close(ekc_sql **sql);

#endif
