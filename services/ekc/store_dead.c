/* store_dead.c - see store_dead.h. */
#include "store_dead.h"

/* The current verdicts that are dead. */
#define DEAD                                                                                   \
    "FROM verdict AS v JOIN portal AS p ON p.id = v.portal_id "                                \
    "JOIN inquiry AS i ON i.portal_id = v.portal_id AND i.id = v.inquiry_id "                  \
    "LEFT JOIN revival AS r ON r.portal_id = v.portal_id AND r.inquiry_id = v.inquiry_id "     \
    "WHERE v.status = 'dead' AND NOT EXISTS (SELECT FROM verdict AS w "                        \
    "WHERE w.portal_id = v.portal_id AND w.inquiry_id = v.inquiry_id AND w.n > v.n)"

#define DEATHS                                                                                 \
    "(SELECT count(*) FROM attempt AS a WHERE a.portal_id = v.portal_id "                      \
    "AND a.inquiry_id = v.inquiry_id AND a.n = v.n)"

#define UTC(moment) "to_char(" moment ", 'YYYY-MM-DD HH24:MI:SS')"

const struct store_view store_dead_list = {
    .name = "dead",
    .columns = { "id", "text:portal", "text:external_id", "deaths", "text:since",
                 "text:revival" },
    .sql = "SELECT v.inquiry_id, p.name, i.external_id, " DEATHS
           ", " UTC("v.at") ", "
                            "CASE WHEN r.n IS NULL THEN '' ELSE 'due' END " DEAD
                            " ORDER BY v.at, v.inquiry_id",
};

int store_dead_show(ekc_sql *sql, int64_t id, ekc_result **ret_rows)
{
    static const char text[] =
        "WITH one AS (SELECT v.portal_id, v.inquiry_id, v.n, v.at, v.by, p.name, "
        "i.external_id, i.channel, i.received_at, length(i.body) AS length, "
        "r.n IS NOT NULL AS is_due " DEAD " AND v.inquiry_id = $1::bigint) "
        "SELECT row.* FROM one, LATERAL (VALUES (1, 'portal', name), "
        "(2, 'external id', external_id), (3, 'channel', channel), "
        "(4, 'received', " UTC(
            "received_at") "), (5, 'length', length::text), "
                           "(6, 'verdict', n::text), (7, 'dead since', " UTC(
                               "at") "), (8, 'told by', by), "
                                     "(9, 'revival', CASE WHEN is_due THEN 'due' ELSE 'none' "
                                     "END)) AS row "
                                     "UNION ALL SELECT 10 + row_number() OVER (ORDER BY a.at), "
                                     "'death', " UTC(
                                         "a.at") " || ' of worker ' || to_hex(a.holder) FROM "
                                                 "one JOIN attempt AS a "
                                                 "USING (portal_id, inquiry_id) WHERE a.n = "
                                                 "one.n ORDER BY 1";
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, id);
    return ekc_sql_run(sql, text, &params, ret_rows);
}

int store_dead_revive(ekc_sql *sql, int64_t id)
{
    static const char text[] = "INSERT INTO revival (portal_id, inquiry_id, n) "
                               "SELECT v.portal_id, v.inquiry_id, v.n + 1 " DEAD
                               " AND ($1::bigint = 0 OR v.inquiry_id = $1) AND r.n IS NULL "
                               "ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING 1";
    EKC_CLEANUP(ekc_result_free) ekc_result *rows = NULL;
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, id);
    int r = ekc_sql_run(sql, text, &params, &rows);
    return r < 0 ? r : ekc_result_rows(rows);
}
