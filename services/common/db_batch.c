/* db_batch.c - one batch of statements as one pipeline, and what its answer proves.
 *
 * A statement that reports success has not been committed: the pipeline's Sync may still fail.
 * A preparation is no part of the transaction: it stands once it has succeeded by itself. */
#include <errno.h>
#include <string.h>

#include "db_internal.h"

const int ekc_binary[EKC_PARAMS_MAX] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

static bool has(const struct ekc_statement *const *list, int count,
                const struct ekc_statement *statement)
{
    for (int i = 0; i < count; i++)
        if (list[i] == statement)
            return true;
    return false;
}

static int prepare(struct ekc_batch *batch, const struct ekc_prepared *prepared, PGconn *conn,
                   const struct ekc_statement *statement)
{
    if (has(prepared->statements, prepared->count, statement) ||
        has(batch->prepares, batch->steps, statement))
        return 0;
    if (prepared->count + batch->count >= EKC_PREPARED_MAX)
        return -E2BIG;
    if (!PQsendPrepare(conn, statement->name, statement->sql, 0, NULL))
        return -ENOTCONN;

    batch->prepares[batch->steps++] = statement;
    return 0;
}

int ekc_batch_add(struct ekc_batch *batch, const struct ekc_prepared *prepared, PGconn *conn,
                  const struct ekc_statement *statement, const struct ekc_params *params)
{
    static const struct ekc_params none;
    if (!params)
        params = &none;
    if (params->is_broken)
        return -ENOMEM;
    if (batch->count == EKC_BATCH_MAX)
        return -E2BIG;

    int r = prepare(batch, prepared, conn, statement);
    if (r < 0)
        return r;
    if (!PQsendQueryPrepared(conn, statement->name, params->count, params->values,
                             params->lengths, ekc_binary, 1))
        return -ENOTCONN;

    batch->prepares[batch->steps++] = NULL;
    batch->count++;
    return 0;
}

/* NULL ends a step. Twice, or behind a dead connection, it would come for ever. */
static enum ekc_answer end_step(struct ekc_batch *batch, const PGconn *conn)
{
    if (batch->is_between || PQstatus(conn) != CONNECTION_OK)
        return EKC_ANSWER_UNKNOWN;
    batch->is_between = true;
    batch->step++;
    return EKC_ANSWER_MORE;
}

static enum ekc_answer fail(struct ekc_batch *batch, const PGresult *pg)
{
    if (batch->failure.r == 0)
        ekc_failure_read(&batch->failure, pg);
    return batch->failure.r == -ENOTCONN ? EKC_ANSWER_UNKNOWN : EKC_ANSWER_MORE;
}

/* Takes pg over. */
static enum ekc_answer keep(struct ekc_batch *batch, struct ekc_prepared *prepared,
                            PGresult *pg)
{
    const struct ekc_statement *made =
        batch->step < batch->steps ? batch->prepares[batch->step] : NULL;
    if (made)
        prepared->statements[prepared->count++] = made;
    if (made || batch->result_count == batch->count) {
        PQclear(pg);
        return made ? EKC_ANSWER_MORE : EKC_ANSWER_UNKNOWN;
    }
    batch->results[batch->result_count++].pg = pg;
    return EKC_ANSWER_MORE;
}

/* Whoever smuggles a BEGIN into a batch has committed nothing at its end. */
static enum ekc_answer judge(const struct ekc_batch *batch, const PGconn *conn)
{
    if (batch->failure.r < 0)
        return EKC_ANSWER_WHOLE;

    bool is_whole = batch->result_count == batch->count && batch->step == batch->steps;
    bool is_over = PQtransactionStatus(conn) == PQTRANS_IDLE;
    return is_whole && is_over ? EKC_ANSWER_WHOLE : EKC_ANSWER_UNKNOWN;
}

enum ekc_answer ekc_batch_take(struct ekc_batch *batch, struct ekc_prepared *prepared,
                               PGconn *conn)
{
    PGresult *pg = PQgetResult(conn);
    if (!pg)
        return end_step(batch, conn);

    batch->is_between = false;
    enum ekc_answer answer = EKC_ANSWER_MORE;
    ExecStatusType status = PQresultStatus(pg);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return keep(batch, prepared, pg);
    if (status == PGRES_PIPELINE_SYNC)
        answer = judge(batch, conn);
    else if (status != PGRES_PIPELINE_ABORTED)
        answer = fail(batch, pg);
    PQclear(pg);
    return answer;
}

void ekc_batch_tell(struct ekc_batch *batch)
{
    const ekc_result *results[EKC_BATCH_MAX];
    for (int i = 0; i < batch->result_count; i++)
        results[i] = &batch->results[i];

    struct ekc_reply reply = {
        .r = batch->failure.r,
        .message = batch->failure.message,
        .count = batch->failure.r < 0 ? 0 : batch->result_count,
        .results = results,
    };
    memcpy(reply.sqlstate, batch->failure.sqlstate, sizeof reply.sqlstate);
    if (batch->fn)
        batch->fn(batch->self, &reply);
    ekc_batch_done(batch);
}

void ekc_batch_done(struct ekc_batch *batch)
{
    for (int i = 0; i < batch->result_count; i++)
        PQclear(batch->results[i].pg);
    *batch = (struct ekc_batch){ 0 };
}
