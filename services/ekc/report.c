/* report.c - `ekc report`: asks statistics for each section and prints them; and what is
 * derived from figures alone. */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "consult.h"
#include "ekc/bus.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "options.h"
#include "report_store.h"
#include "store.h"

#define PERIOD(name) EKC__V1__PERIOD__PERIOD_##name
#define DIMENSION(name) EKC__V1__DIMENSION__DIMENSION_##name

enum { ARENA_SIZE = 16 * 1024 * 1024, TOP_TOPICS = 10 + 1 }; /* and what has none */

/* What the command line asks for. */
struct wish {
    const char *from, *to, *by, *format;
    bool is_press_free;
};

static const struct report_plan by_periods[] = {
    { "years", { "По годам", "By year" }, .period = PERIOD(YEAR) },
    { "quarters", { "По кварталам", "By quarter" }, .period = PERIOD(QUARTER) },
    { "months", { "По месяцам", "By month" }, .period = PERIOD(MONTH) },
    { "days", { "По дням", "By day" }, .period = PERIOD(DAY) },
};

static const struct report_plan others[] = {
    { "first_quarters",
      { "Первые кварталы", "First quarters" },
      .period = PERIOD(QUARTER),
      .is_first_quarters = true },
    { "resident_topics",
      { "О чём спрашивают жители", "What residents ask about" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(TOPIC),
      .applicant = "resident",
      .top = TOP_TOPICS },
    { "developer_topics",
      { "О чём спрашивают застройщики", "What developers ask about" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(TOPIC),
      .applicant = "developer",
      .top = TOP_TOPICS },
    { "areas",
      { "По направлениям", "By area" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(AREA) },
    { "channels",
      { "По каналам", "By channel" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(CHANNEL) },
    { "okrugs",
      { "По округам", "By okrug" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(OKRUG) },
    { "statuses",
      { "По состоянию вердикта", "By status of the verdict" },
      .period = PERIOD(WHOLE),
      .group = DIMENSION(VERDICT_STATUS) },
};

/* --- asking --------------------------------------------------------------------------------
 */

struct collector {
    ekc_bus *bus;
    const struct wish *wish;
    struct report *report;
};

static int ask(const struct collector *collector, Ekc__V1__Measure measure,
               const struct report_plan *plan, const Ekc__V1__Figures **ret_figures)
{
    Ekc__V1__Dimension group = plan->group;
    char *applicant = (char *)plan->applicant;
    Ekc__V1__Filter filter = EKC__V1__FILTER__INIT;
    Ekc__V1__Filter *filters = &filter;
    filter.dimension = DIMENSION(APPLICANT_KIND);
    filter.n_values = 1;
    filter.values = &applicant;

    Ekc__V1__Query query = EKC__V1__QUERY__INIT;
    query.measure = measure;
    query.period = plan->period;
    query.from = (char *)collector->wish->from;
    query.to = (char *)collector->wish->to;
    query.top = plan->top;
    query.n_group_by = group != DIMENSION(UNSPECIFIED);
    query.group_by = &group;
    query.n_filters = applicant != NULL;
    query.filters = &filters;

    Ekc__V1__Envelope question = EKC__V1__ENVELOPE__INIT;
    const Ekc__V1__Envelope *answer = NULL;
    question.request_id = (char *)plan->id;
    question.body_case = EKC__V1__ENVELOPE__BODY_QUERY;
    question.query = &query;
    int r =
        consult(collector->bus, collector->report->arena, "EKC_STATISTICS", &question, &answer);
    if (r < 0)
        return r;
    if (answer->body_case != EKC__V1__ENVELOPE__BODY_FIGURES || !answer->figures)
        return ekc_fail(-EBADMSG, "statistics answered something else");

    *ret_figures = answer->figures;
    return 0;
}

/* What has no name is no rank: it stands below those that have. */
static void put_nameless_last(const Ekc__V1__Figures *figures)
{
    size_t last = figures->n_figures - 1;
    for (size_t i = 0; i < last; i++) {
        Ekc__V1__Figure *figure = figures->figures[i];
        if (figure->n_keys == 0 || figure->keys[0][0] != '\0')
            continue;
        memmove(&figures->figures[i], &figures->figures[i + 1],
                (last - i) * sizeof(Ekc__V1__Figure *));
        figures->figures[last] = figure;
        return;
    }
}

static int collect_section(const struct collector *collector, const struct report_plan *plan)
{
    struct report *report = collector->report;
    const Ekc__V1__Figures *figures = NULL;
    int r = ask(collector, EKC__V1__MEASURE__MEASURE_JUDGED, plan, &figures);
    if (r < 0 || !figures)
        return r;

    struct report_section *section = &report->sections[report->section_count];
    section->plan = plan;
    section->figures = figures;
    report->section_count++;
    if (figures->n_figures > 0)
        put_nameless_last(figures);
    if (plan->period == PERIOD(YEAR))
        report->ratio = report_compare(figures);
    return 0;
}

static int collect_totals(const struct collector *collector)
{
    static const struct report_plan whole = { .id = "whole", .period = PERIOD(WHOLE) };
    const Ekc__V1__Figures *received = NULL, *judged = NULL;
    int r = ask(collector, EKC__V1__MEASURE__MEASURE_RECEIVED, &whole, &received);
    if (r >= 0)
        r = ask(collector, EKC__V1__MEASURE__MEASURE_JUDGED, &whole, &judged);
    if (r < 0)
        return r;

    collector->report->received = received ? received->total : 0;
    collector->report->judged = judged ? judged->total : 0;
    if (judged && judged->n_figures > 0)
        collector->report->whole = judged->figures[0];
    return 0;
}

/* Without names the ids themselves are printed. */
static void collect_names(const struct collector *collector)
{
    Ekc__V1__GetCatalog get = EKC__V1__GET_CATALOG__INIT;
    Ekc__V1__Envelope question = EKC__V1__ENVELOPE__INIT;
    const Ekc__V1__Envelope *answer = NULL;
    question.request_id = "catalog";
    question.body_case = EKC__V1__ENVELOPE__BODY_GET_CATALOG;
    question.get_catalog = &get;
    int r = consult(collector->bus, collector->report->arena, "EKC_INTAKE", &question, &answer);
    if (r >= 0 && answer->body_case == EKC__V1__ENVELOPE__BODY_CATALOG)
        collector->report->catalog = answer->catalog;
}

static void measure_agreement(struct report *report)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    report->compared = -1;
    int r = store_open(&sql);
    if (r >= 0)
        r = report_store_agreement(sql, &report->compared, &report->agreed);
    if (r < 0)
        ekc_warn("the report does without the agreement of verdicts and categories");
}

static const struct report_plan *plan_by(const char *by)
{
    for (size_t i = 0; i < EKC_COUNT(by_periods); i++)
        if (strncmp(by_periods[i].id, by, strlen(by)) == 0)
            return &by_periods[i];
    return &by_periods[0];
}

static int collect(const struct collector *collector)
{
    int r = collect_totals(collector);
    if (r >= 0)
        r = collect_section(collector, plan_by(collector->wish->by));
    for (size_t i = 0; r >= 0 && i < EKC_COUNT(others); i++)
        r = collect_section(collector, &others[i]);
    if (r < 0)
        return r;

    collect_names(collector);
    measure_agreement(collector->report);
    return 0;
}

static int report(const struct wish *wish)
{
    EKC_CLEANUP(ekc_arena_free) ekc_arena *arena = NULL;
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = NULL;
    int r = ekc_arena_new(&arena, ARENA_SIZE);
    if (r >= 0)
        r = ekc_bus_open(&bus);
    if (r < 0)
        return r;

    bool is_english = strcmp(ekc_setting("EKC_LANG"), "en") == 0;
    struct report collected = { .arena = arena,
                                .language = is_english ? REPORT_EN : REPORT_RU,
                                .is_press_free = wish->is_press_free };
    r = collect(&(struct collector){ .bus = bus, .wish = wish, .report = &collected });
    if (r < 0)
        return r;

    if (strcmp(wish->format, "json") == 0)
        report_print_json(&collected);
    else if (strcmp(wish->format, "csv") == 0)
        report_print_csv(&collected);
    else
        report_print_text(&collected);
    return 0;
}

int command_report(int argc, char **argv)
{
    struct wish wish = { .from = "", .to = "", .by = "year", .format = "text" };
    const struct option_row rows[] = {
        { "from", OPTION_TEXT, &wish.from, "DAY", "first day, YYYY-MM-DD; else the first known",
          0, 0 },
        { "to", OPTION_TEXT, &wish.to, "DAY", "last day, included; else the last known", 0, 0 },
        { "by", OPTION_CHOICE, &wish.by, "year|quarter|month|day", "year unless given", 0, 0 },
        { "format", OPTION_CHOICE, &wish.format, "text|csv|json", "text unless given", 0, 0 },
        { "press-free", OPTION_FLAG, &wish.is_press_free, NULL,
          "leave out how the last whole year compares with the first", 0, 0 },
    };
    const struct options options = {
        .command = "ekc report",
        .about = "Prints the figures of the centre as its counters have them, in Russian; in\n"
                 "English with EKC_LANG=en. Asks EKC_STATISTICS, and EKC_INTAKE for names.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    return report(&wish) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
