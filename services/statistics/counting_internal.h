/* counting_internal.h - what the rooms of counting share: its state and its batches. */
#ifndef COUNTING_INTERNAL_H
#define COUNTING_INTERNAL_H

#include "counting.h"
#include "credit.h"
#include "ledger.h"
#include "store.h"

struct counting {
    ekc_loop *loop;
    ekc_db *db;
    ekc_peers *peers;
    struct credit credit;
    struct ledger ledger; /* made once rollups are known */
    struct rollups rollups;
    struct store_page columns;
    struct counting_numbers numbers;
    int64_t owner;
    int64_t watched_ms, paged_ms; /* when last; 0 = never */
    bool has_watched;             /* whose turn it is has been asked at least once */
    int64_t full_ms;              /* when memory was last full, and credit withheld */
    int64_t pause_until_ms;       /* after a failure */
    int64_t told_ms;              /* when one was last logged; 0 = never */
    int32_t reading;              /* the lane that is being read from the log */
    int schema;                   /* the database's version, -1 = not known yet */
    bool is_ours;                 /* it is our turn to count, and positions are loaded */
    bool has_page;                /* a page has been turned and is not yet committed */
    bool is_busy;                 /* a batch is running */
    bool is_stopping, has_left;
    int result;
    char sick[200]; /* why the database cannot write; "" = it can */
    char trouble[200];
};

/* Each sends one batch; its answer changes the state above. */
void counting_ask_schema(struct counting *c);
void counting_watch(struct counting *c);
void counting_write_page(struct counting *c);
void counting_read_log(struct counting *c, const struct follow_lane *lane);
void counting_leave(struct counting *c);

/* Ends the worker: what cannot be mended by trying again. */
void counting_break(struct counting *c, int r, const char *what);

#endif
