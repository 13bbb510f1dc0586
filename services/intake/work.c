/* work.c - the end where classifiers ask for work, and what was just committed offered there.
 */
#include "intake/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "intake/dispatch.h"
#include "intake/events.h"

enum {
    TICK_MS = 200,
    SILENCE_MS = 5000,
    FORGET_MS = 10000, /* the way to a silent worker; longer than dispatch waits for it */
    WINDOW_BYTES = 8 << 20,
    PARCEL_ITEMS = 256,
    PARCEL_BYTES = 128 << 10,
    REFILL_ARENA = 4 << 20,
};

static struct worker *find(struct intake *intake, const struct ekc_route *route)
{
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (intake->workers[i].key && ekc_route_equal(&intake->workers[i].route, route))
            return &intake->workers[i];
    return NULL;
}

static struct worker *admit(struct intake *intake, const struct ekc_route *route)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        struct worker *worker = &intake->workers[i];
        if (worker->key)
            continue;
        *worker = (struct worker){ .key = ++intake->last_worker_key, .route = *route };
        return worker;
    }
    ekc_warn("more than %d classifiers: one is not served", WORKERS_MAX);
    return NULL;
}

static void say_welcome(struct intake *intake, const struct ekc_route *route)
{
    Ekc__V1__Welcome welcome = EKC__V1__WELCOME__INIT;
    welcome.role = EKC__V1__ROLE__ROLE_INTAKE;
    welcome.worker_id = (char *)ekc_self_id();
    welcome.incarnation = ekc_self_incarnation();
    welcome.version = EKC_VERSION;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WELCOME;
    envelope.welcome = &welcome;
    ekc_tell(intake->work_end, route, &envelope);
}

static void hello(struct intake *intake, const struct ekc_route *route,
                  const Ekc__V1__Hello *said)
{
    struct worker *worker = find(intake, route);
    if (!worker)
        worker = admit(intake, route);
    if (!worker)
        return;
    worker->heard_ms = ekc_tick_ms();
    int r = dispatch_hello(intake->dispatch,
                           &(struct dispatch_worker){ .key = worker->key,
                                                      .incarnation = said->incarnation,
                                                      .credit = said->credit },
                           worker->heard_ms);
    if (r == 0)
        say_welcome(intake, route);
}

static void hear(struct intake *intake, const struct ekc_route *route,
                 const Ekc__V1__Envelope *envelope)
{
    const struct worker *worker = find(intake, route);
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_HELLO:
        hello(intake, route, envelope->hello);
        return;
    case EKC__V1__ENVELOPE__BODY_DONE:
        if (worker)
            (void)dispatch_done(intake->dispatch, worker->key, envelope->done->delivery_id);
        return;
    case EKC__V1__ENVELOPE__BODY_BYE:
        if (worker)
            dispatch_bye(intake->dispatch, worker->key);
        return;
    default: /* nothing else is said here; an open enum needs no case for it */
        return;
    }
}

static void receive(void *self)
{
    struct intake *intake = self;
    struct ekc_letter letter;
    for (int budget = 256; budget > 0 && ekc_end_receive(intake->work_end, &letter) > 0;
         budget--) {
        bool is_ours =
            ekc_bus_is_plain(intake->bus) || strncmp(letter.identity, "service:", 8) == 0;
        Ekc__V1__Envelope *envelope = NULL;
        ekc_arena_reset(intake->work_arena);
        if (is_ours && letter.payload_frames == 1 &&
            ekc_wire_read(intake->work_arena, letter.payload, &envelope) == 0)
            hear(intake, &letter.route, envelope);
    }
}

static bool send_parcel(struct intake *intake, const struct dispatch_parcel *parcel)
{
    const struct worker *to = NULL;
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (intake->workers[i].key == parcel->key)
            to = &intake->workers[i];
    if (!to)
        return false;

    Ekc__V1__Work work = EKC__V1__WORK__INIT;
    work.delivery_id = parcel->delivery_id;
    work.count = parcel->count;
    work.batch = (ProtobufCBinaryData){ parcel->bytes.len, (uint8_t *)parcel->bytes.data };
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WORK;
    envelope.work = &work;
    return ekc_post(intake->work_end, &to->route, &envelope) == 0;
}

/* A worker that cannot be reached gives back what it holds. */
static void send_work(void *self)
{
    struct intake *intake = self;
    struct dispatch_parcel parcel;
    while (dispatch_next(intake->dispatch, ekc_tick_ms(), &parcel))
        if (!send_parcel(intake, &parcel))
            dispatch_gone(intake->dispatch, parcel.key);
    intake->counters.window_items = (double)dispatch_held(intake->dispatch);
    intake->counters.workers = (double)dispatch_workers(intake->dispatch);
}

static void tick(void *self)
{
    struct intake *intake = self;
    int64_t now = ekc_tick_ms();
    intake->counters.redeliveries += (double)dispatch_tick(intake->dispatch, now);
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (intake->workers[i].key && now - intake->workers[i].heard_ms > FORGET_MS)
            intake->workers[i].key = 0;
}

/* --- offering ----------------------------------------------------------------------------- */

/* What an item takes beside its texts, at most. */
enum { ITEM_FRAME = 256 };

static bool has_room(const struct intake *intake, const struct batch *batch, size_t from,
                     size_t to)
{
    size_t count = 0, bytes = 0;
    for (size_t i = from; i < to; i++) {
        const struct item *item = &batch->items[i];
        if (item->state != ITEM_STORED)
            continue;
        count++;
        bytes += ITEM_FRAME + strlen(item->inquiry.text) + strlen(item->inquiry.subject);
    }
    return count <= dispatch_room(intake->dispatch) &&
           bytes <= dispatch_room_bytes(intake->dispatch);
}

/* All or none, so that what the log is read again for was offered to nobody. */
int work_offer(struct intake *intake, const struct batch *batch, size_t from, size_t to)
{
    if (!has_room(intake, batch, from, to))
        return -ENOSPC;

    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer buffer = { 0 };
    for (size_t i = from; i < to; i++) {
        if (batch->items[i].state != ITEM_STORED)
            continue;
        buffer.len = 0;
        int r = events_write_work(&buffer, &batch->items[i]);
        if (r == 0)
            r = dispatch_offer(intake->dispatch, (struct ekc_bytes){ buffer.data, buffer.len });
        if (r < 0)
            return r;
    }
    return 0;
}

int work_open(struct intake *intake)
{
    intake->window_items = (size_t)ekc_setting_number("EKC_WINDOW_ITEMS");
    intake->refill_portals.type = EKC_INT4;
    intake->refill_ids.type = EKC_INT8;
    int r = ekc_arena_new(&intake->work_arena, REFILL_ARENA);
    if (r < 0)
        return r;

    r = dispatch_new(&intake->dispatch,
                     &(struct dispatch_options){
                         .max_items = intake->window_items,
                         .max_bytes = WINDOW_BYTES,
                         .parcel_items = PARCEL_ITEMS,
                         .parcel_bytes = PARCEL_BYTES,
                         .deadline_ms = ekc_setting_number("EKC_DELIVERY_DEADLINE_MS"),
                         .silence_ms = SILENCE_MS,
                     });
    if (r < 0)
        return r;

    const char *address = ekc_setting("EKC_INTAKE_WORK_BIND");
    r = ekc_end_bind(intake->bus, address, &intake->work_end);
    if (r < 0)
        return ekc_fail(r, "cannot bind EKC_INTAKE_WORK_BIND=%s", address);

    r = ekc_loop_end(intake->loop, intake->work_end, receive, intake);
    if (r == 0)
        r = ekc_loop_every(intake->loop, TICK_MS, tick, intake);
    return r < 0 ? r : ekc_loop_after_turn(intake->loop, send_work, intake);
}

void work_close(struct intake *intake)
{
    dispatch_free(&intake->dispatch);
    ekc_end_close(&intake->work_end);
    ekc_arena_free(&intake->work_arena);
    ekc_array_done(&intake->refill_portals);
    ekc_array_done(&intake->refill_ids);
}
