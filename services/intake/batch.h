/* batch.h - what is committed together: items (inquiries), and the requests they came in.
 *
 * Letters are unpacked straight into the batch's memory; nothing is copied until the columns
 * of the insert are built. Items of one request stand side by side. */
#ifndef INTAKE_BATCH_H
#define INTAKE_BATCH_H

#include "ekc/bus.h"
#include "ekc/wire.h"
#include "intake/inquiry.h"

enum item_state {
    ITEM_PENDING, /* to be inserted */
    ITEM_STORED,  /* inserted by us */
    ITEM_KNOWN,   /* its key was there before: what is behind it must be compared */
    ITEM_DUPLICATE,
    ITEM_REUSED, /* its key belongs to another inquiry */
    ITEM_REFUSED,
};

struct item {
    enum item_state state;
    int32_t portal;
    int64_t id; /* ours until it turns out to be known; 0 = none yet */
    int64_t received_at_us;
    struct inquiry inquiry;
    struct ekc_bytes extras;
    const Ekc__V1__Refusal *refusal; /* of ITEM_REFUSED */
    uint8_t salt[16], fingerprint[32];
    struct ekc_bytes event; /* encoded, in the batch's buffer; set while it is stored */
};

struct request {
    struct ekc_route route;
    const char *id;
    size_t first, count; /* its items */
};

struct batch {
    ekc_arena *arena;
    size_t arena_limit; /* taken: the batch is full */
    struct item *items;
    size_t count, room;
    struct request *requests;
    size_t request_count, request_room;
    size_t from, to; /* the stretch of items that is being stored */
    struct ekc_buffer events;
    int64_t opened_ms;
    int tries;
};

/* Room for one message of the largest kind stays free behind limit bytes. */
EKC_MUST_CHECK int batch_new(struct batch **ret_batch, size_t limit);
void batch_free(struct batch **batch);
void batch_reset(struct batch *batch);

bool batch_is_full(const struct batch *batch, size_t max_items);

/* A new request or item, zeroed, lent until the next of its kind; NULL without memory. An item
 * belongs to the newest request. */
struct request *batch_add_request(struct batch *batch);
struct item *batch_add_item(struct batch *batch);

/* Takes the newest request and its items back. */
void batch_drop_request(struct batch *batch);

/* True when some item of the request still waits for the database. */
bool batch_is_waiting(const struct batch *batch, const struct request *request);

#endif
