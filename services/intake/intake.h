/* intake.h - what the rooms of intake share: its ends, its connections, its open batch. */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "ekc/admin.h"
#include "ekc/db.h"
#include "ekc/feed.h"
#include "ekc/lane.h"
#include "intake/batch.h"
#include "intake/mood.h"
#include "intake/store.h"
#include "intake/workers.h"

struct dispatch;

enum {
    WRITERS = 2,
    BATCHES = WRITERS + 4, /* in work, waiting, open */
    SHOWS_MAX = 64,
    ID_BLOCKS_MAX = 64,
    METRICS = 15
};

/* A connection that stores batches in its own lane. */
struct writer {
    struct intake *intake;
    ekc_db *db;
    struct ekc_lane lane;
    int64_t owner, renewed_ms;
    struct store_columns columns;
    struct batch *batch;    /* in work; NULL = none */
    int64_t pause_until_ms; /* after a failure that time may cure */
    struct ekc_array compare_portals, compare_keys;
    int64_t refill_seq,
        last_seq;    /* log batches from refill_seq to last_seq wait to be offered */
    bool is_waiting; /* for a reply */
    bool is_unknown; /* the batch may have been stored by an earlier try */
    bool has_left;   /* takes no lane again */
};

struct portal {
    int32_t id;
    char name[64];
    bool is_admin;
};

/* A Show that waits for the reader. */
struct asking {
    struct ekc_route route;
    char request_id[72];
    int32_t portal; /* 0 = any */
    int64_t id;
    char external_id[72]; /* "" = by id */
};

/* What a scrape of /metrics reads. */
struct counters {
    double durable, duplicate, invalid, reused, busy, draining, refused;
    double batches, failures, redeliveries, deaths, refills;
    double window_items, workers, open_items;
};

struct catalog;
struct chore;

struct intake {
    ekc_loop *loop;
    ekc_bus *bus;
    ekc_end *portals_end, *work_end;
    ekc_feed *feed;
    ekc_admin *admin;
    ekc_arena *scratch, *busy_arena,
        *work_arena; /* answers; letters when the batch is full; work */
    struct batch *open, *waiting[BATCHES], *spare[BATCHES];
    size_t waiting_count, spare_count, max_items;
    struct writer writers[WRITERS];
    struct mood mood; /* of the database, as the writers have met it */

    ekc_db *reader;
    const struct chore *chore; /* the one that runs; NULL = none */
    int64_t portals_due_ms, catalog_due_ms, pause_until_ms;
    int schema_version; /* -1 = not asked yet */
    int64_t id_blocks[ID_BLOCKS_MAX];
    size_t id_block_count;
    int64_t ids_used; /* of the first block */
    struct portal *portals;
    size_t portal_count;
    struct catalog *catalog;
    struct asking shows[SHOWS_MAX];
    size_t show_count, shows_running;

    struct dispatch *dispatch;
    size_t window_items;
    struct workers workers;
    struct writer *refilling; /* whose lane is being read again */
    int32_t refilling_lane;
    bool has_refill_keys; /* of the log's batches up to refilled_seq */
    int64_t refilled_seq;
    struct ekc_array key_portals, key_ids;     /* side by side, as are these: */
    struct ekc_array death_portals, death_ids; /* what a dead worker held */
    uint64_t death_delivery;

    bool is_draining;
    int64_t draining_since_ms;
    int64_t left_ms; /* when farewell was said; 0 = not yet */
    struct counters counters;
    struct ekc_metric metrics[METRICS];
};

/* Stores what is open as soon as a writer is free. */
EKC_MUST_CHECK int writer_open(struct writer *writer, struct intake *intake);
void writer_pump(struct writer *writer);
void writer_close(struct writer *writer);
bool writer_is_ready(const struct writer *writer);

/* Gives the lane back; true when it has been, or cannot be. */
bool writer_leave(struct writer *writer);

/* Answers every request of a batch; what is still waiting hears BUSY or DRAINING. */
void answer_batch(struct intake *intake, struct batch *batch);
void answer_request(struct intake *intake, struct batch *batch, const struct request *request);

/* Tells a Submit that none of it was taken: BUSY or DRAINING for each inquiry. */
void answer_turned_away(struct intake *intake, const struct ekc_route *to,
                        const char *request_id, const Ekc__V1__Submit *submit);

#endif
