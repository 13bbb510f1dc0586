/* work.c - the end where classifiers ask for work, and what they say there. */
#include "intake/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "ekc/fault.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "intake/dispatch.h"

enum {
    TICK_MS = 200,
    SILENCE_MS = 5000,
    DRAIN_MS = 5000, /* for what is out when this intake is to stop */
    WINDOW_BYTES = 8 << 20,
    PARCEL_ITEMS = 256,
    PARCEL_BYTES = 128 << 10,
    WORK_ARENA = 4 << 20,
};

/* --- what is said to a worker ------------------------------------------------------------- */

void work_say_bye(struct intake *intake)
{
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (intake->workers.places[i].key)
            ekc_say_bye(intake->work_end, &intake->workers.places[i].route);
}

/* --- what a worker says ------------------------------------------------------------------- */

/* The one who says Hello: new, known, or known by another way. */
static struct worker *meet(struct intake *intake, const struct ekc_route *route, uint64_t key)
{
    struct worker *worker = workers_by_key(&intake->workers, key);
    if (!worker)
        return workers_admit(&intake->workers, key, route);
    if (ekc_route_equal(&worker->route, route))
        return worker;
    dispatch_moved(intake->dispatch, key);
    worker->route = *route;
    return worker;
}

static void take_hello(struct intake *intake, const struct ekc_route *route,
                       const Ekc__V1__Hello *hello)
{
    if (hello->role != EKC__V1__ROLE__ROLE_CLASSIFIER || !hello->incarnation)
        return;
    struct worker *worker = meet(intake, route, hello->incarnation);
    if (!worker)
        return;
    int r = dispatch_hello(intake->dispatch,
                           &(struct dispatch_worker){ .key = worker->key,
                                                      .credit = hello->credit,
                                                      .credit_bytes = hello->credit_bytes },
                           ekc_tick_ms());
    if (r == 0)
        ekc_say_welcome(intake->work_end, route, EKC__V1__ROLE__ROLE_INTAKE);
}

/* Whoever is not known must say Hello again: this intake may be another than it was. */
static void take_ping(struct intake *intake, const struct worker *worker,
                      const struct ekc_route *route, const Ekc__V1__Ping *ping)
{
    if (!worker ||
        !dispatch_ping(intake->dispatch, worker->key, ping->waiting, ekc_tick_ms())) {
        ekc_say_bye(intake->work_end, route);
        return;
    }
    (void)!ekc_say_pong(intake->work_end, route, ping->progress);
}

static void hear(struct intake *intake, const struct ekc_route *route,
                 const Ekc__V1__Envelope *envelope)
{
    const struct worker *worker = workers_by_route(&intake->workers, route);
    uint64_t key = worker ? worker->key : 0;
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_HELLO:
        take_hello(intake, route, envelope->hello);
        return;
    case EKC__V1__ENVELOPE__BODY_PING:
        take_ping(intake, worker, route, envelope->ping);
        return;
    case EKC__V1__ENVELOPE__BODY_DONE:
        (void)dispatch_done(intake->dispatch, key, envelope->done->delivery_id);
        return;
    case EKC__V1__ENVELOPE__BODY_RELEASE:
        dispatch_release(intake->dispatch, key, envelope->release->delivery_id);
        return;
    case EKC__V1__ENVELOPE__BODY_BYE:
        dispatch_bye(intake->dispatch, key);
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

/* --- work out ----------------------------------------------------------------------------- */

static int send_parcel(struct intake *intake, const struct dispatch_parcel *parcel)
{
    const struct worker *to = workers_by_key(&intake->workers, parcel->key);
    if (!to)
        return -EHOSTUNREACH;

    Ekc__V1__Work work = EKC__V1__WORK__INIT;
    work.delivery_id = parcel->delivery_id;
    work.count = parcel->count;
    work.attempts = parcel->attempts;
    work.batch = (ProtobufCBinaryData){ parcel->bytes.len, (uint8_t *)parcel->bytes.data };
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WORK;
    envelope.work = &work;
    int r = ekc_post(intake->work_end, &to->route, &envelope);
    if (r == 0)
        EKC_FAULT("after_work_sent");
    return r;
}

static void send_work(void *self)
{
    struct intake *intake = self;
    struct dispatch_parcel parcel;
    while (dispatch_next(intake->dispatch, ekc_tick_ms(), &parcel))
        if (send_parcel(intake, &parcel) < 0)
            dispatch_unreachable(intake->dispatch, parcel.key, parcel.delivery_id,
                                 ekc_tick_ms());
    intake->counters.window_items = (double)dispatch_held(intake->dispatch);
    intake->counters.workers = (double)dispatch_workers(intake->dispatch);
    intake->counters.redeliveries = (double)dispatch_redeliveries(intake->dispatch);
}

/* A connection that has closed is noticed only by whoever sends. */
static void knock(struct intake *intake, int64_t now)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        const struct worker *worker = &intake->workers.places[i];
        if (worker->key && ekc_say_pong(intake->work_end, &worker->route, 0) == -EHOSTUNREACH)
            dispatch_unreachable(intake->dispatch, worker->key, 0, now);
    }
}

static void forget_dead(struct intake *intake)
{
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (!dispatch_knows(intake->dispatch, intake->workers.places[i].key))
            intake->workers.places[i].key = 0;
}

static void tick(void *self)
{
    struct intake *intake = self;
    int64_t now = ekc_tick_ms();
    knock(intake, now);
    dispatch_tick(intake->dispatch, now);
    forget_dead(intake);
}

bool work_has_ended(struct intake *intake)
{
    dispatch_close(intake->dispatch);
    return dispatch_out(intake->dispatch) == 0 ||
           ekc_tick_ms() - intake->draining_since_ms > DRAIN_MS;
}

/* --- the door ----------------------------------------------------------------------------- */

/* Deliveries are numbered from a random place: an answer to one of another process, that came
 * by the same address before, fits none of ours. */
static uint64_t random_start(void)
{
    uint32_t start = 0;
    (void)!getrandom(&start, sizeof start, 0);
    return (uint64_t)start << 31;
}

static int open_dispatch(struct intake *intake)
{
    intake->window_items = (size_t)ekc_setting_number("EKC_WINDOW_ITEMS");
    intake->key_portals.type = intake->death_portals.type = EKC_INT4;
    intake->key_ids.type = intake->death_ids.type = EKC_INT8;
    return dispatch_new(&intake->dispatch,
                        &(struct dispatch_options){
                            .max_items = intake->window_items,
                            .max_bytes = WINDOW_BYTES,
                            .parcel_items = PARCEL_ITEMS,
                            .parcel_bytes = PARCEL_BYTES,
                            .deadline_ms = ekc_setting_number("EKC_DELIVERY_DEADLINE_MS"),
                            .silence_ms = SILENCE_MS,
                            .last_delivery = random_start(),
                        });
}

int work_open(struct intake *intake)
{
    int r = open_dispatch(intake);
    if (r == 0)
        r = ekc_arena_new(&intake->work_arena, WORK_ARENA);
    if (r < 0)
        return ekc_fail(r, "cannot share work out");

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
    ekc_array_done(&intake->key_portals);
    ekc_array_done(&intake->key_ids);
    ekc_array_done(&intake->death_portals);
    ekc_array_done(&intake->death_ids);
}
