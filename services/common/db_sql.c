/* db_sql.c - a program's connection, which blocks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db_internal.h"
#include "ekc/log.h"

struct ekc_sql {
    struct ekc_target target;
    PGconn *conn;
    bool is_local; /* see ekc_conn_listen() */
};

static int refuse(const struct ekc_failure *failure)
{
    return ekc_fail(failure->r, "PostgreSQL: %s %s", failure->message, failure->sqlstate);
}

static int refuse_as(int r, const char *message)
{
    struct ekc_failure failure;
    ekc_failure_set(&failure, r, message);
    return refuse(&failure);
}

/* A COMMIT of what has failed is answered like a success, but for its tag. */
static bool is_undone(const char *text, PGresult *pg)
{
    return strncasecmp(text, "COMMIT", 6) == 0 && strcmp(PQcmdStatus(pg), "ROLLBACK") == 0;
}

static int judge(ekc_sql *sql, const char *text, PGresult *pg)
{
    struct ekc_failure failure = { 0 };
    ExecStatusType status = PQresultStatus(pg);
    if (!pg || PQstatus(sql->conn) != CONNECTION_OK) {
        ekc_conn_reason(sql->conn, failure.message);
        return refuse_as(-ENOTCONN, failure.message);
    }
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        ekc_failure_read(&failure, pg);
        return refuse(&failure);
    }
    if (sql->is_local)
        return refuse_as(-ENOTCONN, "the commit was not waited for by a standby");
    return is_undone(text, pg) ? refuse_as(-EINVAL, "the transaction had failed") : 0;
}

/* Takes pg over. */
static int give(PGresult *pg, ekc_result **ret_result)
{
    ekc_result *result = malloc(sizeof *result);
    if (!result) {
        PQclear(pg);
        return -ENOMEM;
    }
    result->pg = pg;
    *ret_result = result;
    return 0;
}

/* What was sent may be done or not; this connection will never tell. */
static int hang_up(ekc_sql *sql)
{
    PQfinish(sql->conn);
    sql->conn = NULL;
    return refuse_as(-ENOTCONN, "it stands still, and was given up");
}

/* Takes the answer to what was sent; is_sent is libpq's word. */
static int finish(ekc_sql *sql, bool is_sent, const char *text, ekc_result **ret_result)
{
    PGresult *pg = NULL;
    if (is_sent && ekc_conn_collect(sql->conn, &sql->target, &pg) < 0)
        return hang_up(sql);

    int r = judge(sql, text, pg);
    if (r == 0 && ret_result)
        return give(pg, ret_result);
    PQclear(pg);
    return r;
}

/* --- the door ----------------------------------------------------------------------------- */

static int connect_to(ekc_sql *sql, const char *conninfo)
{
    char reason[EKC_REASON_SIZE];
    if (ekc_target_read(&sql->target, conninfo, reason) < 0)
        return ekc_fail(-ENOTCONN, "cannot connect to PostgreSQL: %s", reason);

    sql->conn = ekc_target_connect(&sql->target);
    ekc_conn_reason(sql->conn, reason);
    if (PQstatus(sql->conn) != CONNECTION_OK || PQsetnonblocking(sql->conn, 1) < 0)
        return ekc_fail(-ENOTCONN, "cannot connect to PostgreSQL: %s", reason);

    ekc_conn_listen(sql->conn, &sql->is_local);
    return ekc_sql_run(sql, ekc_session.sql, NULL, NULL);
}

int ekc_sql_open(ekc_sql **ret_sql, const char *conninfo)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = calloc(1, sizeof *sql);
    if (!sql)
        return -ENOMEM;

    int r = connect_to(sql, conninfo);
    if (r < 0)
        return r;

    *ret_sql = sql;
    sql = NULL;
    return 0;
}

int ekc_sql_run(ekc_sql *sql, const char *text, const struct ekc_params *params,
                ekc_result **ret_result)
{
    static const struct ekc_params none;
    if (!params)
        params = &none;
    if (params->is_broken)
        return -ENOMEM;

    sql->is_local = false;
    int sent = PQsendQueryParams(sql->conn, text, params->count, NULL, params->values,
                                 params->lengths, ekc_binary, 1);
    return finish(sql, sent == 1, text, ret_result);
}

int ekc_sql_script(ekc_sql *sql, const char *text)
{
    sql->is_local = false;
    int sent = PQsendQuery(sql->conn, text);
    return finish(sql, sent == 1, text, NULL);
}

void ekc_sql_close(ekc_sql **sql)
{
    if (!*sql)
        return;
    PQfinish((*sql)->conn);
    ekc_target_done(&(*sql)->target);
    free(*sql);
    *sql = NULL;
}
