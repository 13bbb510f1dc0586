/* history_plan.h - what a synthetic history is like: how much, when, by which way, about what;
 * data, no logic. */
#ifndef EKC_HISTORY_PLAN_H
#define EKC_HISTORY_PLAN_H

#include "ekc/base.h"

enum { PLAN_YEARS = 7, PLAN_TOPICS = 71, PLAN_CHANNELS = 6 };

/* Of 100. */
enum {
    PLAN_GREETING = 25,
    PLAN_CLOSING = 18,
    PLAN_ASIDE_WHERE_NEEDED =
        96, /* a sentence of our own, where the sample has nothing to fill in */
    PLAN_ASIDE_ELSEWHERE = 20,
    PLAN_ASIDE_FIRST = 30, /* it stands before the rest */
    PLAN_SWAPPED_SENTENCES = 20,
    PLAN_TYPO = 15,
    PLAN_NO_YO = 60,
    PLAN_NO_PUNCTUATION = 6,
    PLAN_LOWER_CASE = 7,
    PLAN_UPPER_CASE = 2,
    PLAN_KIND_UNKNOWN = 12, /* the portal did not ask who it is */
    PLAN_ADDRESS = 75,
    PLAN_OKRUG = 92,
    PLAN_DAY_NOISE = 10, /* a day has up to so much more or less than its like */
};

struct plan_year {
    int32_t first_day; /* since 1970 */
    uint32_t days;
    uint32_t quiet_days; /* the first ones: New Year's holidays */
    uint32_t inquiries;
};

struct plan_topic {
    const char *id;
    uint32_t share; /* of 10,000 */
};

struct plan_channel {
    const char *id;
    uint32_t share; /* of 100 */
    int from_hour, to_hour;
    int32_t from_day; /* since 1970 */
    size_t instead;   /* the channel taken when this one is closed */
};

/* Their inquiries add up to 168,300. 2017 begins in March, 2023 is its first quarter. */
extern const struct plan_year plan_years[PLAN_YEARS];

/* Renovation 55 %; construction services 16.5 % (permits, planning, architecture, expertise and
 * the developers' part of supervision, sup_gsn); out of competence 9 %; junk under 1 %. */
extern const struct plan_topic plan_topics[PLAN_TOPICS];
extern const struct plan_channel plan_channels[PLAN_CHANNELS];

/* The weight of a day, Sunday first, and of an hour in Moscow. */
extern const uint32_t plan_weekdays[7];
extern const uint32_t plan_quiet_day;
extern const uint32_t plan_hours[24];

#endif
