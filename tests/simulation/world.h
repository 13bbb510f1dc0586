/* world.h - everything that one schedule has: clock, faults, network, store, and the workers'
 * lives. What decides is the real thing (services/); what surrounds it is made up here.
 *
 * Only the seed and the mode decide what happens. Time is in milliseconds and passes only
 * between turns. */
#ifndef SIMULATION_WORLD_H
#define SIMULATION_WORLD_H

#include "intake/dispatch.h"
#include "simulation/random.h"
#include "simulation/tables.h"

/* Of the world's clock. */
enum {
    DEADLINE_MS = 2500, /* many commits: else what is late is sent again, for ever */
    SILENCE_MS = 500,
    ABSENCE_MS = 200,
    PING_MS = 60,
    LEASE_MS = 600, /* of lanes, of the turn to count, of a sweep's claim */
    RENEW_MS = 150,
};

enum mode {
    MODE_SAFETY,   /* anything may happen, to the end */
    MODE_LIVENESS, /* faults stop; then all work must be finished */
};

enum fault {
    FAULT_DROP,
    FAULT_DUPLICATE,
    FAULT_DELAY,
    FAULT_RECONNECT,
    FAULT_CRASH,
    FAULT_FREEZE,
    FAULT_POISON,
    FAULT_CALL_LOST,    /* a statement never came to the store */
    FAULT_CALL_UNKNOWN, /* it was committed, the answer was lost */
    FAULT_CALL_REFUSED,
    FAULT_CALL_LATE, /* it is committed after the caller has given up */
    FAULT_COUNT,
};

/* --- calls to the store ------------------------------------------------------------------- */

enum call_step {
    CALL_WAIT,
    CALL_APPLY,  /* now the store does it */
    CALL_ANSWER, /* now the caller hears of it: call->r */
};

struct call {
    int what; /* 0 = none is on its way */
    bool is_applied, is_applicable;
    int64_t apply_ms, answer_ms;
    int r; /* what the caller hears, unless the store says worse */
    int store_r;
};

/* --- the network -------------------------------------------------------------------------- */

enum letter_kind {
    LETTER_HELLO,
    LETTER_WELCOME,
    LETTER_PING,
    LETTER_PONG,
    LETTER_BYE,
    LETTER_WORK,
    LETTER_DONE,
    LETTER_RELEASE,
    LETTER_EVENTS,
};

struct letter {
    enum letter_kind kind;
    uint8_t from, to; /* workers */
    uint32_t route;   /* of the connection between a classifier and an intake */
    int64_t due_ms;
    uint64_t key; /* the sender's incarnation */
    uint64_t delivery;
    uint64_t progress, waiting;
    uint32_t credit, attempts, count;
    uint8_t ids[PARCEL];
    int lane;
    int64_t seq;
    struct ekc_bytes events;
};

/* --- the workers -------------------------------------------------------------------------- */

struct life {
    bool is_used, is_up;
    uint64_t key; /* its incarnation; never 0 */
    int64_t up_ms;
    int64_t frozen_ms; /* until then it stands still */
};

/* Over all schedules. */
struct totals {
    uint64_t faults[FAULT_COUNT];
    uint64_t steps;
    uint64_t bystanders, bystander_seed; /* innocent but dead beside poison; the first */
    uint64_t longest; /* steps until all was finished, from when faults stopped */
};

struct intake;
struct classifier;
struct statistics;

struct world {
    uint64_t random;
    enum mode mode;
    int64_t now_ms;
    bool is_calm;  /* faults have stopped */
    bool is_dying; /* what the dying worker had sent comes to the store now */
    uint32_t drop, duplicate, failures; /* percent */
    uint32_t delay_ms, trouble;         /* trouble: of workers, per 1,000 turns */
    int losses_left; /* crashes and freezes of classifiers: fewer than make an innocent dead */
    uint32_t last_route;
    struct life lives[WORKERS];
    size_t letter_count;
    struct letter letters[LETTERS];
    struct store store;
    struct ekc_buffer buffer;
    struct intake *intakes[INTAKES];
    struct classifier *classifiers[CLASSIFIERS];
    struct statistics *statistics[COUNTERS];
    struct totals totals;
    uint64_t step;      /* of this schedule */
    const char *broken; /* the promise that was broken first */
};

/* Notes a broken promise unless is_kept. */
void world_promise(struct world *world, bool is_kept, const char *promise);

/* Starts, and plays to the end; broken tells what came of it. The counts of faults are added
 * up. */
void world_play(struct world *world, uint64_t seed, enum mode mode);

/* Checks the store against the promises; in the end the figures must be those of all facts. */
void world_check(struct world *world, bool is_end);

/* False when all work is done and accounted for. */
bool world_has_work(const struct world *world);

/* The worker dies: its memory is lost, and what it had sent may still be done. It comes back as
 * another. */
void world_kill(struct world *world, int worker);
void world_rest(struct world *world, int worker);

/* Brings a worker up, as another than before; and ends it, with its memory. */
void world_start(struct world *world, int worker);
void world_end(struct world *world, int worker);

/* A worker's turn, whatever state it is in. */
void world_live(struct world *world, int worker);

/* Now and then something befalls a worker. */
void world_trouble(struct world *world);
bool world_is_classifier(int worker);

static inline bool world_can(const struct world *world, int worker)
{
    const struct life *life = &world->lives[worker];
    return life->is_up && life->frozen_ms <= world->now_ms;
}

/* --- net.c: letters and calls that may be lost, come twice, late, or in another order -------
 */

void net_post(struct world *world, const struct letter *letter);

/* A letter for the worker, if one is due now. */
bool net_take(struct world *world, int worker, struct letter *ret_letter);

void net_call(struct world *world, struct call *call, int what);
/* The call is given up, and the store does it later. True if so; then due_ms is its time. */
bool net_give_up(struct world *world, struct call *call, int64_t *due_ms);
enum call_step net_turn(struct world *world, struct call *call, bool can_hear);

/* --- the workers: each is started, has its turns, and is ended; while it is frozen and when it
 * dies, only what is with the store goes on ------------------------------------------------ */

void intake_start(struct world *world, int i);
void intake_turn(struct world *world, int i);
void intake_store_turn(struct world *world, int i);
void intake_end(struct world *world, int i);

/* Takes an inquiry of a portal into the open batch, if there is room. */
void intake_submit(struct world *world, int i, int inquiry);
size_t intake_window(const struct world *world, int i);
bool intake_is_quiet(const struct world *world, int i);

void classifier_start(struct world *world, int i);
void classifier_turn(struct world *world, int i);
void classifier_store_turn(struct world *world, int i);
void classifier_end(struct world *world, int i);
void classifier_reconnect(struct world *world, int i);
void classifier_leave(struct world *world, int i);

/* True while the classifier's connection to an intake is the one of this route. */
bool classifier_has_route(const struct world *world, int i, int intake, uint32_t route);

void statistics_start(struct world *world, int i);
void statistics_turn(struct world *world, int i);
void statistics_store_turn(struct world *world, int i);
void statistics_end(struct world *world, int i);

#endif
