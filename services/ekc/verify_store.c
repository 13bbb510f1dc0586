/* verify_store.c - see verify_store.h. Counters are compared with a recount of the facts, never
 * of the events. */
#include "verify_store.h"

/* The first twenty of what breaks a promise; q gives one text for each. */
#define OFFENDERS(q)                                                                           \
    "SELECT what, count(*) OVER () FROM (" q ") AS broken (what) ORDER BY what LIMIT 20"

#define ACKNOWLEDGED "answer IN ('DURABLE', 'DUPLICATE')"

/* The inquiries that a line of the journal may mean; without a portal's name any of that id. */
#define MEANT                                                                                  \
    "FROM inquiry AS i JOIN portal AS p ON p.id = i.portal_id "                                \
    "WHERE i.external_id = j.external_id AND (p.name = j.portal OR j.portal = '')"

/* Every inquiry (measure 1) and every current verdict (measure 2), values by dimension. */
#define FACTS                                                                                  \
    "WITH fact AS (SELECT 1 AS measure, "                                                      \
    "(i.created_at AT TIME ZONE 'Europe/Moscow')::date AS day, "                               \
    "ARRAY['', '', '', '', i.channel, i.portal_id::text, coalesce(i.okrug, ''), ''] AS d "     \
    "FROM inquiry AS i UNION ALL "                                                             \
    "SELECT 2, (i.created_at AT TIME ZONE 'Europe/Moscow')::date, "                            \
    "ARRAY['', coalesce(t.area, ''), coalesce(f.topic, ''), v.applicant_kind, i.channel, "     \
    "i.portal_id::text, coalesce(i.okrug, ''), v.status] "                                     \
    "FROM inquiry AS i JOIN verdict AS v ON v.portal_id = i.portal_id "                        \
    "AND v.inquiry_id = i.id "                                                                 \
    "LEFT JOIN verdict_topic AS f ON f.portal_id = v.portal_id "                               \
    "AND f.inquiry_id = v.inquiry_id AND f.n = v.n AND f.k = 1 "                               \
    "LEFT JOIN topic AS t ON t.id = f.topic "                                                  \
    "WHERE NOT EXISTS (SELECT FROM verdict AS w WHERE w.portal_id = v.portal_id "              \
    "AND w.inquiry_id = v.inquiry_id AND w.n > v.n)), "                                        \
    "recount AS (SELECT r.id AS rollup, CASE r.grain WHEN 'month' "                            \
    "THEN date_trunc('month', fact.day::timestamp)::date ELSE fact.day END AS day, "           \
    "fact.d[r.a + 1] AS a, fact.d[r.b + 1] AS b, count(*) AS n "                               \
    "FROM fact JOIN stat_rollup AS r USING (measure) GROUP BY 1, 2, 3, 4) "

const struct verify_promise verify_promises[] = {
    { .id = "I1",
      .about = "every acknowledged inquiry is stored exactly once",
      .needs_journal = true,
      .checked =
          "SELECT count(DISTINCT (portal, external_id)) FROM journal WHERE " ACKNOWLEDGED,
      .broken =
          OFFENDERS("SELECT DISTINCT format('%s/%s: stored %s times', j.portal, j.external_id, "
                    "(SELECT count(*) " MEANT ")) FROM journal AS j "
                    "WHERE " ACKNOWLEDGED " AND (SELECT count(*) " MEANT ") <> 1 UNION ALL "
                    "SELECT format('%s/%s: was given %s numbers', portal, external_id, "
                    "count(DISTINCT number)) FROM journal WHERE " ACKNOWLEDGED " "
                    "GROUP BY portal, external_id HAVING count(DISTINCT number) > 1") },
    { .id = "I2",
      .about = "every verdict is of an inquiry, and an inquiry's verdicts are 1, 2, 3 …",
      .checked = "SELECT count(*) FROM verdict",
      .broken = OFFENDERS(
          "SELECT format('%s/%s: verdict of no inquiry', v.portal_id, v.inquiry_id) "
          "FROM verdict AS v WHERE NOT EXISTS (SELECT FROM inquiry AS i "
          "WHERE i.portal_id = v.portal_id AND i.id = v.inquiry_id) UNION ALL "
          "SELECT format('%s/%s: %s verdicts, the last is %s', portal_id, inquiry_id, "
          "count(*), max(n)) FROM verdict GROUP BY portal_id, inquiry_id "
          "HAVING min(n) <> 1 OR max(n) <> count(*)") },
    { .id = "I2",
      .about = "every inquiry is judged",
      .is_lenient = true,
      .checked = "SELECT count(*) FROM inquiry",
      .broken =
          OFFENDERS("SELECT format('%s/%s: not yet judged', i.portal_id, i.id) "
                    "FROM inquiry AS i WHERE NOT EXISTS (SELECT FROM verdict AS v "
                    "WHERE v.portal_id = i.portal_id AND v.inquiry_id = i.id AND v.n = 1)") },
    { .id = "I3",
      .about = "each lane's log is 1 to its end, without hole or repeat",
      .checked = "SELECT count(*) FROM event_log",
      .broken = OFFENDERS(
          "SELECT format('lane %s: %s batches from %s to %s, the end is %s', "
          "coalesce(l.id, e.lane_id), coalesce(e.n, 0), e.first, e.last, l.last_seq) "
          "FROM lane AS l FULL JOIN (SELECT lane_id, count(*) AS n, min(seq) AS first, "
          "max(seq) AS last FROM event_log GROUP BY lane_id) AS e ON e.lane_id = l.id "
          "WHERE l.id IS NULL OR coalesce(e.n, 0) <> l.last_seq "
          "OR (e.n > 0 AND (e.first <> 1 OR e.last <> l.last_seq))") },
    { .id = "I3",
      .about = "the log tells of every inquiry and of every verdict once",
      .checked = "SELECT coalesce(sum(n), 0)::int8 FROM event_log",
      .broken = OFFENDERS("SELECT format('%s events, %s facts', told, facts) FROM (SELECT "
                          "(SELECT coalesce(sum(n), 0) FROM event_log) AS told, "
                          "(SELECT count(*) FROM inquiry) + (SELECT count(*) FROM verdict) "
                          "AS facts) AS x WHERE told <> facts") },
    { .id = "I4",
      .about = "everything in the log is counted",
      .checked = "SELECT count(*) FROM lane",
      .broken = OFFENDERS("SELECT format('lane %s: counted up to %s of %s', l.id, "
                          "coalesce(c.pos, 0), l.last_seq) FROM lane AS l "
                          "LEFT JOIN stat_cursor AS c ON c.consumer = 'statistics' "
                          "AND c.lane_id = l.id WHERE coalesce(c.pos, 0) <> l.last_seq") },
    { .id = "I4",
      .about = "every counter equals a recount of the facts",
      .checked = "SELECT count(*) FROM stat_counter",
      .broken = FACTS OFFENDERS(
          "SELECT format('counter %s of %s %s %s: %s, the facts say %s', rollup, day, a, b, "
          "coalesce(c.n, 0), coalesce(recount.n, 0)) "
          "FROM stat_counter AS c FULL JOIN recount USING (rollup, day, a, b) "
          "WHERE coalesce(c.n, 0) <> coalesce(recount.n, 0)") },
    { .id = "I5",
      .about = "nothing is stored that nobody submitted",
      .needs_journal = true,
      .checked = "SELECT count(*) FROM inquiry AS i JOIN portal AS p ON p.id = i.portal_id "
                 "WHERE p.name IN (SELECT portal FROM journal)",
      .broken = OFFENDERS("SELECT format('%s/%s: never submitted', p.name, i.external_id) "
                          "FROM inquiry AS i JOIN portal AS p ON p.id = i.portal_id "
                          "WHERE p.name IN (SELECT portal FROM journal) AND NOT EXISTS "
                          "(SELECT FROM journal AS j WHERE j.external_id = i.external_id "
                          "AND j.portal = p.name)") },
};
const size_t verify_promise_count = EKC_COUNT(verify_promises);

int verify_store_lag(ekc_sql *sql, int64_t *ret_lanes)
{
    static const char text[] = "SELECT count(*) FROM lane AS l LEFT JOIN stat_cursor AS c "
                               "ON c.consumer = 'statistics' AND c.lane_id = l.id "
                               "WHERE coalesce(c.pos, 0) <> l.last_seq";
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    int r = ekc_sql_run(sql, text, NULL, &result);
    if (r < 0)
        return r;

    *ret_lanes = ekc_result_int(result, 0, 0);
    return 0;
}

int verify_store_begin(ekc_sql *sql)
{
    return ekc_sql_script(sql, "BEGIN ISOLATION LEVEL REPEATABLE READ;"
                               "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off;"
                               "CREATE TEMPORARY TABLE journal (portal text, external_id text, "
                               "answer text, number text) ON COMMIT DROP;");
}

int verify_store_add(ekc_sql *sql, const struct verify_entry *entries, size_t count)
{
    static const char text[] =
        "INSERT INTO journal SELECT coalesce(portal, ''), external_id, answer, number "
        "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) "
        "AS line (portal, external_id, answer, number)";
    struct ekc_array columns[] = {
        { .type = EKC_TEXT }, { .type = EKC_TEXT }, { .type = EKC_TEXT }, { .type = EKC_TEXT }
    };
    for (size_t i = 0; i < count; i++) {
        ekc_array_text(&columns[0], entries[i].portal);
        ekc_array_text(&columns[1], entries[i].external_id);
        ekc_array_text(&columns[2], entries[i].answer);
        ekc_array_text(&columns[3], entries[i].number);
    }
    struct ekc_params params;
    ekc_params_clear(&params);
    for (size_t i = 0; i < EKC_COUNT(columns); i++)
        ekc_params_array(&params, &columns[i]);

    int r = ekc_sql_run(sql, text, &params, NULL);
    for (size_t i = 0; i < EKC_COUNT(columns); i++)
        ekc_array_done(&columns[i]);
    return r;
}
