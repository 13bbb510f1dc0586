/* history_clock.c - see history_clock.h. */
#include "history_clock.h"

#include <errno.h>
#include <stdlib.h>

#include "moment.h"

void history_apportion(uint64_t total, const uint32_t *weights, size_t count,
                       uint32_t *ret_parts)
{
    uint64_t sum = 0, given = 0, rests[HISTORY_DAYS_MAX];
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    for (size_t i = 0; i < count; i++) {
        ret_parts[i] = (uint32_t)(total * weights[i] / sum);
        rests[i] = total * weights[i] % sum;
        given += ret_parts[i];
    }
    for (; given < total; given++) {
        size_t best = 0;
        for (size_t i = 1; i < count; i++)
            if (rests[i] > rests[best])
                best = i;
        ret_parts[best]++;
        rests[best] = 0;
    }
}

void history_clock_init(struct history_clock *clock, uint32_t total)
{
    uint32_t weights[PLAN_YEARS];
    for (size_t i = 0; i < PLAN_YEARS; i++)
        weights[i] = plan_years[i].inquiries;
    *clock = (struct history_clock){ 0 };
    history_apportion(total, weights, PLAN_YEARS, clock->years);
    clock->next_day = HISTORY_DAYS_MAX;
}

void history_clock_done(struct history_clock *clock)
{
    free(clock->seconds);
    clock->seconds = NULL;
}

static void begin_year(struct history_clock *clock, struct history_random *random)
{
    const struct plan_year *year = &plan_years[clock->next_year];
    uint32_t weights[HISTORY_DAYS_MAX] = { 0 };
    for (uint32_t i = 0; i < year->days; i++) {
        uint32_t weekday = ((uint32_t)year->first_day + i + 4) % 7;
        uint32_t weight = i < year->quiet_days ? plan_quiet_day : plan_weekdays[weekday];
        uint32_t noise = history_random_below(random, 2 * PLAN_DAY_NOISE + 1);
        weights[i] = weight * (100 - PLAN_DAY_NOISE + noise);
    }
    history_apportion(clock->years[clock->next_year], weights, HISTORY_DAYS_MAX, clock->days);
    clock->next_year++;
    clock->next_day = 0;
}

static uint32_t draw_second(struct history_random *random)
{
    uint32_t sum = 0, hour = 0;
    for (size_t i = 0; i < EKC_COUNT(plan_hours); i++)
        sum += plan_hours[i];
    uint32_t drawn = history_random_below(random, sum);
    while (drawn >= plan_hours[hour])
        drawn -= plan_hours[hour++];
    return hour * 3600 + history_random_below(random, 3600);
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static int begin_day(struct history_clock *clock, struct history_random *random)
{
    uint32_t count = clock->days[clock->next_day];
    if (count > clock->room) {
        uint32_t *seconds = reallocarray(clock->seconds, count, sizeof *seconds);
        if (!seconds)
            return -ENOMEM;
        clock->seconds = seconds;
        clock->room = count;
    }
    for (uint32_t i = 0; i < count; i++)
        clock->seconds[i] = draw_second(random);
    if (count > 0)
        qsort(clock->seconds, count, sizeof *clock->seconds, compare);

    clock->count = count;
    clock->next = 0;
    clock->next_day++;
    return 0;
}

int history_clock_next(struct history_clock *clock, struct history_random *random,
                       struct history_instant *ret_instant)
{
    while (clock->next == clock->count) {
        if (clock->next_day < HISTORY_DAYS_MAX) {
            int r = begin_day(clock, random);
            if (r < 0)
                return r;
            continue;
        }
        if (clock->next_year == PLAN_YEARS)
            return 0;
        begin_year(clock, random);
    }

    int64_t day = plan_years[clock->next_year - 1].first_day + (int64_t)clock->next_day - 1;
    int64_t second = clock->seconds[clock->next++];
    *ret_instant = (struct history_instant){
        .us = moment_from_moscow(day * MOMENT_SECONDS_A_DAY + second) * MOMENT_MICROSECONDS,
        .day = day,
        .hour = (int)(second / 3600),
    };
    return 1;
}
