/* commit.c - see commit.h. */
#include "commit.h"

#include <errno.h>

#include "ekc/fault.h"
#include "ekc/log.h"

enum { LOG_MS = 5000 };

void commit_init(struct commit *commit, const struct commit_options *options)
{
    *commit = (struct commit){ .options = *options };
    store_columns_init(&commit->columns);
}

void commit_done(struct commit *commit)
{
    store_columns_done(&commit->columns);
    ekc_buffer_done(&commit->events);
}

void commit_begin(struct commit *commit, struct batch *batch)
{
    commit->batch = batch;
    commit->is_settled = false;
    commit->r = 0;
}

/* The log has the events of the rows that were inserted, in the order of the result. */
static int collect(struct commit *commit, const ekc_result *inserted)
{
    commit->events.len = 0;
    for (int i = 0; i < ekc_result_rows(inserted); i++) {
        const struct batch_row *row =
            batch_find(commit->batch, (int32_t)ekc_result_int(inserted, i, 0),
                       ekc_result_int(inserted, i, 1));
        if (!row)
            return -EPROTO;
        commit->options.counts->verdicts[commit->options.path][row->status]++;
        int r = ekc_buffer_append(&commit->events, batch_bytes(commit->batch, row->event));
        if (r < 0)
            return r;
    }
    return 0;
}

/* Whoever hears nothing finds the batch in the log. */
static void tell(struct commit *commit, const ekc_result *inserted)
{
    int count = ekc_result_rows(inserted);
    commit->options.counts->batches++;
    int r = collect(commit, inserted);
    if (r < 0)
        ekc_warn("a committed batch could not be told");
    if (r < 0 || count == 0)
        return;

    ekc_feed_publish(commit->options.feed, writer_lane(commit->options.writer)->id,
                     ekc_result_int(inserted, 0, 2), (uint32_t)count,
                     (struct ekc_bytes){ commit->events.data, commit->events.len });
}

static void settle_bad_row(struct commit *commit, const char *message)
{
    struct batch *batch = commit->batch;
    struct batch_row *row = &batch->rows[batch->from];
    commit->options.counts->refused_rows++;
    ekc_warn("the verdict on inquiry %lld of portal %d is not acceptable: %s",
             (long long)row->inquiry, (int)row->portal, message);
    if (!commit->options.mend)
        commit->is_settled = !batch_advance(batch);
    else if (commit->options.mend(commit->options.self, batch, row))
        commit->r = 0;
}

static void refuse(struct commit *commit, const char *message)
{
    if (batch_halve(commit->batch))
        commit->r = 0;
    else
        settle_bad_row(commit, message);
}

/* What is tried again and again is not told each time. */
static void warn(struct commit *commit, const struct ekc_reply *reply)
{
    int64_t now = ekc_tick_ms();
    if (commit->told_ms && now - commit->told_ms < LOG_MS)
        return;
    commit->told_ms = now;
    ekc_warn("a batch could not be committed: %s %s", reply->sqlstate, reply->message);
}

/* A lost connection or lane and a sick database are told by the writer, and a lost race is no
 * fault. Where no row is at fault none is dropped: the batch waits. */
static bool is_told_elsewhere(int r)
{
    return r == -ENOTCONN || r == -EPROTO || r == -ENOSPC || r == -EINVAL;
}

static void hear(void *self, const struct ekc_reply *reply)
{
    struct commit *commit = self;
    commit->is_running = false;
    commit->r = reply->r;
    if (reply->r == 0) {
        EKC_FAULT("after_commit");
        if (commit->batch->from < commit->batch->to)
            tell(commit, reply->results[reply->count - 1]);
        commit->is_settled = !batch_advance(commit->batch);
    } else if (reply->r == -EILSEQ || reply->r == -EREMOTEIO) {
        refuse(commit, reply->message);
    } else if (!is_told_elsewhere(reply->r)) {
        warn(commit, reply);
    }
}

int commit_run(struct commit *commit)
{
    struct writer *writer = commit->options.writer;
    int r = 0;
    if (commit->batch->from < commit->batch->to)
        r = store_insert(writer_db(writer), &commit->columns, commit->batch,
                         commit->options.path, writer_lane(writer));
    EKC_FAULT("before_commit");
    r = r < 0 ? r : writer_run(writer, hear, commit);
    EKC_FAULT("after_send");
    commit->is_running = r == 0;
    return r;
}

bool commit_is_open(const struct commit *commit)
{
    return commit->batch && !commit->is_running && !commit->is_settled;
}

void commit_forget(struct commit *commit)
{
    commit->batch = NULL;
}
