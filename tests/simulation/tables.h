/* tables.h - what the store holds, and how large the simulated world is. */
#ifndef SIMULATION_TABLES_H
#define SIMULATION_TABLES_H

#include "classifier/batch.h"
#include "statistics/ledger.h"

enum {
    INTAKES = 2,
    CLASSIFIERS = 3,
    COUNTERS = 2,
    WORKERS = INTAKES + CLASSIFIERS + COUNTERS,
    INQUIRIES = 20,
    LANES = 24,
    ROWS = 2 * INQUIRIES, /* of the log: at worst one inquiry each */
    PARCEL = 4,           /* items */
    LETTERS = 512,
    NONE = -1,
};

enum kind {
    KIND_PLAIN,
    KIND_POISON,     /* kills whoever reads it */
    KIND_UNSTORABLE, /* the store takes no verdict on it but dead */
};

enum { DEATHS_MAX = 48 };

struct inquiry {
    enum kind kind;
    bool is_stored, is_acked, is_judged;
    Ekc__V1__VerdictStatus status;
    int logged[3]; /* by kind of event */
    uint32_t death_count;
    uint64_t deaths[DEATHS_MAX]; /* who died holding it */
};

struct log_row {
    int64_t at_ms;
    struct ekc_bytes events;
    uint32_t count;
    bool is_judged;
    uint8_t ids[INQUIRIES];
};

struct lane {
    bool is_intake;
    uint64_t owner;
    int64_t lease_ms;
    int64_t last_seq;
    uint8_t rows[ROWS]; /* rows[seq - 1] */
    int64_t swept, counted;
    struct {
        int64_t free_ms, moved_ms;
        uint64_t holder;
        bool is_alone; /* it holds a suspect; else all that were not suspect */
    } claim;
};

struct counter {
    int16_t rollup;
    int32_t day;
    char a[12], b[12];
    int64_t n;
};

struct counters {
    size_t count;
    struct counter rows[400];
};

/* What a connection carried that its caller has given up: it is done at its time. */
struct late_insert {
    int64_t due_ms; /* 0 = none */
    int lane;
    uint64_t owner;
    size_t count;
    uint8_t ids[INQUIRIES];
};

struct late_page {
    int64_t due_ms; /* 0 = none */
    uint64_t owner;
    size_t step_count;
    struct ledger_step steps[LANES];
    struct counters counters;
};

struct store {
    struct late_insert late_insert;
    struct late_page late_page;
    int inquiry_count;
    struct inquiry inquiries[INQUIRIES];
    int lane_count;
    struct lane lanes[LANES];
    size_t row_count;
    struct log_row rows[ROWS];
    size_t text_len;
    uint8_t text[16384]; /* what the log's rows are of */
    uint64_t turn_owner;
    int64_t turn_lease_ms;
    struct counters counters;
};

#endif
