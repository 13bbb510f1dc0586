/* ledger.h - what has been counted in memory and is not yet in the database.
 *
 * While one transaction carries a page of it away, the next page grows. No I/O. */
#ifndef LEDGER_H
#define LEDGER_H

#include "ekc/wire.h"
#include "follow.h"
#include "held.h"
#include "tally.h"

/* One lane's advance in the page that is being written. */
struct ledger_step {
    int32_t lane;
    int64_t from, to;
    int64_t events[FOLLOW_PATHS];
};

struct ledger_page {
    struct tally *tally;
    struct ledger_step *steps; /* sorted by lane */
    size_t step_count, step_room;
    int64_t newest_us; /* when the newest of its events happened; 0 = unknown */
};

struct ledger {
    struct follow follow;
    struct held held;
    struct ledger_page growing, writing;
    ekc_arena *arena;
};

EKC_MUST_CHECK int ledger_init(struct ledger *ledger, const struct rollups *rollups);
void ledger_done(struct ledger *ledger);

/* Forgets everything that is not in the database, and every position. */
void ledger_forget(struct ledger *ledger);

/* Takes the position of lane id as the database has it; only after ledger_forget. */
EKC_MUST_CHECK int ledger_load(struct ledger *ledger, int32_t id, int64_t pos);

/* A batch came by the wire: it is counted if it is next, with those held after it; held if it
 * is early; dropped if it is old or no batch. -ENOMEM. */
EKC_MUST_CHECK int ledger_wire(struct ledger *ledger, int32_t id, int64_t seq,
                               struct ekc_bytes batch, int64_t now_ms);

/* A batch was read from the log. Errors as of digest_batch; -EPROTO: the log has a hole. */
EKC_MUST_CHECK int ledger_log(struct ledger *ledger, int32_t id, int64_t seq,
                              struct ekc_bytes batch, int64_t now_ms);

/* The log has been read as far as wanted: is_all when its end was reached. */
void ledger_log_read(struct ledger *ledger, int32_t id, bool is_all);

/* True when something has been counted since the last turn of the page. */
bool ledger_has_news(const struct ledger *ledger);

/* Begins a new page; the old one is then in ledger->writing. Only when nothing is being
 * written. */
EKC_MUST_CHECK int ledger_turn(struct ledger *ledger);

/* The written page is committed. */
void ledger_committed(struct ledger *ledger);

#endif
