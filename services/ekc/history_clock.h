/* history_clock.h - when the inquiries of a synthetic history come in: year by year, day by
 * day. */
#ifndef EKC_HISTORY_CLOCK_H
#define EKC_HISTORY_CLOCK_H

#include "history_plan.h"
#include "history_random.h"

enum { HISTORY_DAYS_MAX = 366 };

struct history_clock {
    uint32_t years[PLAN_YEARS];      /* inquiries of each */
    uint32_t days[HISTORY_DAYS_MAX]; /* of the current year */
    size_t next_year, next_day;
    uint32_t *seconds; /* of the current day, sorted */
    uint32_t count, next, room;
};

struct history_instant {
    int64_t us;
    int64_t day; /* in Moscow, since 1970 */
    int hour;
};

/* Splits total by weights so that the parts add up, the largest remainders first. count is at
 * most HISTORY_DAYS_MAX; some weight is not 0. */
void history_apportion(uint64_t total, const uint32_t *weights, size_t count,
                       uint32_t *ret_parts);

/* Memory is the caller's; done frees what it came to hold. */
void history_clock_init(struct history_clock *clock, uint32_t total);
void history_clock_done(struct history_clock *clock);

/* The next instant, never before the last: 1, 0 = the end, or -ENOMEM. */
EKC_MUST_CHECK int history_clock_next(struct history_clock *clock,
                                      struct history_random *random,
                                      struct history_instant *ret_instant);

#endif
