/* figures.c - see figures.h. A grid of periods by keys: every key that occurs stands in every
 * period. */
#include "figures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct grid {
    const struct query *query;
    struct span span, known;
    size_t periods, keys;
    const struct figures_row **names; /* of each key, one row that has it; sorted */
    int64_t *cells;                   /* [period * keys + key] */
};

static int compare_keys(const void *left, const void *right)
{
    const struct figures_row *x = left, *y = right;
    int r = strcmp(x->keys[0], y->keys[0]);
    return r ? r : strcmp(x->keys[1], y->keys[1]);
}

static int compare_figures(const void *left, const void *right)
{
    const struct figure *x = left, *y = right;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    int r = strcmp(x->keys[0], y->keys[0]);
    return r ? r : strcmp(x->keys[1], y->keys[1]);
}

/* The days of the i-th period, whole, as the calendar has it. */
static struct span whole_period(const struct grid *grid, struct span before, size_t i)
{
    if (grid->query->period == PERIOD_WHOLE)
        return grid->span;
    return period_around(grid->query->period, i ? before.to + 1 : grid->span.from);
}

static size_t distinct_keys(const struct figures_row *rows, size_t count)
{
    size_t keys = count > 0;
    for (size_t i = 1; i < count; i++)
        keys += compare_keys(&rows[i - 1], &rows[i]) != 0;
    return keys;
}

static size_t period_of(const struct grid *grid, int32_t first)
{
    struct span upto = { .from = grid->span.from, .to = first };
    if (first <= grid->span.from)
        return 0;
    return (size_t)period_count(grid->query->period, upto) - 1;
}

static void fill(struct grid *grid, const struct figures_row *rows, size_t count)
{
    size_t key = 0;
    for (size_t i = 0; i < count; i++) {
        key += i > 0 && compare_keys(&rows[i - 1], &rows[i]) != 0;
        grid->names[key] = &rows[i];
        size_t period = period_of(grid, rows[i].first);
        if (period < grid->periods)
            grid->cells[period * grid->keys + key] += rows[i].n;
    }
}

/* Without groups there is always the one figure, be it zero. */
static const struct figures_row nothing = { .keys = { "", "" } };

static int make_grid(struct grid *grid, struct figures_row *rows, size_t count)
{
    qsort(rows, count, sizeof *rows, compare_keys);
    grid->keys = distinct_keys(rows, count);
    if (grid->query->group_count == 0)
        grid->keys = 1;

    grid->names = calloc(grid->keys + 1, sizeof(void *));
    grid->cells = calloc(grid->periods * grid->keys + 1, sizeof *grid->cells);
    if (!grid->names || !grid->cells)
        return -ENOMEM;

    grid->names[0] = &nothing;
    fill(grid, rows, count);
    return 0;
}

static void free_grid(struct grid *grid)
{
    free(grid->names);
    free(grid->cells);
}

static bool is_partial(const struct grid *grid, struct span whole)
{
    return whole.from < grid->span.from || whole.to > grid->span.to ||
           whole.from < grid->known.from || whole.to > grid->known.to;
}

static struct span cut(struct span whole, struct span by)
{
    return (struct span){ .from = whole.from > by.from ? whole.from : by.from,
                          .to = whole.to < by.to ? whole.to : by.to };
}

/* One period's figures, largest first; was_partial tells of the period before. */
static void compose_period(const struct grid *grid, size_t period, struct span whole,
                           bool was_partial, struct figure *list)
{
    bool partial = is_partial(grid, whole);
    for (size_t key = 0; key < grid->keys; key++) {
        const int64_t *cell = &grid->cells[period * grid->keys + key];
        struct figure *figure = &list[key];
        *figure =
            (struct figure){ .span = cut(whole, grid->span),
                             .is_partial = partial,
                             .keys = { grid->names[key]->keys[0], grid->names[key]->keys[1] },
                             .value = *cell,
                             .previous = period ? cell[-(ptrdiff_t)grid->keys] : 0 };
        figure->has_growth = figure->previous > 0 && !partial && !was_partial;
        if (figure->has_growth)
            figure->growth = (double)figure->value / (double)figure->previous - 1;
    }
    qsort(list, grid->keys, sizeof *list, compare_figures);
}

static int compose(const struct grid *grid, struct figures *figures)
{
    size_t top = grid->query->top ? grid->query->top : grid->keys;
    size_t shown = top < grid->keys ? top : grid->keys;
    struct span whole = grid->span;
    bool was_partial = true;

    if (grid->periods * shown > QUERY_FIGURES_MAX)
        return -E2BIG;

    /* Each period is sorted whole and then overwritten from its `top` on by the next. */
    figures->list = calloc(grid->periods * shown + grid->keys + 1, sizeof *figures->list);
    if (!figures->list)
        return -ENOMEM;

    for (size_t i = 0; i < grid->periods; i++) {
        whole = whole_period(grid, whole, i);
        compose_period(grid, i, whole, was_partial, &figures->list[figures->count]);
        figures->count += shown;
        was_partial = is_partial(grid, whole);
    }
    return 0;
}

int figures_compose(const struct query *query, struct span span, struct span known,
                    struct figures_row *rows, size_t count, struct figures *ret_figures)
{
    struct figures figures = { 0 };
    int64_t periods = period_count(query->period, span);
    if (periods > QUERY_FIGURES_MAX)
        return -E2BIG;

    struct grid grid = {
        .query = query, .span = span, .known = known, .periods = (size_t)periods
    };
    int r = make_grid(&grid, rows, count);
    for (size_t i = 0; i < count; i++)
        figures.total += rows[i].n;
    if (r >= 0)
        r = compose(&grid, &figures);
    free_grid(&grid);
    if (r < 0) {
        figures_done(&figures);
        return r;
    }
    *ret_figures = figures;
    return 0;
}

void figures_done(struct figures *figures)
{
    free(figures->list);
    *figures = (struct figures){ 0 };
}
