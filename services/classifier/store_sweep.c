/* store_sweep.c - the sweep's statements; see store.h. */
#include "store.h"

#define SWEEP "'sweep'"

static const struct ekc_statement add_cursors = {
    "classifier_cursors",
    "INSERT INTO stat_cursor (consumer, lane_id) SELECT " SWEEP ", id FROM lane l "
    "WHERE role = 'intake' AND NOT EXISTS (SELECT FROM stat_cursor c "
    "WHERE c.consumer = " SWEEP " AND c.lane_id = l.id) ORDER BY id ON CONFLICT DO NOTHING",
};

static const struct ekc_statement add_claims = {
    "classifier_claims",
    "INSERT INTO sweep_claim (lane_id) SELECT lane_id FROM stat_cursor c "
    "WHERE consumer = " SWEEP " AND NOT EXISTS (SELECT FROM sweep_claim s "
    "WHERE s.lane_id = c.lane_id) ORDER BY lane_id ON CONFLICT DO NOTHING",
};

/* At most 64 batches, and none that begins behind 1,000 events: so much is in memory at once,
 * with the texts. A lane in other hands is skipped, so that sweeps share the lanes. */
static const struct ekc_statement look = {
    "classifier_look",
    "WITH due AS (SELECT s.lane_id, c.pos, s.holder, l.lease_until < now() AS is_orphan, "
    "greatest(f.at, s.moved_at) < now() - $1::bigint * interval '1 ms' AS has_stood "
    "FROM sweep_claim s "
    "JOIN stat_cursor c ON c.consumer = " SWEEP " AND c.lane_id = s.lane_id "
    "JOIN lane l ON l.id = s.lane_id "
    "JOIN event_log f ON f.lane_id = s.lane_id AND f.seq = c.pos + 1 "
    "WHERE (s.free_at < now() OR s.holder = $2::bigint) AND f.at < now() - interval '1 s' "
    "ORDER BY s.holder = $2::bigint DESC, l.lease_until < now() DESC, f.at LIMIT 1 "
    "FOR UPDATE OF s SKIP LOCKED), "
    "claimed AS (UPDATE sweep_claim s SET free_at = now() + interval '10 s' FROM due "
    "WHERE s.lane_id = due.lane_id) "
    "SELECT due.lane_id, due.pos, e.seq, e.events, is_orphan OR has_stood, due.holder "
    "FROM due CROSS JOIN LATERAL (SELECT seq, events FROM (SELECT seq, events, "
    "sum(n) OVER (ORDER BY seq) - n AS before FROM (SELECT seq, n, events FROM event_log "
    "WHERE lane_id = due.lane_id AND seq > due.pos AND at < now() - CASE "
    "WHEN has_stood AND NOT is_orphan THEN $1::bigint * interval '1 ms' "
    "ELSE interval '1 s' END ORDER BY seq LIMIT 64) next) w WHERE before < 1000) e "
    "ORDER BY e.seq",
};

#define KEYS "unnest($1::int[], $2::bigint[]) WITH ORDINALITY AS k(portal_id, id, ordinal)"
#define UNJUDGED                                                                               \
    "NOT EXISTS (SELECT FROM verdict v WHERE v.portal_id = k.portal_id "                       \
    "AND v.inquiry_id = k.id AND v.n = 1)"
#define DEATHS                                                                                 \
    "(SELECT count(*) FROM attempt a WHERE a.portal_id = k.portal_id "                         \
    "AND a.inquiry_id = k.id AND a.n = 1)"

/* Whoever is still named as the holder when the claim has passed to another died of it. What
 * was suspect then has been written down by itself. */
static const struct ekc_statement add_deaths = {
    "classifier_deaths",
    "WITH told AS (INSERT INTO attempt (portal_id, inquiry_id, n, holder) "
    "SELECT k.portal_id, k.id, 1, s.holder FROM sweep_claim s CROSS JOIN " KEYS
    " WHERE s.lane_id = $3::int AND s.holder NOT IN (0, $4::bigint) AND NOT s.is_alone "
    "AND " DEATHS " < 2 AND " UNJUDGED " ORDER BY 1, 2 ON CONFLICT DO NOTHING) "
    "UPDATE sweep_claim SET holder = 0 WHERE lane_id = $3::int AND holder <> 0",
};

static const struct ekc_statement add_attempt = {
    "classifier_attempt",
    "INSERT INTO attempt (portal_id, inquiry_id, n, holder) "
    "VALUES ($1::int, $2::bigint, 1, $3::bigint) ON CONFLICT DO NOTHING",
};

static const struct ekc_statement read_open = {
    "classifier_open",
    "SELECT k.ordinal - 1, k.portal_id, k.id, " DEATHS " FROM " KEYS " WHERE " UNJUDGED
    " ORDER BY k.ordinal",
};

static const struct ekc_statement hold = {
    "classifier_hold",
    "UPDATE sweep_claim SET holder = $2::bigint, is_alone = $3::bool, "
    "free_at = now() + interval '10 s' WHERE lane_id = $1::int",
};

/* A suspect's attempt is written down before its text is touched. */
static const struct ekc_statement add_attempts = {
    "classifier_add_attempts",
    "INSERT INTO attempt (portal_id, inquiry_id, n, holder) SELECT k.portal_id, k.id, 1, "
    "$3::bigint FROM " KEYS " WHERE $4::bool AND " UNJUDGED " ON CONFLICT DO NOTHING",
};

static const struct ekc_statement read_held = {
    "classifier_held",
    "SELECT i.portal_id, i.id, i.created_at, i.channel, i.applicant_kind, i.okrug, i.regime, "
    "i.subject, i.body FROM " KEYS " JOIN inquiry i USING (portal_id, id) WHERE " UNJUDGED,
};

static const struct ekc_statement move = {
    "classifier_move",
    "WITH moved AS (UPDATE stat_cursor SET pos = $3::bigint WHERE consumer = " SWEEP " "
    "AND lane_id = $1::int AND pos = $2::bigint RETURNING 1), "
    "freed AS (UPDATE sweep_claim SET holder = 0, "
    "free_at = now() + $5::bigint * interval '1 ms', "
    "moved_at = CASE WHEN $4::bool THEN moved_at ELSE now() END WHERE lane_id = $1::int) "
    "SELECT ekc_require((SELECT count(*) FROM moved) = 1, 'the sweep has been moved')",
};

int store_look(ekc_db *db, int64_t after_ms, uint64_t self)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, after_ms);
    ekc_params_int8(&params, (int64_t)self);
    int r = ekc_db_add(db, &add_cursors, NULL);
    r = r < 0 ? r : ekc_db_add(db, &add_claims, NULL);
    return r < 0 ? r : ekc_db_add(db, &look, &params);
}

static void put_keys(struct ekc_params *params, struct ekc_array *portals,
                     struct ekc_array *inquiries)
{
    ekc_params_clear(params);
    ekc_params_array(params, portals);
    ekc_params_array(params, inquiries);
}

int store_open(ekc_db *db, int32_t lane, uint64_t self, struct ekc_array *portals,
               struct ekc_array *inquiries)
{
    struct ekc_params deaths, keys;
    put_keys(&deaths, portals, inquiries);
    ekc_params_int4(&deaths, lane);
    ekc_params_int8(&deaths, (int64_t)self);
    put_keys(&keys, portals, inquiries);
    int r = ekc_db_add(db, &add_deaths, &deaths);
    return r < 0 ? r : ekc_db_add(db, &read_open, &keys);
}

int store_hold(ekc_db *db, int32_t lane, uint64_t self, bool is_alone,
               struct ekc_array *portals, struct ekc_array *inquiries)
{
    struct ekc_params claim, attempt, keys;
    ekc_params_clear(&claim);
    ekc_params_int4(&claim, lane);
    ekc_params_int8(&claim, (int64_t)self);
    ekc_params_bool(&claim, is_alone);
    put_keys(&attempt, portals, inquiries);
    ekc_params_int8(&attempt, (int64_t)self);
    ekc_params_bool(&attempt, is_alone);
    put_keys(&keys, portals, inquiries);
    int r = ekc_db_add(db, &hold, &claim);
    r = r < 0 ? r : ekc_db_add(db, &add_attempts, &attempt);
    return r < 0 ? r : ekc_db_add(db, &read_held, &keys);
}

int store_attempt(ekc_db *db, int32_t portal, int64_t inquiry, uint64_t holder)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, portal);
    ekc_params_int8(&params, inquiry);
    ekc_params_int8(&params, (int64_t)holder);
    return ekc_db_add(db, &add_attempt, &params);
}

int store_move(ekc_db *db, const struct store_move *to)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, to->lane);
    ekc_params_int8(&params, to->from);
    ekc_params_int8(&params, to->to);
    ekc_params_bool(&params, to->is_ours);
    ekc_params_int8(&params, to->rest_ms);
    return ekc_db_add(db, &move, &params);
}
