/* figures.h - rows of counts made into the figures of an answer: every period of the span, with
 * zeros where nothing was, growth, partial periods marked, the largest first. Pure. */
#ifndef FIGURES_H
#define FIGURES_H

#include "query.h"

/* A count as it was read; keys beyond the query's groups are "". Texts are borrowed. */
struct figures_row {
    int32_t first; /* first day of the period that the days belong to */
    const char *keys[QUERY_GROUPS_MAX];
    int64_t n;
};

struct figure {
    struct span span; /* the days it covers */
    bool is_partial, has_growth;
    const char *keys[QUERY_GROUPS_MAX]; /* of a row */
    int64_t value, previous;
    double growth;
};

struct figures {
    struct figure *list;
    size_t count;
    int64_t total;
};

/* Composes what rows give; sorts them. span is the plan's, known the days with data. The list
 * is the caller's, and refers to the rows' texts. -E2BIG: over QUERY_FIGURES_MAX. -ENOMEM. */
EKC_MUST_CHECK int figures_compose(const struct query *query, struct span span,
                                   struct span known, struct figures_row *rows, size_t count,
                                   struct figures *ret_figures);
void figures_done(struct figures *figures);

#endif
