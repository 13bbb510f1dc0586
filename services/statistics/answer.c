/* answer.c - see answer.h. */
#include "answer.h"

#include <errno.h>

/* An envelope around it: tags, lengths, a request_id. */
enum { ENVELOPE_MAX = 128 };

static char *format_day(ekc_arena *arena, int32_t day)
{
    char *text = ekc_arena_take(arena, PERIOD_DAY_SIZE);
    if (text)
        period_format(day, text);
    return text;
}

static int make_figure(ekc_arena *arena, size_t keys, const struct figure *figure,
                       Ekc__V1__Figure **ret_message)
{
    Ekc__V1__Figure *message = ekc_arena_take(arena, sizeof *message);
    if (!message)
        return -E2BIG;

    ekc__v1__figure__init(message);
    message->from = format_day(arena, figure->span.from);
    message->to = format_day(arena, figure->span.to);
    message->keys = ekc_arena_take(arena, QUERY_GROUPS_MAX * sizeof *message->keys);
    if (!message->from || !message->to || !message->keys)
        return -E2BIG;

    message->n_keys = keys;
    for (size_t i = 0; i < keys; i++)
        message->keys[i] = (char *)figure->keys[i];
    message->partial = figure->is_partial;
    message->value = figure->value > 0 ? (uint64_t)figure->value : 0;
    message->previous = figure->previous > 0 ? (uint64_t)figure->previous : 0;
    if (figure->has_growth) {
        message->growth_opt_case = EKC__V1__FIGURE__GROWTH_OPT_GROWTH;
        message->growth = figure->growth;
    }
    *ret_message = message;
    return 0;
}

int answer_make(ekc_arena *arena, const struct query *query, const struct figures *figures,
                Ekc__V1__Figures **ret_message)
{
    Ekc__V1__Figures *message = ekc_arena_take(arena, sizeof *message);
    if (!message)
        return -E2BIG;

    ekc__v1__figures__init(message);
    message->figures = ekc_arena_take(arena, (figures->count + 1) * sizeof(void *));
    if (!message->figures)
        return -E2BIG;

    int r = 0;
    for (size_t i = 0; r >= 0 && i < figures->count; i++)
        r = make_figure(arena, query->group_count, &figures->list[i], &message->figures[i]);
    if (r < 0)
        return r;

    message->n_figures = figures->count;
    message->total = figures->total > 0 ? (uint64_t)figures->total : 0;
    if (ekc__v1__figures__get_packed_size(message) + ENVELOPE_MAX > EKC_WIRE_MESSAGE_MAX)
        return -E2BIG;

    *ret_message = message;
    return 0;
}
