/* revive.c - see revive.h. */
#include "revive.h"

#include <errno.h>
#include <stdlib.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/words.h"
#include "item.h"
#include "judge.h"
#include "pick.h"

enum { PERIOD_MS = 1000 };

struct revive {
    struct revive_options options;
    struct judge judge;
    struct commit commit;
    struct batch *batch; /* the verdict that is being committed; NULL = none */
    bool is_due, is_asking, is_leaving;
};

static void end(struct revive *revive)
{
    commit_forget(&revive->commit);
    batch_free(&revive->batch);
}

/* The dimensions of the verdict before, which the new one's event takes back. */
static Ekc__V1__Dimensions before(const Ekc__V1__WorkItem *item, const ekc_result *row)
{
    Ekc__V1__Dimensions dimensions = EKC__V1__DIMENSIONS__INIT;
    dimensions.channel = item->channel;
    dimensions.okrug = item->okrug;
    dimensions.regime = item->regime;
    dimensions.applicant_kind = ekc_kind_of(ekc_result_text(row, 0, REVIVAL_KIND));
    dimensions.verdict_status = EKC__V1__VERDICT_STATUS__VERDICT_STATUS_DEAD;
    return dimensions;
}

static int judge_again(struct revive *revive, const ekc_result *row)
{
    const struct model *model = refresh_model(revive->options.refresh);
    bool is_dead = ekc_result_int(row, 0, REVIVAL_DEATHS) >= PICK_DEAD_FROM;
    Ekc__V1__WorkItem item;
    item_read(row, 0, &item);
    Ekc__V1__Dimensions old = before(&item, row);
    int r = batch_new(&revive->batch, model->name);
    if (r < 0)
        return r;

    revive->batch->n = (int16_t)ekc_result_int(row, 0, REVIVAL_N);
    revive->batch->before = &old;
    r = is_dead ? judge_unread(&item, ekc_now_us(), revive->batch)
                : judge_item(&revive->judge, model, &item, ekc_now_us(), revive->batch);
    revive->batch->before = NULL;
    return r;
}

static void take_row(void *self, const struct ekc_reply *reply)
{
    struct revive *revive = self;
    revive->is_asking = false;
    if (reply->r < 0 || ekc_result_rows(reply->results[0]) == 0)
        return;
    int r = judge_again(revive, reply->results[0]);
    if (r < 0) {
        (void)ekc_fail(r, "cannot judge again");
        end(revive);
        return;
    }
    batch_seal(revive->batch);
    commit_begin(&revive->commit, revive->batch);
}

static int ask(struct revive *revive)
{
    revive->is_due = false;
    int r = store_revival(writer_db(revive->options.writer), ekc_self_incarnation());
    r = r < 0 ? r : writer_run(revive->options.writer, take_row, revive);
    revive->is_asking = r == 0;
    return r;
}

static int commit_verdict(struct revive *revive)
{
    const struct batch *batch = revive->batch;
    int r = store_revived(writer_db(revive->options.writer), batch->rows[0].portal,
                          batch->rows[0].inquiry, batch->n);
    return r < 0 ? r : commit_run(&revive->commit);
}

/* One that failed stays claimed, and is asked for again. */
static void settle(struct revive *revive)
{
    if (!revive->batch || revive->commit.is_running)
        return;
    revive->is_due |= revive->commit.is_settled;
    if (revive->commit.is_settled || revive->commit.r < 0)
        end(revive);
}

static void go_on(void *self)
{
    struct revive *revive = self;
    settle(revive);
    if (revive->is_leaving || revive->is_asking || revive->commit.is_running ||
        !refresh_model(revive->options.refresh) || !writer_can_write(revive->options.writer))
        return;
    int r = revive->batch ? commit_verdict(revive) : revive->is_due ? ask(revive) : 0;
    if (r < 0)
        (void)ekc_fail(r, "cannot ask for what is to be judged again");
}

static void wake(void *self)
{
    ((struct revive *)self)->is_due = true;
}

int revive_open(struct revive **ret_revive, const struct revive_options *options)
{
    EKC_CLEANUP(revive_close) struct revive *revive = calloc(1, sizeof *revive);
    if (!revive)
        return -ENOMEM;

    revive->options = *options;
    commit_init(&revive->commit, &(struct commit_options){ .writer = options->writer,
                                                           .feed = options->feed,
                                                           .counts = options->counts,
                                                           .path = PATH_SWEEP });
    int r = ekc_loop_every(options->loop, PERIOD_MS, wake, revive);
    r = r < 0 ? r : ekc_loop_after_turn(options->loop, go_on, revive);
    if (r < 0)
        return r;

    *ret_revive = revive;
    revive = NULL;
    return 0;
}

void revive_close(struct revive **revive)
{
    if (!*revive)
        return;
    batch_free(&(*revive)->batch);
    commit_done(&(*revive)->commit);
    judge_done(&(*revive)->judge);
    free(*revive);
    *revive = NULL;
}

void revive_leave(struct revive *revive)
{
    revive->is_leaving = true;
}
