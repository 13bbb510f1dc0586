/* store.c - see store.h. */
#include "intake/store.h"

#include <string.h>

#include "ekc/words.h"

static const struct ekc_statement insert_batch = {
    "intake_insert",
    "WITH input AS (SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::bytea[], "
    "$5::bytea[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], "
    "$11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], "
    "$17::text[], "
    "$18::text[], $19::text[], $20::text[], $21::text[], $22::bytea[], $23::bytea[], "
    "$24::text[], $25::text[], $26::text[], $27::text[]) "
    "AS i(portal_id, id, external_id, salt, fingerprint, created_at, received_at, channel, "
    "applicant_kind, applicant_key, okrug, regime, subject, body, address, cadastral_number, "
    "category, correlation_id, reply_channel, identified_by, taken_by, extras, event, "
    "contact_name, contact_phone, contact_email, contact_address)), "
    /* In the order of the key, so that two batches never wait for each other in a circle. */
    "ins AS (INSERT INTO inquiry (portal_id, id, external_id, salt, fingerprint, created_at, "
    "received_at, channel, applicant_kind, applicant_key, okrug, regime, subject, body, "
    "address, "
    "cadastral_number, category, correlation_id, reply_channel, identified_by, taken_by, "
    "extras) "
    "SELECT portal_id, id, external_id, salt, fingerprint, created_at, received_at, channel, "
    "applicant_kind, applicant_key, okrug, regime, subject, body, address, cadastral_number, "
    "category, correlation_id, reply_channel, identified_by, taken_by, extras FROM input "
    "ORDER BY portal_id, external_id, id "
    "ON CONFLICT (portal_id, external_id) DO NOTHING RETURNING id), "
    "contacts AS (INSERT INTO contact (portal_id, inquiry_id, name, phone, email, address) "
    "SELECT portal_id, id, contact_name, contact_phone, contact_email, contact_address "
    "FROM input JOIN ins USING (id) WHERE COALESCE(contact_name, contact_phone, contact_email, "
    "contact_address) IS NOT NULL), "
    "batch AS (SELECT count(*)::int AS n, string_agg(event, ''::bytea ORDER BY id) AS events "
    "FROM input JOIN ins USING (id)), " EKC_LANE_APPEND(
        "$28", "$29") " "
                      "SELECT id, (SELECT seq FROM logged) FROM ins ORDER BY id",
};

static const struct ekc_statement probe_space = {
    "intake_probe",
    "CREATE TEMPORARY TABLE intake_probe ON COMMIT DROP AS "
    "SELECT md5(n::text) || repeat(' ', 992) AS filler FROM generate_series(1, 1024) AS n",
};

static const struct ekc_statement compare_keys = {
    "intake_compare",
    "SELECT k.ordinal, i.id, i.salt, i.fingerprint "
    "FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS k(portal_id, external_id, ordinal) "
    "JOIN inquiry i USING (portal_id, external_id) ORDER BY k.ordinal",
};

static const struct ekc_statement take_ids = {
    "intake_ids",
    "SELECT nextval('inquiry_block') FROM generate_series(1, $1::int)",
};

static const struct ekc_statement list_portals = {
    "intake_portals",
    "SELECT id, name, role FROM portal ORDER BY id",
};

static const struct ekc_statement catalog[] = {
    { "catalog_version", "SELECT COALESCE(max(version), 0)::int FROM taxonomy" },
    { "catalog_areas", "SELECT id, name_ru, name_en FROM area ORDER BY position" },
    { "catalog_topics", "SELECT t.id, area, t.name_ru, t.name_en, applicant, owner, in_scope "
                        "FROM topic t JOIN area a ON a.id = t.area "
                        "ORDER BY a.position, t.position" },
    { "catalog_channels", "SELECT id, name_ru, name_en FROM channel ORDER BY position" },
    { "catalog_okrugs", "SELECT id, name_ru, name_en FROM okrug ORDER BY position" },
};

#define SHOW(condition)                                                                        \
    "SELECT i.id, p.name, i.external_id, i.created_at, i.received_at, i.channel, "             \
    "i.applicant_kind, i.okrug, i.category, i.subject, v.n, v.status, v.confidence, "          \
    "v.applicant_kind, v.ranking, v.model, v.at, t.topic, c.area "                             \
    "FROM portal p JOIN inquiry i ON i.portal_id = p.id "                                      \
    "LEFT JOIN LATERAL (SELECT * FROM verdict v WHERE v.portal_id = i.portal_id "              \
    "AND v.inquiry_id = i.id ORDER BY v.n DESC LIMIT 1) v ON true "                            \
    "LEFT JOIN verdict_topic t ON t.portal_id = i.portal_id AND t.inquiry_id = i.id "          \
    "AND t.n = v.n AND t.k = 1 LEFT JOIN topic c ON c.id = t.topic "                           \
    "WHERE ($1::int = 0 OR p.id = $1) AND " condition " LIMIT 1"

static const struct ekc_statement show_by_id = { "intake_show_id", SHOW("i.id = $2::bigint") };
static const struct ekc_statement show_by_key = { "intake_show_key",
                                                  SHOW("i.external_id = $2::text") };

/* Never before what has been swept; at most 64 batches, and none that begins behind 1,000
 * events. */
static const struct ekc_statement read_log = {
    "intake_log",
    "SELECT seq, events FROM (SELECT seq, events, sum(n) OVER (ORDER BY seq) - n AS before "
    "FROM (SELECT seq, n, events FROM event_log WHERE lane_id = $1::int AND seq >= "
    "greatest($2::bigint, 1 + (SELECT max(pos) FROM stat_cursor WHERE consumer = 'sweep' "
    "AND lane_id = $1)) ORDER BY seq LIMIT 64) AS next) AS e WHERE before < 1000 ORDER BY seq",
};

static const struct ekc_statement read_work = {
    "intake_work",
    "SELECT i.portal_id, i.id, created_at, channel, applicant_kind, okrug, regime, subject, "
    "body, (SELECT count(*) FROM attempt a WHERE a.portal_id = i.portal_id "
    "AND a.inquiry_id = i.id AND a.n = 1)::int "
    "FROM unnest($1::int[], $2::bigint[]) AS k(portal_id, id) "
    "JOIN inquiry i USING (portal_id, id) WHERE NOT EXISTS (SELECT FROM verdict v "
    "WHERE v.portal_id = k.portal_id AND v.inquiry_id = k.id AND v.n = 1) "
    "ORDER BY i.portal_id, i.id",
};

/* What has its verdict did not kill; of what was suspect, its holder has told by itself. */
static const struct ekc_statement add_deaths = {
    "intake_add_deaths",
    "INSERT INTO attempt (portal_id, inquiry_id, n, holder) "
    "SELECT portal_id, id, 1, $3::bigint FROM unnest($1::int[], $2::bigint[]) "
    "AS k(portal_id, id) WHERE NOT EXISTS (SELECT FROM verdict v "
    "WHERE v.portal_id = k.portal_id AND v.inquiry_id = k.id AND v.n = 1) "
    "AND (SELECT count(*) FROM attempt a WHERE a.portal_id = k.portal_id "
    "AND a.inquiry_id = k.id AND a.n = 1) < 2 "
    "ORDER BY portal_id, id ON CONFLICT DO NOTHING",
};

static const struct ekc_statement count_deaths = {
    "intake_count_deaths",
    "SELECT EXISTS (SELECT FROM verdict v WHERE v.portal_id = k.portal_id "
    "AND v.inquiry_id = k.id AND v.n = 1), (SELECT count(*) FROM attempt a "
    "WHERE a.portal_id = k.portal_id AND a.inquiry_id = k.id AND a.n = 1) "
    "FROM unnest($1::int[], $2::bigint[]) WITH ORDINALITY AS k(portal_id, id, ordinal) "
    "ORDER BY ordinal",
};

static enum ekc_type type_of(int column)
{
    switch (column) {
    case COLUMN_PORTAL:
        return EKC_INT4;
    case COLUMN_ID:
        return EKC_INT8;
    case COLUMN_SALT:
    case COLUMN_FINGERPRINT:
    case COLUMN_EXTRAS:
    case COLUMN_EVENT:
        return EKC_BYTEA;
    case COLUMN_CREATED_AT:
    case COLUMN_RECEIVED_AT:
        return EKC_MOMENT;
    default:
        return EKC_TEXT;
    }
}

void store_columns_init(struct store_columns *columns)
{
    *columns = (struct store_columns){ 0 };
    for (int i = 0; i < STORE_COLUMNS; i++)
        columns->columns[i].type = type_of(i);
}

void store_columns_clear(struct store_columns *columns)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_array_clear(&columns->columns[i]);
}

void store_columns_done(struct store_columns *columns)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_array_done(&columns->columns[i]);
}

const char *store_regime(const char *channel)
{
    bool is_talk = strcmp(channel, "telephone") == 0 || strcmp(channel, "email") == 0 ||
                   strcmp(channel, "online") == 0 || strcmp(channel, "visit") == 0;
    return is_talk ? "consultation" : "message";
}

static void add_bytes(struct ekc_array *array, struct ekc_bytes bytes)
{
    if (bytes.len == 0)
        ekc_array_null(array);
    else
        ekc_array_bytes(array, bytes);
}

void store_columns_add(struct store_columns *columns, const struct item *item)
{
    struct ekc_array *c = columns->columns;
    const struct inquiry *inquiry = &item->inquiry;
    ekc_array_int(&c[COLUMN_PORTAL], item->portal);
    ekc_array_int(&c[COLUMN_ID], item->id);
    ekc_array_text(&c[COLUMN_EXTERNAL_ID], inquiry->external_id);
    ekc_array_bytes(&c[COLUMN_SALT], (struct ekc_bytes){ item->salt, sizeof item->salt });
    ekc_array_bytes(&c[COLUMN_FINGERPRINT],
                    (struct ekc_bytes){ item->fingerprint, sizeof item->fingerprint });
    ekc_array_int(&c[COLUMN_CREATED_AT], inquiry->created_at_us);
    ekc_array_int(&c[COLUMN_RECEIVED_AT], item->received_at_us);
    ekc_array_text(&c[COLUMN_CHANNEL], inquiry->channel);
    ekc_array_text(&c[COLUMN_APPLICANT_KIND],
                   ekc_kind_word((Ekc__V1__ApplicantKind)inquiry->applicant_kind));
    ekc_array_text(&c[COLUMN_APPLICANT_KEY], inquiry->applicant_key);
    ekc_array_text(&c[COLUMN_OKRUG], inquiry->okrug);
    ekc_array_text(&c[COLUMN_REGIME], store_regime(inquiry->channel));
    ekc_array_text(&c[COLUMN_SUBJECT], inquiry->subject);
    ekc_array_text(&c[COLUMN_BODY], inquiry->text);
    ekc_array_text(&c[COLUMN_ADDRESS], inquiry->address);
    ekc_array_text(&c[COLUMN_CADASTRAL_NUMBER], inquiry->cadastral_number);
    ekc_array_text(&c[COLUMN_CATEGORY], inquiry->category);
    ekc_array_text(&c[COLUMN_CORRELATION_ID], inquiry->correlation_id);
    ekc_array_text(&c[COLUMN_REPLY_CHANNEL], inquiry->reply_channel);
    ekc_array_text(&c[COLUMN_IDENTIFIED_BY], inquiry->identified_by);
    ekc_array_text(&c[COLUMN_TAKEN_BY], inquiry->taken_by);
    add_bytes(&c[COLUMN_EXTRAS], item->extras);
    ekc_array_bytes(&c[COLUMN_EVENT], item->event);
    ekc_array_text(&c[COLUMN_CONTACT_NAME], inquiry->contact.name);
    ekc_array_text(&c[COLUMN_CONTACT_PHONE], inquiry->contact.phone);
    ekc_array_text(&c[COLUMN_CONTACT_EMAIL], inquiry->contact.email);
    ekc_array_text(&c[COLUMN_CONTACT_ADDRESS], inquiry->contact.address);
}

int store_insert(ekc_db *db, struct store_columns *columns, const struct ekc_lane *lane)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    for (int i = 0; i < STORE_COLUMNS; i++)
        ekc_params_array(&params, &columns->columns[i]);
    ekc_params_int4(&params, lane->id);
    ekc_params_int8(&params, lane->owner);
    return ekc_db_add(db, &insert_batch, &params);
}

int store_probe_space(ekc_db *db)
{
    return ekc_db_add(db, &probe_space, NULL);
}

int store_compare(ekc_db *db, struct ekc_array *portals, struct ekc_array *external_ids)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_array(&params, portals);
    ekc_params_array(&params, external_ids);
    return ekc_db_add(db, &compare_keys, &params);
}

int store_take_ids(ekc_db *db, int count)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, count);
    return ekc_db_add(db, &take_ids, &params);
}

int store_portals(ekc_db *db)
{
    return ekc_db_add(db, &list_portals, NULL);
}

int store_catalog(ekc_db *db)
{
    int r = 0;
    for (size_t i = 0; i < EKC_COUNT(catalog) && r == 0; i++)
        r = ekc_db_add(db, &catalog[i], NULL);
    return r;
}

int store_show(ekc_db *db, int32_t portal, int64_t id, const char *external_id)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, portal);
    if (!external_id) {
        ekc_params_int8(&params, id);
        return ekc_db_add(db, &show_by_id, &params);
    }
    ekc_params_text(&params, external_id);
    return ekc_db_add(db, &show_by_key, &params);
}

int store_log(ekc_db *db, int32_t lane, int64_t seq)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, lane);
    ekc_params_int8(&params, seq);
    return ekc_db_add(db, &read_log, &params);
}

int store_work(ekc_db *db, struct ekc_array *portals, struct ekc_array *ids)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_array(&params, portals);
    ekc_params_array(&params, ids);
    return ekc_db_add(db, &read_work, &params);
}

int store_deaths(ekc_db *db, uint64_t holder, struct ekc_array *portals, struct ekc_array *ids)
{
    struct ekc_params keys, deaths;
    ekc_params_clear(&keys);
    ekc_params_array(&keys, portals);
    ekc_params_array(&keys, ids);
    ekc_params_clear(&deaths);
    ekc_params_array(&deaths, portals);
    ekc_params_array(&deaths, ids);
    ekc_params_int8(&deaths, (int64_t)holder);
    int r = ekc_db_add(db, &add_deaths, &deaths);
    return r < 0 ? r : ekc_db_add(db, &count_deaths, &keys);
}
