/* store.h - every SQL statement of the classifier.
 *
 * store_… puts statements into the batch that the next ekc_db_run sends. */
#ifndef CLASSIFIER_STORE_H
#define CLASSIFIER_STORE_H

#include "batch.h"
#include "counts.h"
#include "ekc/db.h"
#include "ekc/lane.h"

enum { STORE_COLUMNS = 9 };

struct store_columns {
    struct ekc_array columns[STORE_COLUMNS];
};

void store_columns_init(struct store_columns *columns);
void store_columns_done(struct store_columns *columns);

/* The insert of a batch's stretch: verdicts, topics, lane and log; columns is borrowed until
 * ekc_db_run. Its result has (portal, inquiry, seq) of each verdict that is the first, in order
 * of key: so are their events joined in the log. */
EKC_MUST_CHECK int store_insert(ekc_db *db, struct store_columns *columns,
                                const struct batch *batch, enum counts_path path,
                                const struct ekc_lane *lane);

/* The taxonomy's version, 0 = none: one row, one column. */
EKC_MUST_CHECK int store_version(ekc_db *db);

enum {
    TOPIC_ID,
    TOPIC_AREA,
    TOPIC_APPLICANT,
    TOPIC_NAME,
    TOPIC_IN_SCOPE,
    TOPIC_PHRASES, /* one in each line */
};

/* The taxonomy: its version as above, then the topics (TOPIC_…), in its own order. */
EKC_MUST_CHECK int store_topics(ekc_db *db);

/* The sweep's next stretch: of the lane whose next log batch is the oldest, and older than
 * age_ms, some batches of about 1,000 events: (lane, pos, seq, events). Two results, the rows
 * in the second. */
EKC_MUST_CHECK int store_look(ekc_db *db, int64_t age_ms);

enum {
    ITEM_PORTAL,
    ITEM_INQUIRY,
    ITEM_CREATED_AT,
    ITEM_CHANNEL,
    ITEM_APPLICANT_KIND,
    ITEM_OKRUG,
    ITEM_REGIME,
    ITEM_SUBJECT,
    ITEM_BODY,
};

/* Those of the inquiries (side by side) that have no verdict yet: ITEM_…. */
EKC_MUST_CHECK int store_unjudged(ekc_db *db, struct ekc_array *portals,
                                  struct ekc_array *inquiries);

/* Moves the sweep of a lane; -EPROTO when it does not stand at from any more. */
EKC_MUST_CHECK int store_move(ekc_db *db, int32_t lane, int64_t from, int64_t to);

#endif
