/* handler_internal.h - what the rooms of the handler share: its state, and one question's way.
 */
#ifndef HANDLER_INTERNAL_H
#define HANDLER_INTERNAL_H

#include "ekc/ask.h"
#include "ekc/db.h"
#include "handler.h"
#include "query.h"

enum { HANDLER_WAITING_MAX = 64 };

/* A question that waits: the way back to its asker, and its own copy of the message. */
struct waiting {
    struct ekc_route route;
    void *data;
    size_t len;
};

struct portal_name {
    const char *id, *name;
};

/* The question that is being answered; all of it lives in the arena. */
struct current {
    ekc_arena *arena;
    struct ekc_route route;
    const char *request_id;
    struct query query;
    struct query_plan plan;
    struct span known;
    int64_t as_of_us;
    struct portal_name *portals;
    size_t portal_count;
};

struct handler {
    ekc_bus *bus;
    ekc_loop *loop;
    ekc_end *end;
    ekc_db *db;
    ekc_arena *arena; /* of the letter that is being read */
    const struct counting *counting;
    struct handler_numbers numbers;
    struct waiting waiting[HANDLER_WAITING_MAX]; /* a ring */
    size_t first, count;
    struct current current;
    int64_t guests_ms; /* when last asked for; 0 = never */
    bool is_busy;      /* a batch is running */
    bool is_stopping;
};

/* Refuses a question, for good or for retry_after_ms. */
void handler_refuse(struct handler *h, const struct ekc_route *to, const char *request_id,
                    const Ekc__V1__Refusal *refusal, uint32_t retry_after_ms);

/* Begins to answer the question in h->current, whose query has been read. */
void handler_begin(struct handler *h);

#endif
