/* store.h - every SQL statement of statistics.
 *
 * store_add_… puts statements into the batch that the next ekc_db_run sends; store_read_… reads
 * what one of them gave. */
#ifndef STORE_H
#define STORE_H

#include "ekc/db.h"
#include "ledger.h"
#include "query.h"

enum { STORE_COLUMNS = 10 };

/* A page as columns; zeroed memory is an empty one, reused from page to page. */
struct store_page {
    struct ekc_array arrays[STORE_COLUMNS];
};

void store_page_done(struct store_page *columns);

/* The batch that writes a page; columns must live until it has been run. It fails with -EPROTO
 * where a cursor has moved or the turn has gone to another worker. */
EKC_MUST_CHECK int store_add_page(ekc_db *db, int64_t owner, const struct ledger_page *page,
                                  struct store_page *columns);

/* Takes or keeps the turn to count (one row: it is ours), and asks for lanes: (id, pos,
 * last_seq). */
EKC_MUST_CHECK int store_add_watch(ekc_db *db, int64_t owner);

/* Gives the turn to count away at once. */
EKC_MUST_CHECK int store_add_leave(ekc_db *db, int64_t owner);

enum { STORE_LOG_ROWS = 32 };

/* The next batches of a lane after pos, at most STORE_LOG_ROWS: (seq, events). */
EKC_MUST_CHECK int store_add_log(ekc_db *db, int32_t lane, int64_t pos);

/* Which counters are kept. */
EKC_MUST_CHECK int store_add_rollups(ekc_db *db);
EKC_MUST_CHECK int store_read_rollups(const ekc_result *result, struct rollups *ret_rollups);

/* What a question must know first: (first day, last day, as of) and the portals' (id, name). */
EKC_MUST_CHECK int store_add_known(ekc_db *db, int16_t rollup);

/* The rows that a plan wants, from counters or facts: (first day, key, key, n), at most
 * QUERY_ROWS_MAX + 1. Two results, the rows in the second. */
EKC_MUST_CHECK int store_add_figures(ekc_db *db, const struct query *query,
                                     const struct query_plan *plan);

#endif
