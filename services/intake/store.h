/* store.h - every SQL statement of intake, and the columns that they take. */
#ifndef INTAKE_STORE_H
#define INTAKE_STORE_H

#include "ekc/db.h"
#include "ekc/lane.h"
#include "intake/batch.h"

enum {
    COLUMN_PORTAL,
    COLUMN_ID,
    COLUMN_EXTERNAL_ID,
    COLUMN_SALT,
    COLUMN_FINGERPRINT,
    COLUMN_CREATED_AT,
    COLUMN_RECEIVED_AT,
    COLUMN_CHANNEL,
    COLUMN_APPLICANT_KIND,
    COLUMN_APPLICANT_KEY,
    COLUMN_OKRUG,
    COLUMN_REGIME,
    COLUMN_SUBJECT,
    COLUMN_BODY,
    COLUMN_ADDRESS,
    COLUMN_CADASTRAL_NUMBER,
    COLUMN_CATEGORY,
    COLUMN_CORRELATION_ID,
    COLUMN_REPLY_CHANNEL,
    COLUMN_IDENTIFIED_BY,
    COLUMN_TAKEN_BY,
    COLUMN_EXTRAS,
    COLUMN_EVENT,
    COLUMN_CONTACT_NAME,
    COLUMN_CONTACT_PHONE,
    COLUMN_CONTACT_EMAIL,
    COLUMN_CONTACT_ADDRESS,
    STORE_COLUMNS
};

/* The columns of one insert; zeroed memory after store_columns_init. */
struct store_columns {
    struct ekc_array columns[STORE_COLUMNS];
};

void store_columns_init(struct store_columns *columns);
void store_columns_clear(struct store_columns *columns);
void store_columns_done(struct store_columns *columns);
void store_columns_add(struct store_columns *columns, const struct item *item);

/* Adds the insert of these columns: inquiries, contacts, lane and log. Its result holds a row
 * (id, seq) for each inquiry that was really inserted, by id. */
EKC_MUST_CHECK int store_insert(ekc_db *db, struct store_columns *columns,
                                const struct ekc_lane *lane);

/* Adds a write of 1 MB that is gone with its transaction: it fails where an insert would find
 * no room. */
EKC_MUST_CHECK int store_probe_space(ekc_db *db);

/* Adds the question what stands behind keys (portals and external_ids, side by side). Rows:
 * ordinal from 1, id, salt, fingerprint. */
EKC_MUST_CHECK int store_compare(ekc_db *db, struct ekc_array *portals,
                                 struct ekc_array *external_ids);

/* count blocks of 1,000 ids; a row holds the first id of each. */
EKC_MUST_CHECK int store_take_ids(ekc_db *db, int count);

/* The portals: id, name, role. */
EKC_MUST_CHECK int store_portals(ekc_db *db);

/* The catalog in five statements: taxonomy version; areas; topics; channels; okrugs. */
EKC_MUST_CHECK int store_catalog(ekc_db *db);

/* One inquiry by id (external_id NULL) or external_id, of one portal or any (0), with its
 * current verdict; the columns are in the order of SHOW_… below. */
EKC_MUST_CHECK int store_show(ekc_db *db, int32_t portal, int64_t id, const char *external_id);

enum {
    SHOW_ID,
    SHOW_PORTAL,
    SHOW_EXTERNAL_ID,
    SHOW_CREATED_AT,
    SHOW_RECEIVED_AT,
    SHOW_CHANNEL,
    SHOW_APPLICANT_KIND,
    SHOW_OKRUG,
    SHOW_CATEGORY,
    SHOW_SUBJECT,
    SHOW_VERDICT_N, /* NULL = not judged yet, and so are those behind it */
    SHOW_VERDICT_STATUS,
    SHOW_VERDICT_CONFIDENCE,
    SHOW_VERDICT_APPLICANT_KIND,
    SHOW_VERDICT_RANKING,
    SHOW_VERDICT_MODEL,
    SHOW_VERDICT_AT,
    SHOW_VERDICT_TOPIC,
    SHOW_VERDICT_AREA,
};

/* The next batches of a lane's log from seq on, and from where it has been swept: seq, events.
 */
EKC_MUST_CHECK int store_log(ekc_db *db, int32_t lane, int64_t seq);

/* What a work item needs, for ids of portals side by side: portal, id, created_at, channel,
 * applicant kind, okrug, regime, subject, body, deaths; of those that have no verdict. */
EKC_MUST_CHECK int store_work(ekc_db *db, struct ekc_array *portals, struct ekc_array *ids);

/* Records that holder died with these inquiries in hand. Two results, in the second for each:
 * has it a verdict now, and how many died. */
EKC_MUST_CHECK int store_deaths(ekc_db *db, uint64_t holder, struct ekc_array *portals,
                                struct ekc_array *ids);

/* The regime that a channel's inquiries fall under, until an appeal is made of them. */
const char *store_regime(const char *channel);

#endif
