/* report.h - the figures of the centre, collected once and printed in one of three forms. */
#ifndef EKC_REPORT_H
#define EKC_REPORT_H

#include "ekc/wire.h"

enum { REPORT_SECTIONS_MAX = 12 };

/* Index of a text's language. */
enum report_language {
    REPORT_RU,
    REPORT_EN,
    REPORT_LANGUAGES,
};

/* How a section came to be; a constant. */
struct report_plan {
    const char *id; /* in CSV and JSON, for ever */
    const char *title[REPORT_LANGUAGES];
    Ekc__V1__Period period;
    Ekc__V1__Dimension group; /* UNSPECIFIED: rows are periods */
    const char *applicant;    /* only of this kind; NULL = of all */
    uint32_t top;             /* 0 = all */
    bool is_first_quarters;   /* of the quarters keep each year's first */
};

struct report_section {
    const struct report_plan *plan;
    const Ekc__V1__Figures *figures; /* lives in the report's arena */
};

/* Years compared as their numbers stand; 0 = there is nothing to compare. */
struct report_ratio {
    int from_year, to_year;
    bool is_from_partial;
    double value;
};

struct report {
    ekc_arena *arena;
    enum report_language language;
    bool is_press_free; /* leave the comparison of years out */
    uint64_t received, judged;
    const Ekc__V1__Figure *whole;    /* the days covered; NULL = nothing was judged */
    const Ekc__V1__Catalog *catalog; /* NULL = names are not to be had */
    struct report_section sections[REPORT_SECTIONS_MAX];
    size_t section_count;
    struct report_ratio ratio;
    int64_t compared, agreed; /* verdicts beside the portals' own category; -1 = not measured */
};

/* What a row is called: a period, or the Catalog's name of its key. Written into text. */
void report_name(const struct report *report, const struct report_section *section,
                 const Ekc__V1__Figure *figure, char *text, size_t size);

/* The ratio of the last whole year to the first year of a section by years. */
struct report_ratio report_compare(const Ekc__V1__Figures *years);

/* Whether a row is shown, and a section's rows as a whole. */
bool report_shows(const struct report_plan *plan, const Ekc__V1__Figure *figure);

void report_print_text(const struct report *report);
void report_print_csv(const struct report *report);
void report_print_json(const struct report *report);

#endif
