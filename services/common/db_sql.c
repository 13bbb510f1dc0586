/* db_sql.c - a program's connection, which blocks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db_internal.h"
#include "ekc/log.h"

struct ekc_sql {
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

int ekc_sql_open(ekc_sql **ret_sql, const char *conninfo)
{
    /* What the conninfo says of these counts more. */
    const char *const names[] = { "connect_timeout", "dbname", NULL };
    const char *const values[] = { "5", conninfo, NULL };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = calloc(1, sizeof *sql);
    if (!sql)
        return -ENOMEM;

    char reason[EKC_REASON_SIZE];
    sql->conn = PQconnectdbParams(names, values, 1);
    ekc_conn_reason(sql->conn, reason);
    if (PQstatus(sql->conn) != CONNECTION_OK)
        return ekc_fail(-ENOTCONN, "cannot connect to PostgreSQL: %s", reason);

    ekc_conn_listen(sql->conn, &sql->is_local);
    int r = ekc_sql_run(sql, ekc_session.sql, NULL, NULL);
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
    PGresult *pg = PQexecParams(sql->conn, text, params->count, NULL, params->values,
                                params->lengths, ekc_binary, 1);
    int r = judge(sql, text, pg);
    if (r == 0 && ret_result)
        return give(pg, ret_result);
    PQclear(pg);
    return r;
}

int ekc_sql_script(ekc_sql *sql, const char *text)
{
    sql->is_local = false;
    PGresult *pg = PQexec(sql->conn, text);
    int r = judge(sql, text, pg);
    PQclear(pg);
    return r;
}

void ekc_sql_close(ekc_sql **sql)
{
    if (!*sql)
        return;
    PQfinish((*sql)->conn);
    free(*sql);
    *sql = NULL;
}
