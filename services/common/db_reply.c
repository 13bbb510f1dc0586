/* db_reply.c - what the server's errors and notices mean to a caller. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "db_internal.h"

/* By code or by class; the first that fits counts. */
static const struct {
    const char *prefix;
    int r;
} meanings[] = {
    { "40003", -ENOTCONN }, /* completion unknown */
    { "08", -ENOTCONN },    /* connection */
    { "57P03", -EAGAIN },   /* starting up */
    { "57P", -ENOTCONN },   /* shutdown, crash, and whatever else ends the session */
    { "25006", -ENOTCONN }, /* read-only: no longer the primary */
    { "25P03", -ENOTCONN }, /* the session was ended for being idle */
    { "26000", -ENOTCONN }, /* a prepared statement has gone: a new connection prepares anew */
    { "0A000", -ENOTCONN }, /* or was prepared for another schema */
    { "40001", -EAGAIN },   /* serialization */
    { "40P01", -EAGAIN },   /* deadlock */
    { "55P03", -EAGAIN },   /* lock timeout */
    { "57014", -EAGAIN },   /* cancelled */
    { "53300", -EAGAIN },   /* too many connections */
    { "53400", -EAGAIN },   /* a limit of the server's settings */
    { "53", -ENOSPC },      /* disk full, out of memory */
    { "58030", -ENOSPC },   /* input/output error */
    { "XX001", -ENOSPC },   /* a damaged table */
    { "XX002", -ENOSPC },   /* a damaged index */
    { "23505", -EEXIST },   /* unique key */
    { "23502", -EPROTO },   /* not null: a lost lane has no seq */
    { "EK001", -EPROTO },   /* ekc_require() */
    { "22", -EILSEQ },      /* data */
    { "23", -EILSEQ },      /* other constraints */
    { "54", -EILSEQ },      /* too large for the server, as an index entry may be */
    { "28", -EINVAL },      /* who we are */
    { "3D", -EINVAL },      /* no such database */
    { "3F", -EINVAL },      /* no such schema */
    { "42", -EINVAL },      /* no such table, no right to it, our SQL */
    { "", -EREMOTEIO },
};

int ekc_sqlstate_errno(const char *sqlstate)
{
    if (!sqlstate || sqlstate[0] == '\0')
        return -ENOTCONN;

    size_t i = 0;
    while (strncmp(sqlstate, meanings[i].prefix, strlen(meanings[i].prefix)) != 0)
        i++;
    return meanings[i].r;
}

/* libpq ends its lines, and joins those of several hosts. */
void ekc_reason_copy(char ret_reason[static EKC_REASON_SIZE], const char *text)
{
    (void)snprintf(ret_reason, EKC_REASON_SIZE, "%s", text);
    for (size_t len = strlen(ret_reason); len > 0 && ret_reason[len - 1] == '\n'; len--)
        ret_reason[len - 1] = '\0';
    for (char *end = strchr(ret_reason, '\n'); end; end = strchr(end, '\n'))
        *end = ' ';
}

void ekc_conn_reason(const PGconn *conn, char ret_reason[static EKC_REASON_SIZE])
{
    ekc_reason_copy(ret_reason, conn ? PQerrorMessage(conn) : "there is no connection");
}

void ekc_failure_set(struct ekc_failure *failure, int r, const char *message)
{
    *failure = (struct ekc_failure){ .r = r };
    ekc_reason_copy(failure->message, message);
}

void ekc_failure_read(struct ekc_failure *failure, const PGresult *pg)
{
    const char *sqlstate = PQresultErrorField(pg, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(pg, PG_DIAG_MESSAGE_PRIMARY);
    bool is_error = PQresultStatus(pg) == PGRES_FATAL_ERROR;
    int r = is_error ? ekc_sqlstate_errno(sqlstate) : -EREMOTEIO;
    ekc_failure_set(failure, r, message ? message : PQresultErrorMessage(pg));
    (void)snprintf(failure->sqlstate, sizeof failure->sqlstate, "%s", sqlstate ? sqlstate : "");

    /* The only messages that quote values; behind a colon, or in any language's quotes. */
    if (strncmp(failure->sqlstate, "22", 2) == 0)
        failure->message[strcspn(failure->message, ":\"'\xc2\xe2")] = '\0';
}

/* A cancel while the commit waits for a standby makes it a success with this warning. The name
 * of the server's function is looked at since the text may be translated. */
static void take_notice(void *self, const PGresult *notice)
{
    bool *is_local = self;
    const char *function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if ((function && strcmp(function, "SyncRepWaitForLSN") == 0) ||
        (message && strstr(message, "wait for synchronous replication")))
        *is_local = true;
}

void ekc_conn_listen(PGconn *conn, bool *is_local)
{
    (void)PQsetErrorVerbosity(conn, PQERRORS_TERSE);
    (void)PQsetNoticeReceiver(conn, take_notice, is_local);
}
