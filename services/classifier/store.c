/* store.c - see store.h. */
#include "store.h"

#include <string.h>

#include "ekc/post.h"
#include "ekc/words.h"

static const struct ekc_statement insert_verdicts = {
    "classifier_insert",
    "WITH input AS (SELECT * FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], "
    "$4::text[], $5::real[], $6::text[], $7::text[], $8::text[], $9::bytea[]) "
    "AS i(portal_id, inquiry_id, at, status, confidence, applicant_kind, topic, ranking, "
    "event)), "
    /* In the order of the key, so that two batches never wait for each other in a circle. */
    "ins AS (INSERT INTO verdict (portal_id, inquiry_id, n, status, confidence, "
    "applicant_kind, ranking, model, by, at, path) "
    "SELECT portal_id, inquiry_id, 1, status, confidence, applicant_kind, "
    "COALESCE(ranking, ''), $10::text, $11::text, at, $12::text FROM input "
    "ORDER BY portal_id, inquiry_id ON CONFLICT DO NOTHING RETURNING portal_id, inquiry_id), "
    "topics AS (INSERT INTO verdict_topic (portal_id, inquiry_id, n, k, topic, share) "
    "SELECT portal_id, inquiry_id, 1, 1, topic, confidence FROM input "
    "JOIN ins USING (portal_id, inquiry_id) WHERE topic IS NOT NULL), "
    "batch AS (SELECT count(*)::int AS n, "
    "string_agg(event, ''::bytea ORDER BY portal_id, inquiry_id) AS events "
    "FROM input JOIN ins USING (portal_id, inquiry_id)), " EKC_LANE_APPEND(
        "$13", "$14") " "
                      "SELECT portal_id, inquiry_id, (SELECT seq FROM logged) FROM ins "
                      "ORDER BY portal_id, inquiry_id",
};

static const struct ekc_statement read_version = {
    "classifier_version",
    "SELECT COALESCE(max(version), 0)::int FROM taxonomy",
};

static const struct ekc_statement read_topics = {
    "classifier_topics",
    "SELECT t.id, t.area, t.applicant, t.name_ru, t.in_scope, array_to_string(t.phrases, "
    "E'\\n') "
    "FROM topic t JOIN area a ON a.id = t.area ORDER BY a.position, t.position, t.id",
};

#define SWEEP "'sweep'"

static const struct ekc_statement add_cursors = {
    "classifier_cursors",
    "INSERT INTO stat_cursor (consumer, lane_id) SELECT " SWEEP ", id FROM lane l "
    "WHERE role = 'intake' AND NOT EXISTS (SELECT FROM stat_cursor c "
    "WHERE c.consumer = " SWEEP " AND c.lane_id = l.id) ON CONFLICT DO NOTHING",
};

/* At most 64 batches, and none that begins behind 1,000 events: so much is in memory at once,
 * with the texts. */
static const struct ekc_statement look = {
    "classifier_look",
    "SELECT c.lane_id, c.pos, e.seq, e.events FROM (SELECT c.lane_id, c.pos FROM stat_cursor c "
    "JOIN event_log e ON e.lane_id = c.lane_id AND e.seq = c.pos + 1 "
    "WHERE c.consumer = " SWEEP " AND e.at < now() - $1::bigint * interval '1 ms' "
    "ORDER BY e.at LIMIT 1) c CROSS JOIN LATERAL (SELECT seq, events, "
    "sum(n) OVER (ORDER BY seq) - n AS before FROM (SELECT seq, n, events FROM event_log "
    "WHERE lane_id = c.lane_id AND seq > c.pos AND at < now() - $1::bigint * interval '1 ms' "
    "ORDER BY seq LIMIT 64) next) e WHERE before < 1000 ORDER BY e.seq",
};

static const struct ekc_statement read_unjudged = {
    "classifier_unjudged",
    "SELECT i.portal_id, i.id, i.created_at, i.channel, i.applicant_kind, i.okrug, i.regime, "
    "i.subject, i.body FROM unnest($1::int[], $2::bigint[]) AS k(portal_id, id) "
    "JOIN inquiry i USING (portal_id, id) WHERE NOT EXISTS (SELECT FROM verdict v "
    "WHERE v.portal_id = k.portal_id AND v.inquiry_id = k.id AND v.n = 1)",
};

static const struct ekc_statement move = {
    "classifier_move",
    "WITH moved AS (UPDATE stat_cursor SET pos = $3::bigint WHERE consumer = " SWEEP " "
    "AND lane_id = $1::int AND pos = $2::bigint RETURNING 1) "
    "SELECT ekc_require((SELECT count(*) FROM moved) = 1, 'the sweep has been moved')",
};

enum {
    COLUMN_PORTAL,
    COLUMN_INQUIRY,
    COLUMN_AT,
    COLUMN_STATUS,
    COLUMN_CONFIDENCE,
    COLUMN_APPLICANT_KIND,
    COLUMN_TOPIC,
    COLUMN_RANKING,
    COLUMN_EVENT,
};

static const enum ekc_type column_types[STORE_COLUMNS] = {
    [COLUMN_PORTAL] = EKC_INT4,       [COLUMN_INQUIRY] = EKC_INT8,
    [COLUMN_AT] = EKC_MOMENT,         [COLUMN_STATUS] = EKC_TEXT,
    [COLUMN_CONFIDENCE] = EKC_FLOAT4, [COLUMN_APPLICANT_KIND] = EKC_TEXT,
    [COLUMN_TOPIC] = EKC_TEXT,        [COLUMN_RANKING] = EKC_TEXT,
    [COLUMN_EVENT] = EKC_BYTEA,
};

void store_columns_init(struct store_columns *columns)
{
    *columns = (struct store_columns){ 0 };
    for (int i = 0; i < STORE_COLUMNS; i++)
        columns->columns[i].type = column_types[i];
}

void store_columns_done(struct store_columns *columns)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_array_done(&columns->columns[i]);
}

static void add_bytes(struct ekc_array *array, struct ekc_bytes bytes)
{
    if (bytes.len == 0)
        ekc_array_null(array);
    else
        ekc_array_bytes(array, bytes);
}

static void add_row(struct ekc_array *columns, const struct batch *batch,
                    const struct batch_row *row)
{
    ekc_array_int(&columns[COLUMN_PORTAL], row->portal);
    ekc_array_int(&columns[COLUMN_INQUIRY], row->inquiry);
    ekc_array_int(&columns[COLUMN_AT], row->at_us);
    ekc_array_text(&columns[COLUMN_STATUS], ekc_status_word(row->status));
    ekc_array_float(&columns[COLUMN_CONFIDENCE], row->confidence);
    ekc_array_text(&columns[COLUMN_APPLICANT_KIND], ekc_kind_word(row->applicant_kind));
    add_bytes(&columns[COLUMN_TOPIC], batch_bytes(batch, row->topic));
    add_bytes(&columns[COLUMN_RANKING], batch_bytes(batch, row->ranking));
    ekc_array_bytes(&columns[COLUMN_EVENT], batch_bytes(batch, row->event));
}

int store_insert(ekc_db *db, struct store_columns *columns, const struct batch *batch,
                 enum counts_path path, const struct ekc_lane *lane)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_array_clear(&columns->columns[i]);
    for (size_t i = batch->from; i < batch->to; i++)
        add_row(columns->columns, batch, &batch->rows[i]);
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_params_array(&params, &columns->columns[i]);
    ekc_params_text(&params, batch->model);
    ekc_params_text(&params, ekc_self_id());
    ekc_params_text(&params, counts_path_word(path));
    ekc_params_int4(&params, lane->id);
    ekc_params_int8(&params, lane->owner);
    return ekc_db_add(db, &insert_verdicts, &params);
}

int store_version(ekc_db *db)
{
    return ekc_db_add(db, &read_version, NULL);
}

int store_topics(ekc_db *db)
{
    int r = ekc_db_add(db, &read_version, NULL);
    return r < 0 ? r : ekc_db_add(db, &read_topics, NULL);
}

int store_look(ekc_db *db, int64_t age_ms)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, age_ms);
    int r = ekc_db_add(db, &add_cursors, NULL);
    return r < 0 ? r : ekc_db_add(db, &look, &params);
}

int store_unjudged(ekc_db *db, struct ekc_array *portals, struct ekc_array *inquiries)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_array(&params, portals);
    ekc_params_array(&params, inquiries);
    return ekc_db_add(db, &read_unjudged, &params);
}

int store_move(ekc_db *db, int32_t lane, int64_t from, int64_t to)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, lane);
    ekc_params_int8(&params, from);
    ekc_params_int8(&params, to);
    return ekc_db_add(db, &move, &params);
}
