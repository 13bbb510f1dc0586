/* sweep.c - see sweep.h. One round: look, read, judge, commit; then at once the next, until the
 * log has nothing more that is old enough. */
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "ekc/log.h"
#include "ekc/settings.h"
#include "ekc/words.h"
#include "judge.h"
#include "stretch.h"

/* While the wire is at work, only what has waited many times as long is taken to be lost. */
enum { PERIOD_MS = 1000, PATIENCE = 10, ARENA_SIZE = 8 << 20 };

enum step {
    STEP_REST,
    STEP_LOOK,
    STEP_READ,
    STEP_COMMIT,
};

struct sweep {
    struct sweep_options options;
    int64_t after_ms;
    enum step step;
    bool is_running, is_leaving;
    struct stretch stretch;
    struct batch *batch;
    struct judge judge;
    struct commit commit;
    ekc_arena *arena;
};

static void end_round(struct sweep *sweep, enum step next)
{
    commit_forget(&sweep->commit);
    batch_free(&sweep->batch);
    sweep->step = next;
}

static bool has_failed(struct sweep *sweep, int r, const char *what)
{
    if (r >= 0)
        return false;
    (void)ekc_fail(r, "the sweep cannot %s", what);
    end_round(sweep, STEP_REST);
    return true;
}

/* --- look --------------------------------------------------------------------------------- */

static int collect(struct sweep *sweep, const ekc_result *rows)
{
    stretch_begin(&sweep->stretch, (int32_t)ekc_result_int(rows, 0, 0),
                  ekc_result_int(rows, 0, 1));
    for (int i = 0; i < ekc_result_rows(rows); i++) {
        int r = stretch_add(&sweep->stretch, sweep->arena, ekc_result_int(rows, i, 2),
                            ekc_result_bytes(rows, i, 3));
        if (r == -EPROTO && i > 0)
            return 0; /* a younger batch stands between: up to there */
        if (r < 0)
            return r;
    }
    return 0;
}

static void take_log(void *self, const struct ekc_reply *reply)
{
    struct sweep *sweep = self;
    sweep->is_running = false;
    sweep->step = STEP_REST;
    if (has_failed(sweep, reply->r, "look into the log"))
        return;
    if (ekc_result_rows(reply->results[1]) == 0)
        return;
    if (!has_failed(sweep, collect(sweep, reply->results[1]), "read the log"))
        sweep->step = STEP_READ;
}

static int look(struct sweep *sweep)
{
    bool is_silent = sweep->options.silence_ms(sweep->options.self) >= sweep->after_ms;
    int r = store_look(writer_db(sweep->options.writer),
                       is_silent ? sweep->after_ms : PATIENCE * sweep->after_ms);
    return r < 0 ? r : writer_run(sweep->options.writer, take_log, sweep);
}

/* --- read and judge ----------------------------------------------------------------------- */

/* The strings are lent by the result, whose bytes nobody changes. */
static void read_item(const ekc_result *rows, int i, Ekc__V1__WorkItem *ret_item)
{
    ekc__v1__work_item__init(ret_item);
    ret_item->portal = (int32_t)ekc_result_int(rows, i, ITEM_PORTAL);
    ret_item->inquiry = ekc_result_int(rows, i, ITEM_INQUIRY);
    ret_item->created_at_us = ekc_result_moment(rows, i, ITEM_CREATED_AT);
    ret_item->channel = (char *)ekc_result_text(rows, i, ITEM_CHANNEL);
    ret_item->applicant_kind = ekc_kind_of(ekc_result_text(rows, i, ITEM_APPLICANT_KIND));
    ret_item->okrug = (char *)ekc_result_text(rows, i, ITEM_OKRUG);
    ret_item->regime = (char *)ekc_result_text(rows, i, ITEM_REGIME);
    ret_item->subject = (char *)ekc_result_text(rows, i, ITEM_SUBJECT);
    ret_item->text = (char *)ekc_result_text(rows, i, ITEM_BODY);
}

static int judge_all(struct sweep *sweep, const ekc_result *rows)
{
    const struct model *model = refresh_model(sweep->options.refresh);
    int64_t now_us = ekc_now_us();
    int r = batch_new(&sweep->batch, model->name);
    for (int i = 0; i < ekc_result_rows(rows) && r == 0; i++) {
        Ekc__V1__WorkItem item;
        read_item(rows, i, &item);
        r = judge_item(&sweep->judge, model, &item, now_us, sweep->batch);
    }
    return r;
}

static void take_inquiries(void *self, const struct ekc_reply *reply)
{
    struct sweep *sweep = self;
    sweep->is_running = false;
    if (has_failed(sweep, reply->r, "read inquiries") ||
        has_failed(sweep, judge_all(sweep, reply->results[0]), "judge"))
        return;
    batch_seal(sweep->batch);
    commit_begin(&sweep->commit, sweep->batch);
    sweep->step = STEP_COMMIT;
}

static int read_inquiries(struct sweep *sweep)
{
    int r = store_unjudged(writer_db(sweep->options.writer), &sweep->stretch.portals,
                           &sweep->stretch.inquiries);
    return r < 0 ? r : writer_run(sweep->options.writer, take_inquiries, sweep);
}

/* --- commit ------------------------------------------------------------------------------- */

/* Nothing is dropped: what can't be judged waits for a person. */
static bool bury(void *self, struct batch *batch, struct batch_row *row)
{
    struct sweep *sweep = self;
    if (row->status == EKC__V1__VERDICT_STATUS__VERDICT_STATUS_DEAD)
        return false;
    int r = judge_dead(sweep->arena, batch, row);
    return r < 0 ? ekc_fail(r, "cannot make a verdict dead") == 0 : true;
}

/* The cursor moves with the whole batch alone. One that had to be cut leaves it where it is:
 * the next round finds all verdicts there. */
static int commit_next(struct sweep *sweep)
{
    const struct stretch *stretch = &sweep->stretch;
    const struct batch *batch = sweep->batch;
    bool is_whole = batch->from == 0 && batch->to == batch->count;
    int r = 0;
    if (is_whole)
        r = store_move(writer_db(sweep->options.writer), stretch->lane, stretch->from,
                       stretch->to);
    return r < 0 ? r : commit_run(&sweep->commit);
}

/* Whatever failed, another round begins with what the log and the cursor say then. */
static bool is_round_over(struct sweep *sweep)
{
    if (sweep->step != STEP_COMMIT || sweep->commit.is_running)
        return false;
    if (sweep->commit.is_settled)
        end_round(sweep, STEP_LOOK);
    else if (sweep->commit.r < 0)
        end_round(sweep, STEP_REST);
    return sweep->step != STEP_COMMIT;
}

/* --- the round ---------------------------------------------------------------------------- */

static void go_on(void *self)
{
    static int (*const steps[])(struct sweep *) = {
        [STEP_LOOK] = look,
        [STEP_READ] = read_inquiries,
        [STEP_COMMIT] = commit_next,
    };
    struct sweep *sweep = self;
    (void)is_round_over(sweep);
    bool is_free = !sweep->is_running && !sweep->commit.is_running && !sweep->is_leaving;
    if (!is_free || sweep->step == STEP_REST || !refresh_model(sweep->options.refresh) ||
        !writer_can_write(sweep->options.writer))
        return;

    int r = steps[sweep->step](sweep);
    sweep->is_running = r == 0 && sweep->step != STEP_COMMIT;
    (void)has_failed(sweep, r, "ask the database");
}

static void wake(void *self)
{
    struct sweep *sweep = self;
    if (sweep->step == STEP_REST)
        sweep->step = STEP_LOOK;
}

int sweep_open(struct sweep **ret_sweep, const struct sweep_options *options)
{
    EKC_CLEANUP(sweep_close) struct sweep *sweep = calloc(1, sizeof *sweep);
    if (!sweep)
        return -ENOMEM;

    sweep->options = *options;
    sweep->after_ms = ekc_setting_number("EKC_SWEEP_AFTER_MS");
    stretch_init(&sweep->stretch);
    commit_init(&sweep->commit, &(struct commit_options){ .writer = options->writer,
                                                          .feed = options->feed,
                                                          .counts = options->counts,
                                                          .path = PATH_SWEEP,
                                                          .mend = bury,
                                                          .self = sweep });
    int r = ekc_arena_new(&sweep->arena, ARENA_SIZE);
    r = r < 0 ? r : ekc_loop_every(options->loop, PERIOD_MS, wake, sweep);
    r = r < 0 ? r : ekc_loop_after_turn(options->loop, go_on, sweep);
    if (r < 0)
        return r;

    *ret_sweep = sweep;
    sweep = NULL;
    return 0;
}

void sweep_close(struct sweep **sweep)
{
    if (!*sweep)
        return;
    batch_free(&(*sweep)->batch);
    stretch_done(&(*sweep)->stretch);
    commit_done(&(*sweep)->commit);
    judge_done(&(*sweep)->judge);
    ekc_arena_free(&(*sweep)->arena);
    free(*sweep);
    *sweep = NULL;
}

void sweep_leave(struct sweep *sweep)
{
    sweep->is_leaving = true;
}
