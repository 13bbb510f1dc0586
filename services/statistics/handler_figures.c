/* handler_figures.c - how one question is answered: what is known, the plan, the rows, the
 * figures; see handler_internal.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "handler_internal.h"
#include "store.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

enum { RETRY_AFTER_MS = 1000 };

static void refuse(struct handler *h, Ekc__V1__RefusalCode code, const char *field,
                   const char *limit)
{
    const Ekc__V1__Refusal *refusal = ekc_refusal(h->current.arena, code, field, limit);
    handler_refuse(h, &h->current.route, h->current.request_id, refusal,
                   code == CODE(BUSY) ? RETRY_AFTER_MS : 0);
}

/* What does not fit into an answer, or what the database did not answer in time. */
static void refuse_failure(struct handler *h, const struct ekc_reply *reply)
{
    if (strcmp(reply->sqlstate, "57014") == 0) {
        refuse(h, CODE(UNSUPPORTED), NULL, NULL);
        return;
    }
    (void)ekc_fail(reply->r, "cannot answer a question: %s %s", reply->sqlstate,
                   reply->message);
    refuse(h, CODE(BUSY), NULL, NULL);
}

static void refuse_size(struct handler *h)
{
    refuse(h, CODE(TOO_MANY), "group_by", "5000");
}

static void run(struct handler *h, int r, ekc_db_fn *fn)
{
    if (r >= 0)
        r = ekc_db_run(h->db, fn, h);
    h->is_busy = r >= 0;
    if (r < 0)
        refuse(h, CODE(BUSY), NULL, NULL);
}

/* --- the figures ---------------------------------------------------------------------------
 */

static void send_figures(struct handler *h, const struct figures *figures)
{
    struct current *current = &h->current;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    int r = answer_make(current->arena, &current->query, figures, &envelope.figures);
    if (r < 0) {
        refuse_size(h);
        return;
    }
    envelope.request_id = (char *)current->request_id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_FIGURES;
    envelope.figures->as_of_us = current->as_of_us;
    envelope.figures->scanned = !current->plan.rollup;
    h->numbers.queries++;
    h->numbers.scans += envelope.figures->scanned;
    ekc_tell(h->end, &current->route, &envelope);
}

static const char *portal_name(const struct current *current, const char *id)
{
    for (size_t i = 0; i < current->portal_count; i++)
        if (strcmp(current->portals[i].id, id) == 0)
            return current->portals[i].name;
    return id;
}

static void read_rows(const struct current *current, const ekc_result *result,
                      struct figures_row *rows)
{
    const struct query *query = &current->query;
    for (int i = 0; i < ekc_result_rows(result); i++) {
        rows[i] = (struct figures_row){ .first = (int32_t)ekc_result_day(result, i, 0),
                                        .n = ekc_result_int(result, i, 3) };
        for (int k = 0; k < QUERY_GROUPS_MAX; k++) {
            const char *key = ekc_result_text(result, i, 1 + k);
            bool is_portal = query->groups[k] == DIMENSION_PORTAL;
            rows[i].keys[k] = is_portal ? portal_name(current, key) : key;
        }
    }
}

static int compose(struct handler *h, const ekc_result *result, struct figures *ret_figures)
{
    struct current *current = &h->current;
    size_t count = (size_t)ekc_result_rows(result);
    struct figures_row *rows = calloc(count + 1, sizeof *rows);
    if (!rows)
        return -ENOMEM;

    read_rows(current, result, rows);
    int r = figures_compose(&current->query, current->plan.span, current->known, rows, count,
                            ret_figures);
    free(rows);
    return r;
}

static void on_rows(void *self, const struct ekc_reply *reply)
{
    struct handler *h = self;
    h->is_busy = false;
    if (reply->r < 0) {
        refuse_failure(h, reply);
        return;
    }
    struct figures figures = { 0 };
    const ekc_result *result = reply->results[1];
    int r = ekc_result_rows(result) > QUERY_ROWS_MAX ? -E2BIG : compose(h, result, &figures);
    if (r < 0)
        refuse_size(h);
    else
        send_figures(h, &figures);
    figures_done(&figures);
}

/* --- what is known, and the plan -----------------------------------------------------------
 */

static char *copy(ekc_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *memory = ekc_arena_take(arena, size);
    return memory ? memcpy(memory, text, size) : NULL;
}

static int read_portals(struct current *current, const ekc_result *result)
{
    current->portal_count = (size_t)ekc_result_rows(result);
    current->portals =
        ekc_arena_take(current->arena, (current->portal_count + 1) * sizeof *current->portals);
    if (!current->portals)
        return -E2BIG;

    for (size_t i = 0; i < current->portal_count; i++) {
        struct portal_name *portal = &current->portals[i];
        portal->id = copy(current->arena, ekc_result_text(result, (int)i, 0));
        portal->name = copy(current->arena, ekc_result_text(result, (int)i, 1));
        if (!portal->id || !portal->name)
            return -E2BIG;
    }
    return 0;
}

/* Counters know portals by id; a name that no portal has finds nothing. */
static const char *portal_id(const struct current *current, const char *name)
{
    for (size_t i = 0; i < current->portal_count; i++)
        if (strcmp(current->portals[i].name, name) == 0)
            return current->portals[i].id;
    return "";
}

static void translate_portals(struct current *current)
{
    for (size_t i = 0; i < current->query.filter_count; i++) {
        struct query_filter *filter = &current->query.filters[i];
        for (size_t k = 0; filter->dimension == DIMENSION_PORTAL && k < filter->count; k++)
            filter->values[k] = portal_id(current, filter->values[k]);
    }
}

static void make_plan(struct handler *h)
{
    struct current *current = &h->current;
    const struct figures nothing = { 0 };
    current->plan = query_plan(&current->query, counting_rollups(h->counting), current->known);

    const struct span span = current->plan.span;
    if (span.from > span.to) /* no day is known, or none of those asked for */
        send_figures(h, &nothing);
    else if (period_count(current->query.period, span) > QUERY_FIGURES_MAX)
        refuse(h, CODE(TOO_MANY), "period", "5000");
    else
        run(h, store_add_figures(h->db, &current->query, &current->plan), on_rows);
}

static void on_known(void *self, const struct ekc_reply *reply)
{
    static const struct span no_day = { .from = 1, .to = 0 };
    struct handler *h = self;
    struct current *current = &h->current;
    h->is_busy = false;
    if (reply->r < 0) {
        refuse_failure(h, reply);
        return;
    }
    const ekc_result *known = reply->results[0];
    current->known = no_day;
    if (!ekc_result_is_null(known, 0, 0))
        current->known = (struct span){ .from = (int32_t)ekc_result_day(known, 0, 0),
                                        .to = (int32_t)ekc_result_day(known, 0, 1) };
    if (!ekc_result_is_null(known, 0, 2))
        current->as_of_us = ekc_result_moment(known, 0, 2);

    if (read_portals(current, reply->results[1]) < 0) {
        refuse_size(h);
        return;
    }
    translate_portals(current);
    make_plan(h);
}

void handler_begin(struct handler *h)
{
    const struct rollup *total =
        query_total(counting_rollups(h->counting), h->current.query.measure);
    if (!total)
        refuse(h, CODE(UNSUPPORTED), "measure", NULL);
    else
        run(h, store_add_known(h->db, total->id), on_known);
}
