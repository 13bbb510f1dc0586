/* store.h - the tables, as far as the workers know them: what one statement or transaction does
 * is one call, and it happens whole or not at all. Lanes are numbered from 1. */
#ifndef SIMULATION_STORE_H
#define SIMULATION_STORE_H

#include "simulation/world.h"

/* What was really inserted; seq is its place in the lane, 0 when it is nothing. */
struct store_rows {
    size_t count;
    uint8_t ids[INQUIRIES];
    int64_t seq;
    struct ekc_bytes events;
};

/* How far a sweep's cursor goes in the transaction of its verdicts. */
struct store_move {
    int64_t from, to;
    bool is_ours;
    int64_t rest_ms;
};

/* A lane without a living owner, or a new one; 0 = there are too many. */
int store_take_lane(struct world *world, bool is_intake, uint64_t owner);
bool store_renew_lane(struct world *world, int lane, uint64_t owner);

/* Puts a row of the encoded events in world->buffer into the log, at the lane's next place. */
void store_append(struct world *world, int lane, struct store_rows *rows, bool is_judged);

/* Stores inquiries that are not there yet, and tells of them in the lane. -EPROTO: it is not
 * the owner's any more. */
int store_insert(struct world *world, int lane, uint64_t owner, const uint8_t *ids,
                 size_t count, struct store_rows *ret_rows);

/* Stores the verdicts of the batch's stretch where there is none, with what is told of them;
 * with move, a lane's cursor in the same transaction. -EINVAL: a row is not acceptable. */
int store_judge(struct world *world, int lane, uint64_t owner, const struct batch *batch,
                int swept, const struct store_move *move, struct store_rows *ret_rows);

/* Writes down, once for each, that a worker died with an inquiry that has no verdict, or is
 * about to judge it though others did. */
void store_add_death(struct world *world, int inquiry, uint64_t holder);

/* The same of what it held among others: not of what is judged alone by now. */
void store_add_held(struct world *world, int inquiry, uint64_t holder);

/* Encodes the event as an element of a batch. */
int store_write_event(struct world *world, struct ekc_buffer *buffer, int inquiry,
                      Ekc__V1__EventKind kind, Ekc__V1__VerdictStatus status);

/* --- the sweep's statements ----------------------------------------------------------------
 */

struct store_stretch {
    int lane; /* 0 = nothing is due */
    bool is_due;
    int64_t from, to;
    size_t count;
    uint8_t ids[INQUIRIES];
    int64_t seqs[INQUIRIES];
};

struct store_open {
    size_t count;
    size_t at[INQUIRIES]; /* in the stretch */
    uint32_t deaths[INQUIRIES];
};

void store_look(struct world *world, uint64_t self, struct store_stretch *ret_stretch);
void store_open(struct world *world, uint64_t self, const struct store_stretch *stretch,
                struct store_open *ret_open);
/* alone: the inquiry that is held alone, or NONE. */
void store_hold(struct world *world, uint64_t self, int lane, int alone);

/* --- the figures ---------------------------------------------------------------------------
 */

extern const struct rollups store_rollups;

/* True when the turn to count is the owner's now. */
bool store_take_turn(struct world *world, uint64_t owner);

/* Moves cursors by compare-and-swap. -EPROTO: somebody else did, or has the turn. */
int store_move_cursors(struct world *world, uint64_t owner, const struct ledger_step *steps,
                       size_t count);

/* A tally_fn; counters is a struct counters. */
void store_add_counter(void *counters, const struct tally_row *row);

/* Both in one transaction. */
int store_add_page(struct world *world, uint64_t owner, const struct ledger_page *page);

/* Keeps what the caller has given up; store_do_late does it when it is due. */
void store_keep_insert(struct world *world, int lane, uint64_t owner, const uint8_t *ids,
                       size_t count);
void store_keep_page(struct world *world, uint64_t owner, const struct ledger_page *page);
void store_do_late(struct world *world);

/* True when the counters are what a recount of the log up to the cursors gives; with is_whole,
 * of all inquiries and verdicts. */
bool store_recount(struct world *world, bool is_whole);

#endif
