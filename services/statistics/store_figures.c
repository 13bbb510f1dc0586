/* store_figures.c - the statements that answer questions; see store.h. */
#include <string.h>

#include "store.h"

#define EPOCH "date '1970-01-01'"

static const struct ekc_statement known_days = {
    "stat_known",
    "SELECT min(day), max(day), "
    "(SELECT as_of FROM stat_turn WHERE consumer = 'statistics') "
    "FROM stat_counter WHERE rollup = $1::int4 AND n > 0",
};

static const struct ekc_statement list_portals = {
    "stat_portals",
    "SELECT id::text, name FROM portal",
};

static const struct ekc_statement be_brief = {
    "stat_be_brief",
    "SELECT set_config('statement_timeout', '5000', true)",
};

/* The first day of the period ($1, as ekc.v1.Period) of a row's day, $2 being the first asked.
 */
#define FIRST_DAY                                                                              \
    "CASE $1::int4 WHEN 1 THEN " EPOCH " + $2::int4 WHEN 2 THEN day "                          \
    "WHEN 3 THEN date_trunc('month', day::timestamp)::date "                                   \
    "WHEN 4 THEN date_trunc('quarter', day::timestamp)::date "                                 \
    "ELSE date_trunc('year', day::timestamp)::date END"
#define DAYS_ASKED "day BETWEEN " EPOCH " + $2::int4 AND " EPOCH " + $3::int4"
#define GROUPED "GROUP BY 1, 2, 3 LIMIT $4::int4"

/* $5 the rollup, $6 and $7: 1 = the first key is a, 2 = b, 0 = there is none; $8, $9 filters.
 */
static const struct ekc_statement from_counters = {
    "stat_from_counters",
    "SELECT " FIRST_DAY ", (ARRAY['', a, b])[$6::int4 + 1], (ARRAY['', a, b])[$7::int4 + 1], "
    "sum(n)::int8 FROM stat_counter WHERE rollup = $5::int4 AND " DAYS_ASKED " "
    "AND ($8::text[] IS NULL OR a = ANY ($8)) AND ($9::text[] IS NULL OR b = ANY "
    "($9)) " GROUPED,
};

/* $5 and $6 the dimensions of the keys, $7 to $13 the filters by dimension; d is by dimension.
 */
#define FROM_FACTS                                                                             \
    "SELECT " FIRST_DAY ", d[$5::int4 + 1], d[$6::int4 + 1], count(*) FROM fact "              \
    "WHERE " DAYS_ASKED " "                                                                    \
    "AND ($7::text[] IS NULL OR d[2] = ANY ($7)) AND ($8::text[] IS NULL OR d[3] = ANY ($8)) " \
    "AND ($9::text[] IS NULL OR d[4] = ANY ($9)) "                                             \
    "AND ($10::text[] IS NULL OR d[5] = ANY ($10)) "                                           \
    "AND ($11::text[] IS NULL OR d[6] = ANY ($11)) "                                           \
    "AND ($12::text[] IS NULL OR d[7] = ANY ($12)) "                                           \
    "AND ($13::text[] IS NULL OR d[8] = ANY ($13)) " GROUPED
#define MOSCOW_DAY "(i.created_at AT TIME ZONE 'Europe/Moscow')::date"

static const struct ekc_statement from_received = {
    "stat_from_received",
    "WITH fact AS (SELECT " MOSCOW_DAY " AS day, ARRAY['', '', '', '', i.channel, "
    "i.portal_id::text, coalesce(i.okrug, ''), ''] AS d FROM inquiry AS i) " FROM_FACTS,
};

static const struct ekc_statement from_judged = {
    "stat_from_judged",
    "WITH fact AS (SELECT " MOSCOW_DAY " AS day, ARRAY['', coalesce(topic.area, ''), "
    "coalesce(first.topic, ''), v.applicant_kind, i.channel, i.portal_id::text, "
    "coalesce(i.okrug, ''), v.status] AS d "
    "FROM inquiry AS i JOIN verdict AS v ON v.portal_id = i.portal_id AND v.inquiry_id = i.id "
    "LEFT JOIN verdict_topic AS first ON first.portal_id = v.portal_id "
    "AND first.inquiry_id = v.inquiry_id AND first.n = v.n AND first.k = 1 "
    "LEFT JOIN topic ON topic.id = first.topic "
    "WHERE NOT EXISTS (SELECT FROM verdict AS later WHERE later.portal_id = v.portal_id "
    "AND later.inquiry_id = v.inquiry_id AND later.n > v.n)) " FROM_FACTS,
};

int store_add_known(ekc_db *db, int16_t rollup)
{
    struct ekc_params params, none;
    ekc_params_clear(&none);
    ekc_params_clear(&params);
    ekc_params_int4(&params, rollup);
    int r = ekc_db_add(db, &known_days, &params);
    return r < 0 ? r : ekc_db_add(db, &list_portals, &none);
}

/* One array for each filter that may stand; NULL lets everything pass. */
struct filters {
    struct ekc_array arrays[DIMENSION_COUNT];
};

static void put_filter(struct ekc_params *params, struct filters *filters,
                       const struct query *query, enum dimension dimension)
{
    const struct query_filter *filter = query_filter_on(query, dimension);
    struct ekc_array *array = &filters->arrays[dimension];
    if (!filter) {
        ekc_params_text(params, NULL);
        return;
    }
    array->type = EKC_TEXT;
    for (size_t i = 0; i < filter->count; i++)
        ekc_array_bytes(array,
                        (struct ekc_bytes){ filter->values[i], strlen(filter->values[i]) });
    ekc_params_array(params, array);
}

static const struct ekc_statement *put_rollup(struct ekc_params *params,
                                              struct filters *filters,
                                              const struct query *query,
                                              const struct rollup *rollup)
{
    ekc_params_int4(params, rollup->id);
    for (size_t i = 0; i < QUERY_GROUPS_MAX; i++)
        ekc_params_int4(params, query->groups[i] == DIMENSION_NONE ? 0
                                : query->groups[i] == rollup->a    ? 1
                                                                   : 2);
    put_filter(params, filters, query, rollup->a);
    put_filter(params, filters, query, rollup->b);
    return &from_counters;
}

static const struct ekc_statement *put_facts(struct ekc_params *params, struct filters *filters,
                                             const struct query *query)
{
    for (size_t i = 0; i < QUERY_GROUPS_MAX; i++)
        ekc_params_int4(params, (int32_t)query->groups[i]);
    for (enum dimension d = DIMENSION_AREA; d < DIMENSION_COUNT; d++)
        put_filter(params, filters, query, d);
    return query->measure == MEASURE_JUDGED ? &from_judged : &from_received;
}

int store_add_figures(ekc_db *db, const struct query *query, const struct query_plan *plan)
{
    struct filters filters = { 0 };
    struct ekc_params none, params;
    ekc_params_clear(&none);
    ekc_params_clear(&params);
    ekc_params_int4(&params, (int32_t)query->period);
    ekc_params_int4(&params, plan->read.from);
    ekc_params_int4(&params, plan->read.to);
    ekc_params_int4(&params, QUERY_ROWS_MAX + 1);
    const struct ekc_statement *statement =
        plan->rollup ? put_rollup(&params, &filters, query, plan->rollup)
                     : put_facts(&params, &filters, query);

    int r = ekc_db_add(db, &be_brief, &none);
    if (r >= 0)
        r = ekc_db_add(db, statement, &params);
    for (size_t i = 0; i < DIMENSION_COUNT; i++)
        ekc_array_done(&filters.arrays[i]);
    return r;
}
