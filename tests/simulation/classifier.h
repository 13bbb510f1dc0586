/* classifier.h - a classifier as its rooms share it: classifier.c has the turns, judge.c
 * judges, peers.c is its way to intakes, commit.c to the store, sweep.c reads the log. */
#ifndef SIMULATION_CLASSIFIER_H
#define SIMULATION_CLASSIFIER_H

#include "simulation/store.h"

struct peer {
    uint32_t route;
    bool is_welcome;
    int64_t heard_ms, said_ms;
};

/* A connection with its lane. Its calls are numbered; those over WRITER_OWN are its owner's. */
enum { WRITER_TAKE = 1, WRITER_RENEW, WRITER_OWN };

struct writer {
    struct call call;
    uint64_t owner;
    int lane, taken_lane;
    bool is_in_doubt, is_renewed;
    int64_t renewed_ms;
};

/* The batch that is being committed, stretch by stretch. */
struct commit {
    struct batch *batch;
    bool is_settled;
    int r;
    struct store_rows rows;
};

enum sweep_step { SWEEP_REST, SWEEP_LOOK, SWEEP_OPEN, SWEEP_HOLD, SWEEP_COMMIT };

struct sweep {
    enum sweep_step step;
    int64_t woken_ms;
    struct writer writer;
    struct store_stretch stretch;
    struct store_open open;
    size_t chosen_count;
    size_t chosen[INQUIRIES]; /* in the stretch */
    bool is_alone, is_dead, is_partial;
    int64_t to;
    struct batch *batch;
    struct commit commit;
    struct store_move move;
    bool has_move;
};

enum { SUSPECTS = 8 };

/* Deliveries of one inquiry each that workers died holding: the attempt at the first is written
 * down before it is judged. */
struct suspects {
    size_t count;
    bool is_written;
    struct {
        uint8_t peer, id;
        uint64_t delivery;
    } waiting[SUSPECTS];
};

struct classifier {
    int worker;
    uint64_t key;
    uint32_t credit;
    size_t batch_items;
    struct peer peers[INTAKES];
    struct batch *first, *last; /* the first may be with commit */
    struct writer writer;
    struct commit commit;
    struct suspects suspects;
    struct sweep sweep;
    uint64_t progress;
    bool is_leaving;
    int64_t heard_ms;
};

enum { CALL_COMMIT = WRITER_OWN + 1, CALL_ATTEMPT, CALL_SWEEP };

/* Judges into a batch. False: it was poison, and the worker is dead. */
bool classifier_judge(struct world *world, struct classifier *classifier, int inquiry,
                      bool is_dead, struct batch *batch);

/* Takes a delivery: it is judged at once, or waits as a suspect. False: as above. */
bool classifier_take(struct world *world, struct classifier *classifier,
                     const struct letter *work);

/* The first suspect's attempt has been written down. False: as above. */
bool classifier_judge_suspect(struct world *world, struct classifier *classifier);

/* --- peers.c -------------------------------------------------------------------------------
 */

void classifier_say(struct world *world, const struct classifier *classifier, int intake,
                    enum letter_kind kind, uint64_t delivery);

/* Hello or Ping to each; whoever says nothing for long is met anew, by another way. */
void classifier_keep_peers(struct world *world, struct classifier *classifier);

/* --- commit.c ------------------------------------------------------------------------------
 */

/* Keeps the lane; true when the connection is free and has one. */
bool writer_step(struct world *world, struct writer *writer);
void writer_apply(struct world *world, struct writer *writer);
void writer_answer(struct world *world, struct writer *writer);

void commit_begin(struct commit *commit, struct batch *batch);

/* The store's answer to a stretch. mends: a row that is not acceptable is made dead; else it is
 * passed over. */
void commit_hear(struct world *world, struct commit *commit, const struct writer *writer,
                 bool mends);

/* --- sweep.c -------------------------------------------------------------------------------
 */

void sweep_apply(struct world *world, struct classifier *classifier);

/* False: what it read was poison, and the worker is dead. */
bool sweep_answer(struct world *world, struct classifier *classifier);
void sweep_go_on(struct world *world, struct classifier *classifier);

#endif
