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
    { "57P01", -ENOTCONN }, /* shutdown */
    { "57P02", -ENOTCONN }, /* crash shutdown */
    { "25006", -ENOTCONN }, /* read-only: no longer the primary */
    { "40001", -EAGAIN },   /* serialization */
    { "40P01", -EAGAIN },   /* deadlock */
    { "55P03", -EAGAIN },   /* lock timeout */
    { "57014", -EAGAIN },   /* cancelled */
    { "57P03", -EAGAIN },   /* starting up */
    { "53300", -EAGAIN },   /* too many connections */
    { "53100", -EAGAIN },   /* disk full */
    { "53200", -EAGAIN },   /* out of memory */
    { "58030", -EAGAIN },   /* input/output error */
    { "23505", -EEXIST },   /* unique key */
    { "23502", -EPROTO },   /* not null: a lost lane has no seq */
    { "EK001", -EPROTO },   /* ekc_require() */
    { "22", -EILSEQ },      /* data */
    { "23", -EILSEQ },      /* other constraints */
    { "", -EINVAL },
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
static void copy_line(char ret_line[static EKC_REASON_SIZE], const char *text)
{
    (void)snprintf(ret_line, EKC_REASON_SIZE, "%s", text);
    for (size_t len = strlen(ret_line); len > 0 && ret_line[len - 1] == '\n'; len--)
        ret_line[len - 1] = '\0';
    for (char *end = strchr(ret_line, '\n'); end; end = strchr(end, '\n'))
        *end = ' ';
}

void ekc_conn_reason(const PGconn *conn, char ret_reason[static EKC_REASON_SIZE])
{
    copy_line(ret_reason, conn ? PQerrorMessage(conn) : "out of memory");
}

void ekc_failure_set(struct ekc_failure *failure, int r, const char *message)
{
    *failure = (struct ekc_failure){ .r = r };
    copy_line(failure->message, message);
}

void ekc_failure_read(struct ekc_failure *failure, const PGresult *pg)
{
    const char *sqlstate = PQresultErrorField(pg, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(pg, PG_DIAG_MESSAGE_PRIMARY);
    int r = PQresultStatus(pg) == PGRES_FATAL_ERROR ? ekc_sqlstate_errno(sqlstate) : -EINVAL;
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
