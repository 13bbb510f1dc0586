/* intake.c - what intake and classifiers say to each other, around the real dispatch; in the
 * order of services/intake/work.c. */
#include "simulation/intake.h"

#include <stdlib.h>

enum { TICK_MS = 20, OPEN_MAX = 6 };

void intake_start(struct world *world, int i)
{
    struct intake *intake = calloc(1, sizeof *intake);
    if (!intake)
        abort();
    intake->key = world->lives[i].key;
    intake->window = 6 + random_below(&world->random, 15);
    const struct dispatch_options options = {
        .max_items = intake->window,
        .max_bytes = 256 + random_below(&world->random, 1024),
        .parcel_items = 1 + random_below(&world->random, PARCEL),
        .parcel_bytes = 64 + random_below(&world->random, 256),
        .deadline_ms = DEADLINE_MS,
        .silence_ms = SILENCE_MS,
        .absence_ms = ABSENCE_MS,
        .last_delivery = random_next(&world->random) >> 1,
    };
    if (dispatch_new(&intake->dispatch, &options) < 0)
        abort();
    world->intakes[i] = intake;
}

void intake_end(struct world *world, int i)
{
    if (!world->intakes[i])
        return;
    dispatch_free(&world->intakes[i]->dispatch);
    free(world->intakes[i]);
    world->intakes[i] = NULL;
}

void intake_submit(struct world *world, int i, int inquiry)
{
    struct intake *intake = world->intakes[i];
    for (size_t at = 0; at < intake->open_count; at++)
        if (intake->open[at] == inquiry) /* twins in a batch are compared in memory */
            return;
    if (intake->open_count < OPEN_MAX)
        intake->open[intake->open_count++] = (uint8_t)inquiry;
}

size_t intake_window(const struct world *world, int i)
{
    return dispatch_held(world->intakes[i]->dispatch);
}

bool intake_is_quiet(const struct world *world, int i)
{
    const struct intake *intake = world->intakes[i];
    struct dispatch_doubt doubt;
    return !intake->open_count && !intake->sent_count && !intake->refill_seq &&
           !intake->has_keys && !dispatch_doubt(intake->dispatch, &doubt) &&
           dispatch_held(intake->dispatch) == 0;
}

/* --- what a classifier says --------------------------------------------------------------- */

static void tell(struct world *world, int i, const struct letter *to, enum letter_kind kind)
{
    net_post(world, &(struct letter){
                        .kind = kind, .from = (uint8_t)i, .to = to->from, .route = to->route });
}

static void take_hello(struct world *world, int i, const struct letter *hello)
{
    struct intake *intake = world->intakes[i];
    const struct shadow_way *known = shadow_by_key(&intake->shadow, hello->key);
    if (known && known->route != hello->route)
        dispatch_moved(intake->dispatch, hello->key);
    const struct dispatch_worker worker = { .key = hello->key, .credit = hello->credit };
    struct shadow_way *way = shadow_admit(&intake->shadow, hello);
    way->heard_ms = world->now_ms;
    if (dispatch_hello(intake->dispatch, &worker, world->now_ms) == 0)
        tell(world, i, hello, LETTER_WELCOME);
}

static void take_ping(struct world *world, int i, const struct letter *ping,
                      struct shadow_way *way)
{
    struct dispatch *dispatch = world->intakes[i]->dispatch;
    if (!way || !dispatch_ping(dispatch, way->key, ping->waiting, world->now_ms)) {
        tell(world, i, ping, LETTER_BYE);
        return;
    }
    way->heard_ms = world->now_ms;
    way->absent_ms = 0;
    tell(world, i, ping, LETTER_PONG);
}

static void take_done(struct world *world, struct intake *intake, uint64_t key,
                      uint64_t delivery)
{
    size_t count = dispatch_done(intake->dispatch, key, delivery);
    if (count > 0)
        shadow_done(world, &intake->shadow, key, delivery, count);
}

static void hear(struct world *world, int i, const struct letter *letter)
{
    struct intake *intake = world->intakes[i];
    struct shadow_way *way = shadow_by_route(&intake->shadow, letter->route);
    uint64_t key = way ? way->key : 0;
    if (letter->kind == LETTER_HELLO)
        take_hello(world, i, letter);
    else if (letter->kind == LETTER_PING)
        take_ping(world, i, letter, way);
    else if (letter->kind == LETTER_DONE)
        take_done(world, intake, key, letter->delivery);
    else if (letter->kind == LETTER_RELEASE)
        dispatch_release(intake->dispatch, key, letter->delivery);
    else if (letter->kind == LETTER_BYE)
        dispatch_bye(intake->dispatch, key);
    if (letter->kind == LETTER_BYE && way)
        way->is_leaving = true;
}

/* --- work out ----------------------------------------------------------------------------- */

/* An item's first byte says which it is, its second how long it is. */
static uint32_t read_ids(const struct dispatch_parcel *parcel, uint8_t ids[static PARCEL])
{
    const uint8_t *at = parcel->bytes.data, *end = at + parcel->bytes.len;
    uint32_t count = 0;
    for (; at < end; at += at[1])
        if (count++ < PARCEL)
            ids[count - 1] = at[0];
    return count;
}

static bool send_parcel(struct world *world, int i, const struct dispatch_parcel *parcel,
                        const struct shadow_way *way)
{
    struct letter letter = { .kind = LETTER_WORK,
                             .from = (uint8_t)i,
                             .to = way->worker,
                             .route = way->route,
                             .delivery = parcel->delivery_id,
                             .count = parcel->count,
                             .attempts = parcel->attempts };
    (void)read_ids(parcel, letter.ids);
    bool is_open = classifier_has_route(world, way->worker - INTAKES, i, way->route);
    if (!is_open && random_hit(&world->random, 50))
        return false; /* that it is closed has been noticed */
    net_post(world, &letter);
    return true;
}

static void send_work(struct world *world, int i)
{
    struct intake *intake = world->intakes[i];
    struct dispatch_parcel parcel;
    while (dispatch_next(intake->dispatch, world->now_ms, &parcel)) {
        uint8_t ids[PARCEL] = { 0 };
        uint32_t count = read_ids(&parcel, ids);
        world_promise(world, count == parcel.count, "a parcel has the items that it says");
        shadow_send(world, &intake->shadow, intake->dispatch, &parcel, ids);
        struct shadow_way *way = shadow_by_key(&intake->shadow, parcel.key);
        if (way && send_parcel(world, i, &parcel, way))
            continue;
        if (way && !way->absent_ms)
            way->absent_ms = world->now_ms;
        dispatch_unreachable(intake->dispatch, parcel.key, parcel.delivery_id, world->now_ms);
    }
}

static void tick(struct world *world, struct intake *intake)
{
    if (world->now_ms - intake->ticked_ms < TICK_MS)
        return;
    intake->ticked_ms = world->now_ms;
    dispatch_tick(intake->dispatch, world->now_ms);
    shadow_tick(world, &intake->shadow);
}

/* --- the turn ----------------------------------------------------------------------------- */

void intake_store_turn(struct world *world, int i)
{
    intake_write_step(world, world->intakes[i], false);
    intake_read_step(world, world->intakes[i], false);
}

void intake_turn(struct world *world, int i)
{
    struct intake *intake = world->intakes[i];
    struct letter letter;
    intake_write_step(world, intake, true);
    intake_read_step(world, intake, true);
    while (net_take(world, i, &letter))
        hear(world, i, &letter);
    tick(world, intake);
    send_work(world, i);
    intake_write_ask(world, intake);
    intake_read_ask(world, intake);
    world_promise(world, dispatch_held(intake->dispatch) == intake->shadow.held,
                  "the window holds what was offered and is not finished");
}
