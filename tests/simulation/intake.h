/* intake.h - an intake as its rooms share it: intake.c talks with classifiers,
 * intake_writer.c and intake_reader.c with the store. */
#ifndef SIMULATION_INTAKE_H
#define SIMULATION_INTAKE_H

#include "simulation/shadow.h"
#include "simulation/store.h"

struct intake {
    struct dispatch *dispatch; /* the real one */
    struct shadow shadow;
    uint64_t key;
    size_t window;
    int64_t ticked_ms;

    /* The writer: a lane, the batch that is being stored, the one that is open. */
    struct call write;
    int lane, taken_lane;
    bool is_renewed;
    int64_t last_seq, refill_seq, renewed_ms;
    size_t sent_count, open_count;
    uint8_t sent[INQUIRIES], open[INQUIRIES];
    struct store_rows stored;

    /* The reader: the log, its work, deaths. */
    struct call read;
    int refill_lane;
    int64_t refilled_seq;
    size_t key_count, work_count;
    uint8_t keys[INQUIRIES], work[INQUIRIES];
    uint32_t attempts[INQUIRIES];
    bool has_keys;
    uint64_t death_delivery, death_key;
    uint32_t death_count;
    uint8_t death_ids[PARCEL];
    uint32_t deaths[PARCEL];
};

/* Offers an inquiry to dispatch, if there is room. */
void intake_offer(struct intake *intake, int inquiry, uint32_t attempts);

/* What the store does, and, when it can hear, answers; and what is asked of it. */
void intake_write_step(struct world *world, struct intake *intake, bool can_hear);
void intake_write_ask(struct world *world, struct intake *intake);
void intake_read_step(struct world *world, struct intake *intake, bool can_hear);
void intake_read_ask(struct world *world, struct intake *intake);

#endif
