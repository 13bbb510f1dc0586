/* query.c - see query.h. */
#include "query.h"

#include <stddef.h>

/* What an inquiry has before it is judged. */
static const bool at_receipt[DIMENSION_COUNT] = {
    [DIMENSION_CHANNEL] = true,
    [DIMENSION_PORTAL] = true,
    [DIMENSION_OKRUG] = true,
};

const struct rollup *query_total(const struct rollups *rollups, enum measure measure)
{
    for (size_t i = 0; i < rollups->count; i++) {
        const struct rollup *rollup = &rollups->rows[i];
        if (rollup->measure == measure && !rollup->a && !rollup->b && !rollup->is_monthly)
            return rollup;
    }
    return NULL;
}

const struct query_filter *query_filter_on(const struct query *query, enum dimension dimension)
{
    for (size_t i = 0; i < query->filter_count; i++)
        if (query->filters[i].dimension == dimension)
            return &query->filters[i];
    return NULL;
}

bool query_knows(enum measure measure, enum dimension dimension)
{
    return measure == MEASURE_JUDGED || at_receipt[dimension];
}

static struct span asked_span(const struct query *query, struct span known)
{
    return (struct span){ .from = query->has_from ? query->asked.from : known.from,
                          .to = query->has_to ? query->asked.to : known.to };
}

/* Whole months that hold no other data than the days asked for; false: there are none such. */
static bool by_months(struct span span, struct span known, struct span *ret_months)
{
    struct span months = { .from = period_around(PERIOD_MONTH, span.from).from,
                           .to = period_around(PERIOD_MONTH, span.to).to };
    if ((months.from < span.from && known.from < span.from) ||
        (months.to > span.to && known.to > span.to))
        return false;

    *ret_months = months;
    return true;
}

static bool has(const struct rollup *rollup, enum dimension dimension)
{
    return rollup->a == dimension || rollup->b == dimension;
}

static bool covers(const struct rollup *rollup, const struct query *query)
{
    if (rollup->measure != query->measure)
        return false;
    for (size_t i = 0; i < query->group_count; i++)
        if (!has(rollup, query->groups[i]))
            return false;
    for (size_t i = 0; i < query->filter_count; i++)
        if (!has(rollup, query->filters[i].dimension))
            return false;
    return true;
}

/* Fewer dimensions mean fewer rows, and so do months. */
static int cost(const struct rollup *rollup)
{
    return 2 * ((rollup->a != DIMENSION_NONE) + (rollup->b != DIMENSION_NONE)) +
           !rollup->is_monthly;
}

struct query_plan query_plan(const struct query *query, const struct rollups *rollups,
                             struct span known)
{
    struct query_plan plan = { .span = asked_span(query, known) };
    struct span months = { 0 };
    bool may_be_monthly = query->period != PERIOD_DAY && by_months(plan.span, known, &months);

    for (size_t i = 0; i < rollups->count; i++) {
        const struct rollup *rollup = &rollups->rows[i];
        if (!covers(rollup, query) || (rollup->is_monthly && !may_be_monthly))
            continue;
        if (!plan.rollup || cost(rollup) < cost(plan.rollup))
            plan.rollup = rollup;
    }
    plan.read = plan.rollup && plan.rollup->is_monthly ? months : plan.span;
    return plan;
}
