/* rollup.h - which figures are kept: counters of one measure, by up to two dimensions. */
#ifndef ROLLUP_H
#define ROLLUP_H

#include "ekc/base.h"

/* Numbers as on the wire. */
enum measure {
    MEASURE_RECEIVED = 1,
    MEASURE_JUDGED,
};

enum dimension {
    DIMENSION_NONE,
    DIMENSION_AREA,
    DIMENSION_TOPIC,
    DIMENSION_APPLICANT_KIND,
    DIMENSION_CHANNEL,
    DIMENSION_PORTAL,
    DIMENSION_OKRUG,
    DIMENSION_VERDICT_STATUS,
    DIMENSION_COUNT,
};

struct rollup {
    int16_t id;
    enum measure measure;
    bool is_monthly;     /* else daily */
    enum dimension a, b; /* DIMENSION_NONE where it is not split */
};

enum { ROLLUP_MAX = 64 };

/* The table stat_rollup. */
struct rollups {
    size_t count;
    struct rollup rows[ROLLUP_MAX];
};

#endif
