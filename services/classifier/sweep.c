/* sweep.c - see sweep.h. One round: look, read, judge, commit; then at once the next, until the
 * log has nothing more that is old enough. */
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "ekc/fault.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "item.h"
#include "judge.h"
#include "pick.h"
#include "stretch.h"

enum { PERIOD_MS = 1000, ARENA_SIZE = 8 << 20 };

enum step {
    STEP_REST,
    STEP_LOOK,
    STEP_OPEN,
    STEP_HOLD,
    STEP_COMMIT,
};

struct sweep {
    struct sweep_options options;
    int64_t after_ms;
    enum step step;
    bool is_running, is_leaving;
    struct stretch stretch;
    bool is_due;              /* what is open in it is to be judged */
    int64_t to;               /* where the cursor goes when the round is over */
    struct ekc_array keys[2]; /* portals and inquiries that are judged in this round */
    bool is_alone, is_dead,
        is_partial; /* of what is open: a suspect, one too many times; not all */
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
    stretch_begin(&sweep->stretch, (int32_t)ekc_result_int(rows, 0, LOOK_LANE),
                  ekc_result_int(rows, 0, LOOK_POS));
    for (int i = 0; i < ekc_result_rows(rows); i++) {
        int r = stretch_add(&sweep->stretch, sweep->arena, ekc_result_int(rows, i, LOOK_SEQ),
                            ekc_result_bytes(rows, i, LOOK_EVENTS));
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
    const ekc_result *rows = reply->results[2];
    if (ekc_result_rows(rows) == 0)
        return;
    sweep->is_due = ekc_result_int(rows, 0, LOOK_IS_DUE);
    if (!has_failed(sweep, collect(sweep, rows), "read the log"))
        sweep->step = STEP_OPEN;
}

static int look(struct sweep *sweep)
{
    int r =
        store_look(writer_db(sweep->options.writer), sweep->after_ms, ekc_self_incarnation());
    return r < 0 ? r : writer_run(sweep->options.writer, take_log, sweep);
}

/* --- what is open in it ------------------------------------------------------------------- */

/* Nothing to judge: the cursor goes where the verdicts are, in an empty batch. */
static int pass_over(struct sweep *sweep, int64_t to)
{
    int r = batch_new(&sweep->batch, "");
    if (r < 0)
        return r;
    sweep->to = to;
    sweep->is_partial = sweep->is_alone = false;
    commit_begin(&sweep->commit, sweep->batch);
    sweep->step = STEP_COMMIT;
    return 0;
}

static int choose(struct sweep *sweep, const ekc_result *open)
{
    size_t count = (size_t)ekc_result_rows(open);
    uint32_t *deaths = calloc(count, sizeof *deaths);
    size_t *chosen = calloc(count, sizeof *chosen);
    ekc_array_clear(&sweep->keys[0]);
    ekc_array_clear(&sweep->keys[1]);
    for (size_t i = 0; deaths && i < count; i++)
        deaths[i] = (uint32_t)ekc_result_int(open, (int)i, 3);
    struct pick pick = { 0 };
    if (deaths && chosen)
        pick = pick_next(deaths, count, chosen);
    for (size_t i = 0; i < pick.count; i++) {
        ekc_array_int(&sweep->keys[0], ekc_result_int(open, (int)chosen[i], 1));
        ekc_array_int(&sweep->keys[1], ekc_result_int(open, (int)chosen[i], 2));
    }
    sweep->is_alone = pick.is_alone;
    sweep->is_dead = pick.is_alone && deaths[chosen[0]] >= PICK_DEAD_FROM;
    sweep->is_partial = pick.count < count;
    sweep->to = sweep->stretch.to;
    sweep->step = STEP_HOLD;
    free(chosen);
    free(deaths);
    return pick.count ? 0 : -ENOMEM;
}

static void take_open(void *self, const struct ekc_reply *reply)
{
    struct sweep *sweep = self;
    sweep->is_running = false;
    if (has_failed(sweep, reply->r, "look for verdicts"))
        return;
    const ekc_result *open = reply->results[1];
    int r = 0;
    if (ekc_result_rows(open) == 0)
        r = pass_over(sweep, sweep->stretch.to);
    else if (!sweep->is_due)
        r = pass_over(sweep, stretch_before(&sweep->stretch, ekc_result_int(open, 0, 0)));
    else
        r = choose(sweep, open);
    (void)has_failed(sweep, r, "choose what to judge");
}

static int ask_open(struct sweep *sweep)
{
    int r =
        store_open(writer_db(sweep->options.writer), sweep->stretch.lane,
                   ekc_self_incarnation(), &sweep->stretch.portals, &sweep->stretch.inquiries);
    return r < 0 ? r : writer_run(sweep->options.writer, take_open, sweep);
}

/* --- hold and judge ----------------------------------------------------------------------- */

static int judge_all(struct sweep *sweep, const ekc_result *rows)
{
    const struct model *model = refresh_model(sweep->options.refresh);
    int64_t now_us = ekc_now_us();
    int r = batch_new(&sweep->batch, model->name);
    for (int i = 0; i < ekc_result_rows(rows) && r == 0; i++) {
        Ekc__V1__WorkItem item;
        item_read(rows, i, &item);
        r = sweep->is_dead ? judge_unread(&item, now_us, sweep->batch)
                           : judge_item(&sweep->judge, model, &item, now_us, sweep->batch);
    }
    return r;
}

static void take_inquiries(void *self, const struct ekc_reply *reply)
{
    struct sweep *sweep = self;
    sweep->is_running = false;
    if (has_failed(sweep, reply->r, "read inquiries") ||
        has_failed(sweep, judge_all(sweep, reply->results[2]), "judge"))
        return;
    batch_seal(sweep->batch);
    commit_begin(&sweep->commit, sweep->batch);
    sweep->step = STEP_COMMIT;
}

static int hold(struct sweep *sweep)
{
    int r = store_hold(writer_db(sweep->options.writer), sweep->stretch.lane,
                       ekc_self_incarnation(), sweep->is_alone && !sweep->is_dead,
                       &sweep->keys[0], &sweep->keys[1]);
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

/* The cursor moves with the last of what is open alone. A round that judged a part leaves it
 * where it is: the next finds those verdicts there. */
static int commit_next(struct sweep *sweep)
{
    const struct batch *batch = sweep->batch;
    bool is_whole = batch->from == 0 && batch->to == batch->count && !sweep->is_partial;
    const struct store_move move = {
        .lane = sweep->stretch.lane,
        .from = sweep->stretch.from,
        .to = sweep->to,
        .is_ours = batch->count > 0 || sweep->to == sweep->stretch.from,
        .rest_ms = sweep->to < sweep->stretch.to ? PERIOD_MS : 0,
    };
    EKC_FAULT("before_cursor");
    int r = is_whole ? store_move(writer_db(sweep->options.writer), &move) : 0;
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
        [STEP_OPEN] = ask_open,
        [STEP_HOLD] = hold,
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
    sweep->keys[0].type = EKC_INT4;
    sweep->keys[1].type = EKC_INT8;
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
    ekc_array_done(&(*sweep)->keys[0]);
    ekc_array_done(&(*sweep)->keys[1]);
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
