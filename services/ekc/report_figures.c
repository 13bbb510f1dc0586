/* report_figures.c - what a report derives from figures: names, comparisons; see report.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define PERIOD(name) EKC__V1__PERIOD__PERIOD_##name
#define DIMENSION(name) EKC__V1__DIMENSION__DIMENSION_##name

enum { YEAR_LEN = 4, MONTH_LEN = 7, QUARTER_MONTHS = 3 };

/* The parts of a YYYY-MM-DD. */
static int year_of(const char *day)
{
    return (int)strtol(day, NULL, 10);
}

static int month_of(const char *day)
{
    return (int)strtol(day + YEAR_LEN + 1, NULL, 10);
}

bool report_shows(const struct report_plan *plan, const Ekc__V1__Figure *figure)
{
    return !plan->is_first_quarters || month_of(figure->from) <= QUARTER_MONTHS;
}

struct report_ratio report_compare(const Ekc__V1__Figures *years)
{
    struct report_ratio ratio = { 0 };
    const Ekc__V1__Figure *last = NULL;
    for (size_t i = 1; i < years->n_figures; i++)
        if (!years->figures[i]->partial)
            last = years->figures[i];
    if (!last || years->figures[0]->value == 0)
        return ratio;

    const Ekc__V1__Figure *first = years->figures[0];
    ratio.from_year = year_of(first->from);
    ratio.to_year = year_of(last->from);
    ratio.is_from_partial = first->partial;
    ratio.value = (double)last->value / (double)first->value;
    return ratio;
}

static void name_period(const struct report *report, Ekc__V1__Period period, const char *from,
                        char *text, size_t size)
{
    static const char *const quarter[] = { "квартал", "quarter" };
    int number = (month_of(from) - 1) / QUARTER_MONTHS + 1;
    if (period == PERIOD(QUARTER))
        (void)snprintf(text, size, "%.4s, %d %s", from, number, quarter[report->language]);
    else
        (void)snprintf(text, size, "%.*s",
                       period == PERIOD(YEAR)    ? YEAR_LEN
                       : period == PERIOD(MONTH) ? MONTH_LEN
                                                 : (int)size,
                       from);
}

static const char *find(const struct report *report, Ekc__V1__Named *const *list, size_t count,
                        const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i]->id, id) == 0)
            return report->language == REPORT_RU ? list[i]->name_ru : list[i]->name_en;
    return id;
}

static const char *find_topic(const struct report *report, const char *id)
{
    for (size_t i = 0; i < report->catalog->n_topics; i++) {
        const Ekc__V1__Topic *topic = report->catalog->topics[i];
        if (strcmp(topic->id, id) == 0)
            return report->language == REPORT_RU ? topic->name_ru : topic->name_en;
    }
    return id;
}

/* The catalog speaks of inquiries' statuses, these are of verdicts. */
static const char *find_status(const struct report *report, const char *id)
{
    static const struct {
        const char *id, *name[REPORT_LANGUAGES];
    } statuses[] = {
        { "sure", { "уверенный", "sure" } },
        { "unsure", { "неуверенный", "unsure" } },
        { "dead", { "требует человека", "needs a person" } },
    };
    for (size_t i = 0; i < EKC_COUNT(statuses); i++)
        if (strcmp(statuses[i].id, id) == 0)
            return statuses[i].name[report->language];
    return id;
}

static const char *name_key(const struct report *report, Ekc__V1__Dimension dimension,
                            const char *key)
{
    static const char *const none[] = { "не указано", "not given" };
    static const char *const unsure[] = { "тема не определена", "topic not determined" };
    const Ekc__V1__Catalog *catalog = report->catalog;
    bool is_judged = dimension == DIMENSION(TOPIC) || dimension == DIMENSION(AREA);
    if (key[0] == '\0')
        return (is_judged ? unsure : none)[report->language];
    if (dimension == DIMENSION(VERDICT_STATUS))
        return find_status(report, key);
    if (!catalog)
        return key;
    if (dimension == DIMENSION(TOPIC))
        return find_topic(report, key);
    if (dimension == DIMENSION(AREA))
        return find(report, catalog->areas, catalog->n_areas, key);
    if (dimension == DIMENSION(CHANNEL))
        return find(report, catalog->channels, catalog->n_channels, key);
    return find(report, catalog->okrugs, catalog->n_okrugs, key);
}

void report_name(const struct report *report, const struct report_section *section,
                 const Ekc__V1__Figure *figure, char *text, size_t size)
{
    if (section->plan->group == DIMENSION(UNSPECIFIED))
        name_period(report, section->plan->period, figure->from, text, size);
    else
        (void)snprintf(text, size, "%s",
                       name_key(report, section->plan->group, figure->keys[0]));
}
