/* report_data.c - the report for machines, as CSV and as JSON; see report.h. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ekc/log.h"
#include "report.h"

enum { NAME_SIZE = 512 };

static bool is_split(const struct report_section *section)
{
    return section->plan->group != EKC__V1__DIMENSION__DIMENSION_UNSPECIFIED;
}

static const char *key_of(const struct report_section *section, const Ekc__V1__Figure *figure)
{
    return is_split(section) ? figure->keys[0] : figure->from;
}

static bool has_growth(const Ekc__V1__Figure *figure)
{
    return figure->growth_opt_case == EKC__V1__FIGURE__GROWTH_OPT_GROWTH;
}

static double share_of(const struct report_section *section, const Ekc__V1__Figure *figure)
{
    return section->figures->total ? (double)figure->value / (double)section->figures->total
                                   : 0;
}

/* --- CSV -----------------------------------------------------------------------------------
 */

static void print_quoted(const char *text)
{
    (void)putchar('"');
    for (const char *c = text; *c; c++)
        (void)printf(*c == '"' ? "\"\"" : "%c", *c);
    (void)putchar('"');
}

static void print_line(const struct report *report, const struct report_section *section,
                       const Ekc__V1__Figure *figure)
{
    char name[NAME_SIZE];
    report_name(report, section, figure, name, sizeof name);
    (void)printf("%s,%s,", section->plan->id, key_of(section, figure));
    print_quoted(name);
    (void)printf(",%s,%s,%" PRIu64 ",", figure->from, figure->to, figure->value);
    if (is_split(section))
        (void)printf("%.4f", share_of(section, figure));
    (void)printf(",");
    if (has_growth(figure))
        (void)printf("%.4f", figure->growth);
    (void)printf(",%s\n", figure->partial ? "true" : "false");
}

void report_print_csv(const struct report *report)
{
    const char *from = report->whole ? report->whole->from : "";
    const char *to = report->whole ? report->whole->to : "";
    (void)printf("section,key,name,from,to,value,share,growth,partial\n");
    (void)printf("received,,,%s,%s,%" PRIu64 ",,,false\n", from, to, report->received);
    (void)printf("judged,,,%s,%s,%" PRIu64 ",,,false\n", from, to, report->judged);
    for (size_t i = 0; i < report->section_count; i++) {
        const struct report_section *section = &report->sections[i];
        for (size_t k = 0; k < section->figures->n_figures; k++)
            if (report_shows(section->plan, section->figures->figures[k]))
                print_line(report, section, section->figures->figures[k]);
    }
    if (report->compared >= 0) {
        (void)printf("compared,,,%s,%s,%" PRId64 ",,,false\n", from, to, report->compared);
        (void)printf("agreed,,,%s,%s,%" PRId64 ",,,false\n", from, to, report->agreed);
    }
}

/* --- JSON ----------------------------------------------------------------------------------
 */

static json_t *figure_json(const struct report *report, const struct report_section *section,
                           const Ekc__V1__Figure *figure)
{
    char name[NAME_SIZE];
    report_name(report, section, figure, name, sizeof name);
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:I, s:b}", "key", key_of(section, figure),
                               "name", name, "from", figure->from, "to", figure->to, "value",
                               (json_int_t)figure->value, "partial", (int)figure->partial);
    if (is_split(section))
        (void)json_object_set_new(object, "share", json_real(share_of(section, figure)));
    if (has_growth(figure))
        (void)json_object_set_new(object, "growth", json_real(figure->growth));
    return object;
}

static json_t *section_json(const struct report *report, const struct report_section *section)
{
    json_t *array = json_array();
    for (size_t i = 0; i < section->figures->n_figures; i++)
        if (report_shows(section->plan, section->figures->figures[i]))
            (void)json_array_append_new(
                array, figure_json(report, section, section->figures->figures[i]));
    return array;
}

static void add_derived(const struct report *report, json_t *object)
{
    if (report->ratio.to_year && !report->is_press_free)
        (void)json_object_set_new(
            object, "ratio",
            json_pack("{s:i, s:i, s:b, s:f}", "from_year", report->ratio.from_year, "to_year",
                      report->ratio.to_year, "from_partial", (int)report->ratio.is_from_partial,
                      "value", report->ratio.value));
    if (report->compared >= 0)
        (void)json_object_set_new(object, "agreement",
                                  json_pack("{s:I, s:I}", "compared",
                                            (json_int_t)report->compared, "agreed",
                                            (json_int_t)report->agreed));
}

void report_print_json(const struct report *report)
{
    json_t *object =
        json_pack("{s:s, s:s, s:I, s:I}", "from", report->whole ? report->whole->from : "",
                  "to", report->whole ? report->whole->to : "", "received",
                  (json_int_t)report->received, "judged", (json_int_t)report->judged);
    for (size_t i = 0; i < report->section_count; i++)
        (void)json_object_set_new(object, report->sections[i].plan->id,
                                  section_json(report, &report->sections[i]));
    add_derived(report, object);
    if (json_dumpf(object, stdout, JSON_INDENT(2)) < 0)
        ekc_warn("cannot write the report");
    (void)printf("\n");
    json_decref(object);
}
