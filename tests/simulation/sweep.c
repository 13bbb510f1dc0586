/* sweep.c - the sweep's rounds, around the real pick and batch; in the order of
 * services/classifier/sweep.c. */
#include "classifier/pick.h"
#include "simulation/classifier.h"

#include <stdlib.h>

enum { PERIOD_MS = 100 };

static void end_round(struct sweep *sweep, enum sweep_step next)
{
    batch_free(&sweep->batch);
    sweep->commit.batch = NULL;
    sweep->step = next;
}

/* --- what the store does ------------------------------------------------------------------ */

void sweep_apply(struct world *world, struct classifier *classifier)
{
    struct sweep *sweep = &classifier->sweep;
    struct writer *writer = &sweep->writer;
    int alone = sweep->is_alone ? sweep->stretch.ids[sweep->chosen[0]] : NONE;
    if (sweep->step == SWEEP_LOOK)
        store_look(world, classifier->key, &sweep->stretch);
    else if (sweep->step == SWEEP_OPEN)
        store_open(world, classifier->key, &sweep->stretch, &sweep->open);
    else if (sweep->step == SWEEP_HOLD)
        store_hold(world, classifier->key, sweep->stretch.lane, alone);
    else
        writer->call.store_r =
            store_judge(world, writer->lane, writer->owner, sweep->batch, sweep->stretch.lane,
                        sweep->has_move ? &sweep->move : NULL, &sweep->commit.rows);
}

/* --- what is open ------------------------------------------------------------------------- */

static void new_batch(struct sweep *sweep)
{
    if (batch_new(&sweep->batch, "") < 0)
        abort();
}

static void pass_over(struct sweep *sweep, int64_t to)
{
    new_batch(sweep);
    sweep->to = to;
    sweep->is_partial = sweep->is_alone = false;
    commit_begin(&sweep->commit, sweep->batch);
    sweep->step = SWEEP_COMMIT;
}

static void choose(struct sweep *sweep)
{
    const struct store_open *open = &sweep->open;
    struct pick pick = pick_next(open->deaths, open->count, sweep->chosen);
    sweep->is_alone = pick.is_alone;
    sweep->is_dead = pick.is_alone && open->deaths[sweep->chosen[0]] >= PICK_DEAD_FROM;
    sweep->is_partial = pick.count < open->count;
    sweep->chosen_count = pick.count;
    for (size_t i = 0; i < pick.count; i++)
        sweep->chosen[i] = open->at[sweep->chosen[i]];
    sweep->to = sweep->stretch.to;
    sweep->step = SWEEP_HOLD;
}

static void take_open(struct sweep *sweep)
{
    if (sweep->open.count == 0)
        pass_over(sweep, sweep->stretch.to);
    else if (!sweep->stretch.is_due)
        pass_over(sweep, sweep->stretch.seqs[sweep->open.at[0]] - 1);
    else
        choose(sweep);
}

/* --- judging ------------------------------------------------------------------------------ */

static bool judge(struct world *world, struct classifier *classifier)
{
    struct sweep *sweep = &classifier->sweep;
    bool is_dead = sweep->is_dead;
    new_batch(sweep);
    for (size_t i = 0; i < sweep->chosen_count; i++) {
        int id = sweep->stretch.ids[sweep->chosen[i]];
        if (world->store.inquiries[id].is_judged)
            continue;
        if (!classifier_judge(world, classifier, id, is_dead, sweep->batch))
            return false;
    }
    batch_seal(sweep->batch);
    commit_begin(&sweep->commit, sweep->batch);
    sweep->step = SWEEP_COMMIT;
    return true;
}

bool sweep_answer(struct world *world, struct classifier *classifier)
{
    struct sweep *sweep = &classifier->sweep;
    if (sweep->step == SWEEP_COMMIT) {
        commit_hear(world, &sweep->commit, &sweep->writer, true);
        return true;
    }
    if (sweep->writer.call.r < 0) {
        end_round(sweep, SWEEP_REST);
        return true;
    }
    if (sweep->step == SWEEP_HOLD)
        return judge(world, classifier);
    if (sweep->step == SWEEP_LOOK)
        sweep->step = sweep->stretch.lane ? SWEEP_OPEN : SWEEP_REST;
    else
        take_open(sweep);
    return true;
}

/* --- the round ---------------------------------------------------------------------------- */

/* The cursor moves with the last of what is open alone. */
static void prepare_move(struct sweep *sweep)
{
    const struct batch *batch = sweep->batch;
    sweep->has_move = batch->from == 0 && batch->to == batch->count && !sweep->is_partial;
    sweep->move = (struct store_move){
        .from = sweep->stretch.from,
        .to = sweep->to,
        .is_ours = batch->count > 0 || sweep->to == sweep->stretch.from,
        .rest_ms = sweep->to < sweep->stretch.to ? PERIOD_MS : 0,
    };
}

static void end_commit(struct sweep *sweep)
{
    if (sweep->step != SWEEP_COMMIT || sweep->writer.call.what)
        return;
    if (sweep->commit.is_settled)
        end_round(sweep, SWEEP_LOOK);
    else if (sweep->commit.r < 0)
        end_round(sweep, SWEEP_REST);
}

void sweep_go_on(struct world *world, struct classifier *classifier)
{
    struct sweep *sweep = &classifier->sweep;
    end_commit(sweep);
    if (sweep->step == SWEEP_REST && world->now_ms - sweep->woken_ms >= PERIOD_MS) {
        sweep->woken_ms = world->now_ms;
        sweep->step = SWEEP_LOOK;
    }
    if (classifier->is_leaving || !writer_step(world, &sweep->writer) ||
        sweep->step == SWEEP_REST)
        return;
    if (sweep->step == SWEEP_COMMIT)
        prepare_move(sweep);
    net_call(world, &sweep->writer.call, CALL_SWEEP);
}
