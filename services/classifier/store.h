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

/* Writes down that holder is about to judge an inquiry that workers died holding. */
EKC_MUST_CHECK int store_attempt(ekc_db *db, int32_t portal, int64_t inquiry, uint64_t holder);

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

/* --- the sweep, in store_sweep.c -----------------------------------------------------------
 */

enum {
    LOOK_LANE,
    LOOK_POS,
    LOOK_SEQ,
    LOOK_EVENTS,
    LOOK_IS_DUE, /* nobody cares for the lane, or what stands first has stood too long */
    LOOK_HOLDER, /* who held something of it last; 0 = nobody */
};

/* Claims the lane that needs it most, for some seconds: with LOOK_… some batches of it, of
 * about 1,000 events and older than 1 s, or than after_ms where its owner lives. The rows are
 * in the last of three results. */
EKC_MUST_CHECK int store_look(ekc_db *db, int64_t after_ms, uint64_t self);

/* Those of the inquiries (side by side) that have no verdict yet: ordinal from 0, portal,
 * inquiry, deaths; in the last of two results. The death of whoever held some of the lane,
 * unless it is self, is recorded before. */
EKC_MUST_CHECK int store_open(ekc_db *db, int32_t lane, uint64_t self,
                              struct ekc_array *portals, struct ekc_array *inquiries);

/* Remembers that self holds these inquiries (one alone, or all that are not suspect), and reads
 * them: ITEM_…, in the last of three results. */
EKC_MUST_CHECK int store_hold(ekc_db *db, int32_t lane, uint64_t self, bool is_alone,
                              struct ekc_array *portals, struct ekc_array *inquiries);

/* Moves the sweep of a lane and lets go of it; -EPROTO when it does not stand at from any more.
 * is_ours: what stood there was judged by the sweep. It may be taken again after rest_ms. */
struct store_move {
    int32_t lane;
    int64_t from, to;
    bool is_ours;
    int64_t rest_ms;
};
EKC_MUST_CHECK int store_move(ekc_db *db, const struct store_move *move);

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

/* --- revivals ----------------------------------------------------------------------------- */

enum {
    REVIVAL_N = ITEM_BODY + 1, /* the verdict that is due */
    REVIVAL_DEATHS,            /* of those who tried to make it */
    REVIVAL_KIND,              /* of applicant, in the dead verdict */
};

/* Claims the revival that has waited longest, for some seconds: no row, or ITEM_… and
 * REVIVAL_…. The death of whoever held it is recorded before. */
EKC_MUST_CHECK int store_revival(ekc_db *db, uint64_t self);

/* It has got its verdict. */
EKC_MUST_CHECK int store_revived(ekc_db *db, int32_t portal, int64_t inquiry, int16_t n);

#endif
