/* handler.c - see handler.h. */
#include "handler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/fault.h"
#include "ekc/log.h"
#include "ekc/peer.h"
#include "ekc/settings.h"
#include "judge.h"
#include "pick.h"
#include "suspect.h"

enum {
    ARENA_SIZE = 16 << 20,  /* a frame of the smallest items takes a dozen times its size */
    CREDIT_BYTES = 4 << 20, /* of an intake's work; a worker is to stay small */
    QUIET_MS = 200,         /* after Bye: no more is on its way */
};

struct handler {
    struct handler_options options;
    ekc_peers *peers;
    ekc_arena *arena;
    struct judge judge;
    struct commit commit;
    struct suspects suspects;
    struct batch *first, *last; /* a queue; the first may be with commit, the last is open */
    size_t batch_items, batch_bytes;
    int64_t heard_ms;  /* when work came, or Bye was said */
    uint64_t progress; /* items committed */
    uint64_t waiting;
    bool is_leaving;
    int fault;
};

/* --- work in ------------------------------------------------------------------------------ */

static bool is_open(const struct handler *handler, const struct model *model)
{
    const struct batch *last = handler->last;
    return last && last != handler->commit.batch && !last->is_alone &&
           last->count < handler->batch_items && last->text.len < handler->batch_bytes &&
           strcmp(last->model, model->name) == 0;
}

/* The batch that takes verdicts now. A delivery is never split: once its batch is committed, it
 * is done. */
static struct batch *open_batch(struct handler *handler, const struct model *model,
                                bool is_alone)
{
    struct batch *batch = NULL;
    if (!is_alone && is_open(handler, model))
        return handler->last;
    if (batch_new(&batch, model->name) < 0)
        return NULL;

    batch->is_alone = is_alone;
    if (handler->last)
        handler->last->next = batch;
    else
        handler->first = batch;
    handler->last = batch;
    return batch;
}

static int judge_all(struct handler *handler, const Ekc__V1__WorkBatch *work,
                     const struct model *model, uint32_t attempts, struct batch *batch)
{
    int64_t now_us = ekc_now_us();
    int r = 0;
    for (size_t i = 0; i < work->n_items && r == 0; i++)
        r = attempts >= PICK_DEAD_FROM
                ? judge_unread(work->items[i], now_us, batch)
                : judge_item(&handler->judge, model, work->items[i], now_us, batch);
    return r;
}

static int judge_delivery(struct handler *handler, uint64_t peer, uint64_t delivery,
                          struct ekc_bytes bytes, uint32_t attempts)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(handler->arena);
    int r = ekc_wire_unpack(handler->arena, &ekc__v1__work_batch__descriptor, bytes, &message);
    if (r < 0)
        return r;

    const struct model *model = refresh_model(handler->options.refresh);
    struct batch *batch = open_batch(handler, model, attempts >= PICK_ALONE_FROM);
    if (!batch)
        return -ENOMEM;

    r = judge_all(handler, (const Ekc__V1__WorkBatch *)message, model, attempts, batch);
    return r < 0 ? r : batch_add_delivery(batch, peer, delivery);
}

static int take_work(struct handler *handler, uint64_t peer, const Ekc__V1__Work *work)
{
    bool is_suspect = work->attempts >= PICK_ALONE_FROM && work->attempts < PICK_DEAD_FROM;
    if (is_suspect)
        return suspects_add(&handler->suspects, peer, work);
    return judge_delivery(handler, peer, work->delivery_id,
                          (struct ekc_bytes){ work->batch.data, work->batch.len },
                          work->attempts);
}

/* What cannot be taken goes to another; else intake would wait for its deadline. */
static void give_back(struct handler *handler, uint64_t peer, uint64_t delivery)
{
    Ekc__V1__Release release = EKC__V1__RELEASE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    release.delivery_id = delivery;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_RELEASE;
    envelope.release = &release;
    (void)!ekc_peers_send(handler->peers, peer, &envelope);
}

static void hear(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope)
{
    struct handler *handler = self;
    if (envelope->body_case != EKC__V1__ENVELOPE__BODY_WORK)
        return;
    handler->heard_ms = ekc_tick_ms();
    int r = take_work(handler, peer, envelope->work);
    if (r == 0)
        return;
    (void)ekc_fail(r, "cannot take delivery %llu",
                   (unsigned long long)envelope->work->delivery_id);
    give_back(handler, peer, envelope->work->delivery_id);
}

/* Its attempt has been written down. */
static void judge_suspect(struct handler *handler)
{
    const struct suspect *first = &handler->suspects.waiting[0];
    int r = judge_delivery(handler, first->peer, first->delivery,
                           (struct ekc_bytes){ first->work.data, first->work.len },
                           PICK_ALONE_FROM);
    if (r < 0)
        give_back(handler, first->peer, first->delivery);
    suspects_drop(&handler->suspects);
}

/* --- verdicts out ------------------------------------------------------------------------- */

/* An intake that misses it delivers again after its deadline: that makes no second verdict. */
static void say_done(struct handler *handler, const struct batch_delivery *delivery)
{
    Ekc__V1__Done done = EKC__V1__DONE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    done.delivery_id = delivery->id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_DONE;
    envelope.done = &done;
    int r = ekc_peers_send(handler->peers, delivery->peer, &envelope);
    if (r < 0 && r != -EHOSTUNREACH && r != -EAGAIN)
        (void)ekc_fail(r, "cannot say that a delivery is done");
}

static void finish_first(struct handler *handler)
{
    struct batch *batch = handler->first;
    EKC_FAULT("before_done");
    for (size_t i = 0; i < batch->delivery_count; i++)
        say_done(handler, &batch->deliveries[i]);
    EKC_FAULT("after_done");
    handler->progress += batch->count;
    handler->first = batch->next;
    if (!handler->first)
        handler->last = NULL;
    commit_forget(&handler->commit);
    batch_free(&batch);
}

static void begin_first(struct handler *handler)
{
    batch_seal(handler->first);
    commit_begin(&handler->commit, handler->first);
}

static void meet_intakes(struct handler *handler)
{
    handler->heard_ms = ekc_tick_ms();
    int r = ekc_peers_open(&handler->peers, handler->options.loop, handler->options.bus,
                           &(struct ekc_peers_options){
                               .setting = "EKC_WORK",
                               .role = EKC__V1__ROLE__ROLE_CLASSIFIER,
                               .expects = 1U << EKC__V1__ROLE__ROLE_INTAKE,
                               .credit = (uint32_t)ekc_setting_number("EKC_CREDIT_ITEMS"),
                               .credit_bytes = CREDIT_BYTES,
                               .progress = &handler->progress,
                               .waiting = &handler->waiting,
                               .on_message = hear,
                               .self = handler,
                           });
    if (r == 0)
        return;
    handler->fault = ekc_fail(r, "cannot meet the intakes");
    ekc_loop_stop(handler->options.loop);
}

static void measure(struct handler *handler)
{
    struct counts *counts = handler->options.counts;
    counts->peers_alive = handler->peers ? (double)ekc_peers_alive(handler->peers) : 0;
    counts->open_items = 0;
    for (const struct batch *batch = handler->first; batch; batch = batch->next)
        counts->open_items += (double)batch->count;
    handler->waiting = (uint64_t)counts->open_items + handler->suspects.count;
}

static bool has_suspect(const struct handler *handler)
{
    const struct batch *batch = handler->first;
    while (batch && !batch->is_alone)
        batch = batch->next;
    return batch;
}

/* One after the other is committed: a suspect that is poison takes no other with it. */
static void write_suspect(struct handler *handler)
{
    if (!suspects_are_due(&handler->suspects) || has_suspect(handler) ||
        !writer_can_write(handler->options.writer))
        return;
    int r = suspects_write(&handler->suspects, handler->options.writer, handler->arena);
    if (r < 0)
        (void)ekc_fail(r, "cannot write an attempt down");
}

static void go_on(void *self)
{
    struct handler *handler = self;
    if (!handler->peers && !handler->is_leaving && refresh_model(handler->options.refresh))
        meet_intakes(handler);
    if (handler->commit.batch && handler->commit.is_settled)
        finish_first(handler);
    if (handler->suspects.is_written)
        judge_suspect(handler);
    if (!handler->commit.batch && handler->first)
        begin_first(handler);
    measure(handler);
    write_suspect(handler);
    if (!commit_is_open(&handler->commit) || !writer_can_write(handler->options.writer))
        return;

    int r = commit_run(&handler->commit);
    if (r < 0)
        (void)ekc_fail(r, "cannot send a batch to the database");
}

/* --- the door ----------------------------------------------------------------------------- */

int handler_open(struct handler **ret_handler, const struct handler_options *options)
{
    EKC_CLEANUP(handler_close) struct handler *handler = calloc(1, sizeof *handler);
    if (!handler)
        return -ENOMEM;

    handler->options = *options;
    handler->batch_items = (size_t)ekc_setting_number("EKC_BATCH_ITEMS");
    handler->batch_bytes = (size_t)ekc_setting_number("EKC_BATCH_BYTES");
    handler->heard_ms = ekc_tick_ms();
    commit_init(&handler->commit, &(struct commit_options){ .writer = options->writer,
                                                            .feed = options->feed,
                                                            .counts = options->counts,
                                                            .path = PATH_WIRE });
    int r = ekc_arena_new(&handler->arena, ARENA_SIZE);
    r = r < 0 ? r : ekc_loop_after_turn(options->loop, go_on, handler);
    if (r < 0)
        return r;

    *ret_handler = handler;
    handler = NULL;
    return 0;
}

void handler_close(struct handler **handler)
{
    if (!*handler)
        return;
    ekc_peers_close(&(*handler)->peers);
    while ((*handler)->first) {
        struct batch *batch = (*handler)->first;
        (*handler)->first = batch->next;
        batch_free(&batch);
    }
    suspects_done(&(*handler)->suspects);
    commit_done(&(*handler)->commit);
    judge_done(&(*handler)->judge);
    ekc_arena_free(&(*handler)->arena);
    free(*handler);
    *handler = NULL;
}

void handler_leave(struct handler *handler)
{
    handler->is_leaving = true;
    handler->heard_ms = ekc_tick_ms();
    if (handler->peers)
        ekc_peers_bye(handler->peers);
}

bool handler_has_left(const struct handler *handler)
{
    bool is_quiet = !handler->peers || ekc_tick_ms() - handler->heard_ms >= QUIET_MS;
    return handler->is_leaving && !handler->first && !handler->suspects.count && is_quiet;
}

int handler_fault(const struct handler *handler)
{
    return handler->fault;
}
