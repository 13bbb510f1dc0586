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
    "SELECT portal_id, inquiry_id, $15::int, status, confidence, applicant_kind, "
    "COALESCE(ranking, ''), $10::text, $11::text, at, $12::text FROM input "
    "ORDER BY portal_id, inquiry_id ON CONFLICT DO NOTHING RETURNING portal_id, inquiry_id), "
    "topics AS (INSERT INTO verdict_topic (portal_id, inquiry_id, n, k, topic, share) "
    "SELECT portal_id, inquiry_id, $15::int, 1, topic, confidence FROM input "
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
    ekc_params_int4(&params, batch->n);
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
