/* period.h - days, months, quarters and years as Moscow counts them. Pure: no clock, no zone
 * files. A day is a number: days since 1970-01-01. */
#ifndef PERIOD_H
#define PERIOD_H

#include "ekc/base.h"

/* Numbers as on the wire. */
enum period {
    PERIOD_WHOLE = 1,
    PERIOD_DAY,
    PERIOD_MONTH,
    PERIOD_QUARTER,
    PERIOD_YEAR,
};

enum { PERIOD_DAY_SIZE = 16 }; /* room for YYYY-MM-DD and its NUL */

/* The days from and to, both included. */
struct span {
    int32_t from, to;
};

/* The Moscow day of an instant, in UTC microseconds since 1970. */
int32_t period_day(int64_t at_us);

/* Reads YYYY-MM-DD of the years 1900 to 2199; -EINVAL: it is no such day. */
EKC_MUST_CHECK int period_parse(const char *text, int32_t *ret_day);

/* Writes YYYY-MM-DD. */
void period_format(int32_t day, char text[static PERIOD_DAY_SIZE]);

/* The first and the last day of the period that day is in; never PERIOD_WHOLE. */
struct span period_around(enum period period, int32_t day);

/* How many of these periods span touches. */
int64_t period_count(enum period period, struct span span);

#endif
