/* query.h - a question about figures, and from where it is best answered. Pure: no I/O. */
#ifndef QUERY_H
#define QUERY_H

#include "period.h"
#include "rollup.h"

enum {
    QUERY_GROUPS_MAX = 2,
    QUERY_FILTERS_MAX = DIMENSION_COUNT - 1,
    QUERY_FIGURES_MAX = 5000, /* in an answer; some 400 KB of it */
    QUERY_ROWS_MAX = 100000,  /* read to make them */
};

/* Only inquiries whose dimension is one of the values; texts are borrowed. */
struct query_filter {
    enum dimension dimension;
    const char **values;
    size_t count;
};

struct query {
    enum measure measure;
    enum period period;
    bool has_from, has_to;
    struct span asked; /* where has_from and has_to say so */
    enum dimension groups[QUERY_GROUPS_MAX];
    size_t group_count;
    struct query_filter filters[QUERY_FILTERS_MAX];
    size_t filter_count;
    uint32_t top;
};

/* How a query is answered. */
struct query_plan {
    const struct rollup *rollup; /* NULL = from the facts */
    struct span span;            /* the days that figures cover */
    struct span read;            /* the days to read: wider where nothing more can be found */
};

/* The counter of all inquiries of a measure, without which nothing is known; NULL: none is
 * kept. */
const struct rollup *query_total(const struct rollups *rollups, enum measure measure);

/* The filter on a dimension, or NULL. */
const struct query_filter *query_filter_on(const struct query *query, enum dimension dimension);

/* True when a measure can be split by a dimension at all. */
bool query_knows(enum measure measure, enum dimension dimension);

/* Plans the least counter that covers the query; known are the first and last day with data. */
struct query_plan query_plan(const struct query *query, const struct rollups *rollups,
                             struct span known);

#endif
