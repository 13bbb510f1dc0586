/* classifier.c - what classifiers and intakes say to each other, around the real batch; in the
 * order of services/classifier/handler.c. */
#include "simulation/classifier.h"

#include <stdlib.h>

enum { RELEASED_PERCENT = 2, QUIET_MS = 100 };

void classifier_start(struct world *world, int i)
{
    struct classifier *classifier = calloc(1, sizeof *classifier);
    if (!classifier)
        abort();
    classifier->worker = INTAKES + i;
    classifier->key = world->lives[INTAKES + i].key;
    classifier->credit = 1 + random_below(&world->random, 12);
    /* A credit that needs more commits than a deadline has room for would be sent again and
     * again, for ever: settings must not allow it. */
    classifier->batch_items = 6 + random_below(&world->random, 8);
    for (int p = 0; p < INTAKES; p++)
        classifier->peers[p].route = ++world->last_route;
    world->classifiers[i] = classifier;
}

void classifier_end(struct world *world, int i)
{
    struct classifier *classifier = world->classifiers[i];
    if (!classifier)
        return;
    while (classifier->first) {
        struct batch *batch = classifier->first;
        classifier->first = batch->next;
        batch_free(&batch);
    }
    batch_free(&classifier->sweep.batch);
    free(classifier);
    world->classifiers[i] = NULL;
}

/* --- work in ---------------------------------------------------------------------------- */

/* False: the worker is dead. */
static bool hear(struct world *world, struct classifier *classifier,
                 const struct letter *letter)
{
    struct peer *peer = &classifier->peers[letter->from % INTAKES];
    if (letter->route != peer->route)
        return true;
    peer->heard_ms = world->now_ms;
    if (letter->kind == LETTER_WELCOME)
        peer->is_welcome = true;
    if (letter->kind == LETTER_BYE)
        peer->is_welcome = false; /* it does not know us */
    if (letter->kind != LETTER_WORK)
        return true;
    classifier->heard_ms = world->now_ms;
    if (!random_hit(&world->random, RELEASED_PERCENT))
        return classifier_take(world, classifier, letter);
    classifier_say(world, classifier, letter->from, LETTER_RELEASE, letter->delivery);
    return true;
}

/* --- verdicts out ------------------------------------------------------------------------- */

static void finish_first(struct world *world, struct classifier *classifier)
{
    struct batch *batch = classifier->first;
    for (size_t i = 0; i < batch->delivery_count; i++)
        classifier_say(world, classifier, (int)batch->deliveries[i].peer, LETTER_DONE,
                       batch->deliveries[i].id);
    classifier->progress += batch->count;
    classifier->first = batch->next;
    if (!classifier->first)
        classifier->last = NULL;
    classifier->commit.batch = NULL;
    batch_free(&batch);
}

/* A suspect is judged, and its verdict not yet committed: another could take it along. */
static bool has_alone(const struct classifier *classifier)
{
    const struct batch *batch = classifier->first;
    while (batch && !batch->is_alone)
        batch = batch->next;
    return batch;
}

/* False: the worker is dead. */
static bool go_on(struct world *world, struct classifier *classifier)
{
    struct commit *commit = &classifier->commit;
    struct suspects *suspects = &classifier->suspects;
    if (commit->batch && commit->is_settled)
        finish_first(world, classifier);
    if (suspects->is_written && !classifier_judge_suspect(world, classifier))
        return false;
    if (!commit->batch && classifier->first) {
        batch_seal(classifier->first);
        commit_begin(commit, classifier->first);
    }
    if (!writer_step(world, &classifier->writer))
        return true;
    if (suspects->count && !suspects->is_written && !has_alone(classifier))
        net_call(world, &classifier->writer.call, CALL_ATTEMPT);
    else if (commit->batch)
        net_call(world, &classifier->writer.call, CALL_COMMIT);
    return true;
}

/* --- the turn ----------------------------------------------------------------------------- */

static void apply(struct world *world, struct classifier *classifier, struct writer *writer)
{
    if (writer->call.what < WRITER_OWN)
        writer_apply(world, writer);
    else if (writer->call.what == CALL_SWEEP)
        sweep_apply(world, classifier);
    else if (writer->call.what == CALL_ATTEMPT)
        store_add_death(world, classifier->suspects.waiting[0].id, classifier->key);
    else
        writer->call.store_r =
            store_judge(world, writer->lane, writer->owner, classifier->commit.batch, 0, NULL,
                        &classifier->commit.rows);
}

/* False: the worker is dead. */
static bool answer(struct world *world, struct classifier *classifier, struct writer *writer)
{
    int what = writer->call.what;
    writer_answer(world, writer);
    if (what == CALL_COMMIT)
        commit_hear(world, &classifier->commit, writer, false);
    if (what == CALL_ATTEMPT)
        classifier->suspects.is_written = writer->call.r == 0;
    return what != CALL_SWEEP || sweep_answer(world, classifier);
}

static bool store_step(struct world *world, struct classifier *classifier,
                       struct writer *writer, bool can_hear)
{
    enum call_step step = net_turn(world, &writer->call, can_hear);
    if (step == CALL_APPLY)
        apply(world, classifier, writer);
    return step != CALL_ANSWER || answer(world, classifier, writer);
}

void classifier_store_turn(struct world *world, int i)
{
    struct classifier *classifier = world->classifiers[i];
    (void)store_step(world, classifier, &classifier->writer, false);
    (void)store_step(world, classifier, &classifier->sweep.writer, false);
}

void classifier_turn(struct world *world, int i)
{
    struct classifier *classifier = world->classifiers[i];
    struct letter letter;
    if (!store_step(world, classifier, &classifier->writer, true) ||
        !store_step(world, classifier, &classifier->sweep.writer, true))
        return;
    while (net_take(world, classifier->worker, &letter))
        if (!hear(world, classifier, &letter))
            return;
    if (!go_on(world, classifier))
        return;
    sweep_go_on(world, classifier);
    if (!classifier->is_leaving)
        classifier_keep_peers(world, classifier);
    else if (!classifier->first && !classifier->suspects.count &&
             world->now_ms - classifier->heard_ms > QUIET_MS)
        world_rest(world, classifier->worker);
}
