/* store_revive.c - the statements of revivals; see store.h. */
#include "store.h"

static const struct ekc_statement claim = {
    "classifier_revival",
    "WITH due AS (SELECT portal_id, inquiry_id, n, holder FROM revival "
    "WHERE free_at < now() OR holder = $1::bigint "
    "ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED), "
    "told AS (INSERT INTO attempt (portal_id, inquiry_id, n, holder) "
    "SELECT * FROM due WHERE holder NOT IN (0, $1::bigint) ON CONFLICT DO NOTHING "
    "RETURNING 1), "
    "claimed AS (UPDATE revival r SET holder = $1::bigint, free_at = now() + interval '10 s' "
    "FROM due WHERE r.portal_id = due.portal_id AND r.inquiry_id = due.inquiry_id) "
    "SELECT i.portal_id, i.id, i.created_at, i.channel, i.applicant_kind, i.okrug, i.regime, "
    "i.subject, i.body, due.n, (SELECT count(*) FROM told) + (SELECT count(*) FROM attempt a "
    "WHERE a.portal_id = i.portal_id AND a.inquiry_id = i.id AND a.n = due.n), "
    "v.applicant_kind "
    "FROM due JOIN inquiry i ON i.portal_id = due.portal_id AND i.id = due.inquiry_id "
    "JOIN verdict v ON v.portal_id = i.portal_id AND v.inquiry_id = i.id AND v.n = due.n - 1",
};

static const struct ekc_statement finish = {
    "classifier_revived",
    "DELETE FROM revival WHERE portal_id = $1::int AND inquiry_id = $2::bigint "
    "AND n = $3::int",
};

int store_revival(ekc_db *db, uint64_t self)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, (int64_t)self);
    return ekc_db_add(db, &claim, &params);
}

int store_revived(ekc_db *db, int32_t portal, int64_t inquiry, int16_t n)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, portal);
    ekc_params_int8(&params, inquiry);
    ekc_params_int4(&params, n);
    return ekc_db_add(db, &finish, &params);
}
