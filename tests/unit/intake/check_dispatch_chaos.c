/* check_dispatch_chaos.c - thousands of random schedules of work, losses and time, each
 * compared step by step with a plain model of what must be where. A failure names its schedule.
 */
#include <errno.h>

#include "intake/dispatch.h"
#include "support/ekc_check.h"

enum { SCHEDULES = 10000, PARTS = 4, STEPS = 120, ITEMS = 400, SENDINGS = 4000, WORKERS = 5 };
enum { DEADLINE = 300, SILENCE = 500, NOWHERE = -1, FINISHED = -2 };

/* As ck_assert, which tells its place to the parent each time: too slow for millions. */
#define must(truth)                                                                            \
    do {                                                                                       \
        if (!(truth))                                                                          \
            ck_abort_msg("schedule %d: %s", schedule, #truth);                                 \
    } while (0)

static int schedule;
static struct worker {
    bool is_known, is_leaving;
    uint64_t incarnation;
    uint32_t credit;
    size_t held;
    int64_t heard_ms;
} workers[WORKERS];

static struct sending {
    uint64_t id;
    size_t worker, count;
    int64_t sent_ms;
    bool is_out;
} sendings[SENDINGS];

static int where[ITEMS]; /* of each item: NOWHERE (waits), FINISHED, or its sending */
static size_t item_count, sending_count, unfinished;
static int64_t now;
static uint64_t seed;
static struct dispatch *d;

static uint64_t chance(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % below;
}

/* --- the model ---------------------------------------------------------------------------- */

static void move(size_t sending, int to)
{
    for (size_t i = 0; i < item_count; i++)
        if (where[i] == (int)sending)
            where[i] = to;
    sendings[sending].is_out = false;
    workers[sendings[sending].worker].held -= sendings[sending].count;
}

static size_t take_back(size_t worker, int64_t before_ms)
{
    size_t count = 0;
    for (size_t i = 0; i < sending_count; i++) {
        bool is_due = sendings[i].is_out && sendings[i].worker == worker;
        if (!is_due || sendings[i].sent_ms >= before_ms)
            continue;
        move(i, NOWHERE);
        count++;
    }
    return count;
}

static size_t lose(size_t worker)
{
    size_t count = take_back(worker, INT64_MAX);
    workers[worker].is_known = false;
    return count;
}

static int oldest_waiting(void)
{
    for (size_t i = 0; i < item_count; i++)
        if (where[i] == NOWHERE)
            return (int)i;
    return NOWHERE;
}

static uint32_t largest_credit(void)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < WORKERS; i++)
        if (workers[i].is_known && !workers[i].is_leaving && workers[i].credit > largest)
            largest = workers[i].credit;
    return largest;
}

/* --- the steps ---------------------------------------------------------------------------- */

static void offer_one(void)
{
    uint8_t item[20] = { (uint8_t)(item_count >> 8), (uint8_t)item_count };
    item[2] = (uint8_t)chance(sizeof item - 3);
    if (item_count == ITEMS)
        return;
    size_t len = 3U + item[2];
    bool has_room = dispatch_room(d) > 0 && dispatch_room_bytes(d) >= len;
    must(dispatch_offer(d, (struct ekc_bytes){ item, len }) == (has_room ? 0 : -ENOSPC));
    if (!has_room)
        return;
    where[item_count++] = NOWHERE;
    unfinished++;
}

static void say_hello(void)
{
    size_t key = chance(WORKERS);
    struct worker *worker = &workers[key];
    bool is_new = !worker->is_known || chance(6) == 0;
    if (is_new) {
        (void)lose(key);
        worker->is_leaving = false;
        worker->incarnation++;
        worker->credit = (uint32_t)chance(12);
    }
    worker->is_known = true;
    worker->heard_ms = now;
    must(dispatch_hello(d,
                        &(struct dispatch_worker){ key, worker->incarnation, worker->credit },
                        now) == 0);
}

static void say_bye(void)
{
    size_t key = chance(WORKERS);
    workers[key].is_leaving = true;
    dispatch_bye(d, key);
}

static void kill_worker(size_t key)
{
    (void)lose(key);
    dispatch_gone(d, key);
}

static void die(void)
{
    kill_worker(chance(WORKERS));
}

/* Marks the items of a parcel; they must have waited, the oldest of all first. */
static void unpack(const struct dispatch_parcel *parcel)
{
    const uint8_t *at = parcel->bytes.data, *last = at + parcel->bytes.len;
    must((at[0] << 8 | at[1]) == oldest_waiting());
    for (uint32_t i = 0; i < parcel->count; i++, at += 3 + at[2]) {
        size_t item = (size_t)(at[0] << 8 | at[1]);
        must(item < item_count);
        must(where[item] == NOWHERE);
        where[item] = (int)sending_count;
    }
    must(at == last);
}

static bool send_one(void)
{
    struct dispatch_parcel parcel;
    if (sending_count == SENDINGS || !dispatch_next(d, now, &parcel))
        return false;

    struct worker *worker = &workers[parcel.key];
    unpack(&parcel);
    must(worker->is_known && !worker->is_leaving && worker->credit > 0);
    bool is_lone = worker->held == 0 && parcel.count > largest_credit();
    must(is_lone || worker->held + parcel.count <= worker->credit);
    worker->held += parcel.count;
    sendings[sending_count++] =
        (struct sending){ parcel.delivery_id, parcel.key, parcel.count, now, true };
    return true;
}

static void send_all(void)
{
    while (send_one())
        continue;
}

/* Done for a sending that is out, is late, or is told by somebody else. */
static void finish(size_t sending, size_t key)
{
    bool is_right = sendings[sending].is_out && sendings[sending].worker == key;
    must(dispatch_done(d, key, sendings[sending].id) ==
         (is_right ? sendings[sending].count : 0));
    if (!is_right)
        return;
    unfinished -= sendings[sending].count;
    move(sending, FINISHED);
}

static void finish_one(void)
{
    if (sending_count == 0)
        return;
    size_t sending = sending_count - 1 - chance(sending_count < 12 ? sending_count : 12);
    finish(sending, chance(8) == 0 ? chance(WORKERS) : sendings[sending].worker);
}

static void pass_time(void)
{
    size_t want = 0;
    now += (int64_t)chance(150);
    for (size_t i = 0; i < WORKERS; i++) {
        if (workers[i].is_known && now - workers[i].heard_ms > SILENCE)
            want += lose(i);
        else
            want += take_back(i, now - DEADLINE);
    }
    must(dispatch_tick(d, now) == want);
}

static void finish_all(void)
{
    for (size_t i = 0; i < WORKERS; i++)
        kill_worker(i);
    workers[0] = (struct worker){ .is_known = true, .credit = 1 };
    must(dispatch_hello(d, &(struct dispatch_worker){ 0, 0, 1 }, now) == 0);
    while (send_one())
        finish(sending_count - 1, 0);
    must(unfinished == 0);
    for (size_t i = 0; i < item_count; i++)
        must(where[i] == FINISHED);
}

static void step(void)
{
    static void (*const steps[])(void) = {
        offer_one, offer_one, offer_one,  offer_one,  offer_one, offer_one, send_all, send_all,
        say_hello, say_hello, finish_one, finish_one, pass_time, say_bye,   die,
    };
    steps[chance(EKC_COUNT(steps))]();
    must(dispatch_held(d) == unfinished);
}

static void run_schedule(void)
{
    seed = ((uint64_t)schedule + 1) * UINT64_C(0x9e3779b97f4a7c15);
    memset(workers, 0, sizeof workers);
    item_count = sending_count = unfinished = 0;
    now = 0;
    ck_ok(dispatch_new(&d, &(struct dispatch_options){ .max_items = 1 + chance(60),
                                                       .max_bytes = 20 + chance(600),
                                                       .parcel_items = 1 + chance(8),
                                                       .parcel_bytes = 10 + chance(60),
                                                       .deadline_ms = DEADLINE,
                                                       .silence_ms = SILENCE }));
    for (int i = 0; i < STEPS; i++)
        step();
    finish_all();
    dispatch_free(&d);
}

START_TEST(nothing_is_lost_or_held_twice_whatever_happens)
{
    int share = SCHEDULES / PARTS;
    for (schedule = _i * share; schedule < (_i + 1) * share; schedule++)
        run_schedule();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatch chaos");
    TCase *chaos = tcase_create("chaos");

    tcase_set_timeout(chaos, 60);
    tcase_add_loop_test(chaos, nothing_is_lost_or_held_twice_whatever_happens, 0, PARTS);
    suite_add_tcase(suite, chaos);
    return ekc_check_run(suite);
}
