/* store.c - see store.h. */
#include "store.h"

#include <errno.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"

const struct store_view store_portals = {
    "portals",
    { "id", "text:name", "text:role", "text:key", "text:added_at" },
    "SELECT id::int8, name, role, coalesce(curve_key, ''), "
    "to_char(added_at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM-DD HH24:MI') "
    "FROM portal ORDER BY name",
};

const struct store_view store_status[] = {
    {
        "workers",
        { "lane", "text:role", "text:state", "batches", "lease_s" },
        "SELECT id::int8, role, CASE WHEN lease_until > now() THEN 'alive' ELSE 'gone' END, "
        "last_seq, CASE WHEN lease_until > now() "
        "THEN extract(epoch FROM lease_until - now())::int8 ELSE 0 END "
        "FROM lane ORDER BY role, id",
    },
    {
        "consumers",
        { "text:consumer", "lag_batches", "by_wire", "by_sweep" },
        /* The sweep passes over batches only when they are old: it is behind by its nature. */
        "SELECT c.consumer, sum(l.last_seq - coalesce(s.pos, 0))::int8, "
        "sum(coalesce(s.wire, 0))::int8, sum(coalesce(s.sweep, 0))::int8 "
        "FROM (SELECT DISTINCT consumer FROM stat_cursor WHERE consumer <> 'sweep') c "
        "CROSS JOIN lane l "
        "LEFT JOIN stat_cursor s ON s.consumer = c.consumer AND s.lane_id = l.id "
        "GROUP BY c.consumer ORDER BY c.consumer",
    },
    {
        "inquiries",
        { "received", "judged", "backlog" },
        "SELECT i.n, v.n, i.n - v.n FROM (SELECT count(*) AS n FROM inquiry) i, "
        "(SELECT count(*) AS n FROM verdict WHERE verdict.n = 1) v",
    },
    {
        "verdicts",
        { "text:path", "text:status", "count" },
        "SELECT path, status, count(*) FROM verdict WHERE n = 1 GROUP BY path, status "
        "ORDER BY path DESC, status",
    },
};
const size_t store_status_count = EKC_COUNT(store_status);

static int check_schema(ekc_sql *sql)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    int r = ekc_sql_run(sql, ekc_schema_version.sql, NULL, &result);
    if (r < 0)
        return r;
    int64_t version = ekc_result_rows(result) ? ekc_result_int(result, 0, 0) : 0;
    if (version != ekc_schema_needed())
        return ekc_fail(-EPROTO, "the database has schema %d, this ekc needs %d: ekc migrate",
                        (int)version, ekc_schema_needed());
    return 0;
}

int store_open(ekc_sql **ret_sql)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = ekc_sql_open(&sql, ekc_setting("EKC_DB"));
    if (r == 0)
        r = check_schema(sql);
    if (r < 0)
        return r;
    *ret_sql = sql;
    sql = NULL;
    return 0;
}

int store_make_database(const char *conninfo)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    EKC_CLEANUP(ekc_result_free) ekc_result *found = NULL;
    int r = ekc_sql_open(&sql, conninfo);
    if (r < 0)
        return r;

    r = ekc_sql_run(sql, "SELECT 1 FROM pg_database WHERE datname = 'ekc'", NULL, &found);
    if (r < 0 || ekc_result_rows(found) > 0)
        return r;
    return ekc_sql_run(sql, "CREATE DATABASE ekc", NULL, NULL);
}

/* Runs a statement of texts alone; "" is NULL. */
static int run_texts(ekc_sql *sql, const char *text, const char *const *values, size_t count)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    for (size_t i = 0; i < count; i++)
        ekc_params_text(&params, *values[i] ? values[i] : NULL);
    return ekc_sql_run(sql, text, &params, NULL);
}

bool store_is_portal_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);
    return len >= 1 && len <= 63 && strspn(name, letters) == len && !strchr("._-", *name);
}

int store_add_portal(ekc_sql *sql, const char *name, const char *key, const char *role)
{
    return run_texts(sql,
                     "INSERT INTO portal (name, curve_key, role) VALUES ($1, $2, $3) "
                     "ON CONFLICT (name) DO UPDATE SET role = excluded.role, "
                     "curve_key = coalesce(excluded.curve_key, portal.curve_key)",
                     (const char *[]){ name, key, role }, 3);
}

int store_admit_service(ekc_sql *sql, const char *name, const char *key)
{
    return run_texts(sql,
                     "INSERT INTO service_key (curve_key, name) VALUES ($1, $2) "
                     "ON CONFLICT (curve_key) DO UPDATE SET name = excluded.name",
                     (const char *[]){ key, name }, 2);
}

/* One statement, so that readers see the old taxonomy or the new one. Topics that a new version
 * leaves out stay: inquiries have been judged by them. */
static const char load_taxonomy[] =
    "WITH book AS (SELECT $1::text::jsonb AS book), "
    "fresh AS (INSERT INTO taxonomy (version) SELECT (book ->> 'version')::int FROM book "
    "WHERE (book ->> 'version')::int > (SELECT coalesce(max(version), 0) FROM taxonomy) "
    "RETURNING version), "
    "areas AS (SELECT area, n FROM fresh, book, "
    "jsonb_array_elements(book -> 'areas') WITH ORDINALITY AS a (area, n)), "
    "topics AS (SELECT area ->> 'id' AS area, topic, row_number() OVER (ORDER BY a.n, t.n) AS "
    "n "
    "FROM areas a, jsonb_array_elements(area -> 'topics') WITH ORDINALITY AS t (topic, n)), "
    "new_areas AS (INSERT INTO area (id, position, name_ru, name_en) "
    "SELECT area ->> 'id', n, area ->> 'name_ru', area ->> 'name_en' FROM areas "
    "ON CONFLICT (id) DO UPDATE SET position = excluded.position, "
    "name_ru = excluded.name_ru, name_en = excluded.name_en), "
    "new_topics AS (INSERT INTO topic "
    "(id, area, position, name_ru, name_en, applicant, owner, in_scope, phrases) "
    "SELECT topic ->> 'id', area, n, topic ->> 'name_ru', topic ->> 'name_en', "
    "topic ->> 'applicant', topic ->> 'owner', (topic ->> 'in_scope')::bool, "
    "ARRAY(SELECT jsonb_array_elements_text(topic -> 'phrases')) FROM topics "
    "ON CONFLICT (id) DO UPDATE SET area = excluded.area, position = excluded.position, "
    "name_ru = excluded.name_ru, name_en = excluded.name_en, applicant = excluded.applicant, "
    "owner = excluded.owner, in_scope = excluded.in_scope, phrases = excluded.phrases "
    "RETURNING id) "
    "SELECT count(*) FROM new_topics";

int store_load_taxonomy(ekc_sql *sql, const char *json)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_text(&params, json);
    int r = ekc_sql_run(sql, load_taxonomy, &params, &result);
    return r < 0 ? r : (int)ekc_result_int(result, 0, 0);
}

int store_left(ekc_sql *sql, int64_t *ret_left)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    int r = ekc_sql_run(
        sql,
        "SELECT (SELECT COALESCE(sum(l.last_seq - COALESCE(c.pos, 0)), 0) FROM lane l "
        "LEFT JOIN stat_cursor c ON c.lane_id = l.id AND c.consumer = 'statistics')::bigint + "
        "(SELECT COALESCE(sum(CASE role WHEN 'intake' THEN n ELSE -n END), 0) "
        "FROM event_log e JOIN lane l ON l.id = e.lane_id)::bigint",
        NULL, &result);
    if (r == 0)
        *ret_left = ekc_result_int(result, 0, 0);
    return r;
}
