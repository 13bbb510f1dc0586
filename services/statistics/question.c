/* question.c - see question.h. */
#include "question.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

static_assert((int)MEASURE_JUDGED == EKC__V1__MEASURE__MEASURE_JUDGED &&
                  (int)PERIOD_YEAR == EKC__V1__PERIOD__PERIOD_YEAR &&
                  (int)DIMENSION_VERDICT_STATUS == EKC__V1__DIMENSION__DIMENSION_VERDICT_STATUS,
              "numbers are as on the wire");

enum { FIELD_SIZE = 48, FILTER_VALUES_MAX = 500 };

/* What is being read, and where a refusal goes. */
struct reading {
    ekc_arena *arena;
    const Ekc__V1__Query *message;
    struct query *query;
    const Ekc__V1__Refusal *refusal;
};

static int refuse(struct reading *reading, Ekc__V1__RefusalCode code, const char *field,
                  const char *limit)
{
    reading->refusal = ekc_refusal(reading->arena, code, field, limit);
    return -EBADMSG;
}

static int read_number(struct reading *reading, int number, int max, const char *field)
{
    if (number == 0)
        return refuse(reading, CODE(MISSING), field, NULL);
    if (number < 0 || number > max)
        return refuse(reading, CODE(UNKNOWN_VALUE), field, NULL);
    return 0;
}

static int read_day(struct reading *reading, const char *text, const char *field, bool *ret_has,
                    int32_t *ret_day)
{
    *ret_has = text[0] != '\0';
    if (!*ret_has || period_parse(text, ret_day) >= 0)
        return 0;
    return refuse(reading, CODE(MALFORMED_VALUE), field, "YYYY-MM-DD");
}

static int read_span(struct reading *reading)
{
    struct query *query = reading->query;
    int r =
        read_day(reading, reading->message->from, "from", &query->has_from, &query->asked.from);
    if (r >= 0)
        r = read_day(reading, reading->message->to, "to", &query->has_to, &query->asked.to);
    if (r < 0)
        return r;
    if (query->has_from && query->has_to && query->asked.to < query->asked.from)
        return refuse(reading, CODE(TOO_EARLY), "to", reading->message->from);
    return 0;
}

static int read_dimension(struct reading *reading, int number, const char *field)
{
    int r = read_number(reading, number, DIMENSION_COUNT - 1, field);
    if (r < 0)
        return r;
    if (!query_knows(reading->query->measure, (enum dimension)number))
        return refuse(reading, CODE(UNSUPPORTED), field, "CHANNEL, PORTAL, OKRUG");
    return 0;
}

static int read_groups(struct reading *reading)
{
    struct query *query = reading->query;
    if (reading->message->n_group_by > QUERY_GROUPS_MAX)
        return refuse(reading, CODE(TOO_MANY), "group_by", "2");

    for (size_t i = 0; i < reading->message->n_group_by; i++) {
        char field[FIELD_SIZE];
        int number = (int)reading->message->group_by[i];
        (void)snprintf(field, sizeof field, "group_by[%zu]", i);
        int r = read_dimension(reading, number, field);
        if (r < 0)
            return r;
        if (i > 0 && query->groups[0] == (enum dimension)number)
            return refuse(reading, CODE(OUT_OF_RANGE), field, NULL);
        query->groups[query->group_count++] = (enum dimension)number;
    }
    return 0;
}

static int read_filter(struct reading *reading, const Ekc__V1__Filter *filter, size_t i)
{
    char field[FIELD_SIZE];
    (void)snprintf(field, sizeof field, "filters[%zu].dimension", i);
    int r = read_dimension(reading, (int)filter->dimension, field);
    if (r < 0)
        return r;
    if (query_filter_on(reading->query, (enum dimension)filter->dimension))
        return refuse(reading, CODE(OUT_OF_RANGE), field, NULL);

    (void)snprintf(field, sizeof field, "filters[%zu].values", i);
    if (filter->n_values == 0)
        return refuse(reading, CODE(MISSING), field, NULL);
    if (filter->n_values > FILTER_VALUES_MAX)
        return refuse(reading, CODE(TOO_MANY), field, "500");

    reading->query->filters[reading->query->filter_count++] =
        (struct query_filter){ .dimension = (enum dimension)filter->dimension,
                               .values = (const char **)filter->values,
                               .count = filter->n_values };
    return 0;
}

static int read_filters(struct reading *reading)
{
    int r = 0;
    if (reading->message->n_filters > QUERY_FILTERS_MAX)
        return refuse(reading, CODE(TOO_MANY), "filters", "7");

    for (size_t i = 0; r >= 0 && i < reading->message->n_filters; i++)
        r = read_filter(reading, reading->message->filters[i], i);
    return r;
}

static int read_all(struct reading *reading)
{
    const Ekc__V1__Query *message = reading->message;
    int r = read_number(reading, (int)message->measure, MEASURE_JUDGED, "measure");
    if (r >= 0)
        r = read_number(reading, (int)message->period, PERIOD_YEAR, "period");
    if (r >= 0)
        r = read_span(reading);
    if (r < 0)
        return r;

    reading->query->measure = (enum measure)message->measure;
    reading->query->period = (enum period)message->period;
    reading->query->top = message->top;
    r = read_groups(reading);
    return r < 0 ? r : read_filters(reading);
}

int question_read(ekc_arena *arena, const Ekc__V1__Query *message, struct query *ret_query,
                  const Ekc__V1__Refusal **ret_refusal)
{
    struct query query = { 0 };
    struct reading reading = { .arena = arena, .message = message, .query = &query };
    int r = read_all(&reading);
    if (r < 0) {
        *ret_refusal = reading.refusal;
        return r;
    }
    *ret_query = query;
    return 0;
}
