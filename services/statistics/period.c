/* period.c - see period.h. */
#include "period.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

struct date {
    int year, month, day; /* month and day from 1 */
};

/* Years run from March, so that the leap day is their last; eras are of 400 years. */
static int32_t to_day(struct date date)
{
    int year = date.year - (date.month <= 2);
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct date to_date(int32_t number)
{
    int shifted = number + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day = shifted - era * 146097;
    int of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    int month = (5 * of_year + 2) / 153;
    int civil = month < 10 ? month + 3 : month - 9;
    return (struct date){ .year = of_era + era * 400 + (civil <= 2),
                          .month = civil,
                          .day = of_year - (153 * month + 2) / 5 + 1 };
}

/* 1970-01-01 was a Thursday. */
static int32_t last_sunday(int year, int month)
{
    int32_t last = to_day((struct date){ .year = year, .month = month, .day = 31 });
    return last - ((last + 4) % 7 + 7) % 7;
}

/* Clocks were set at 23:00 UTC before the last Sundays of March and October (from 1996 on),
 * were left on summer time in 2011, and on UTC+3 since 2014-10-25 22:00 UTC. */
static int64_t offset_s(int64_t at_s)
{
    static const int64_t always_summer = 1301180400, always_winter = 1414274400;
    if (at_s >= always_winter)
        return 3 * (int64_t)HOUR_S;
    if (at_s >= always_summer)
        return 4 * (int64_t)HOUR_S;

    int year = to_date((int32_t)((at_s + 3 * (int64_t)HOUR_S) / DAY_S)).year;
    bool is_summer = at_s >= (int64_t)last_sunday(year, 3) * DAY_S - HOUR_S &&
                     at_s < (int64_t)last_sunday(year, 10) * DAY_S - HOUR_S;
    return (is_summer ? 4 : 3) * (int64_t)HOUR_S;
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

int32_t period_day(int64_t at_us)
{
    int64_t at_s = floor_div(at_us, 1000000);
    return (int32_t)floor_div(at_s + offset_s(at_s), DAY_S);
}

int period_parse(const char *text, int32_t *ret_day)
{
    static const char form[] = "0000-00-00";
    int value[3] = { 0 }, field = 0;
    if (strlen(text) != strlen(form))
        return -EINVAL;

    for (size_t i = 0; i < strlen(form); i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (is_digit != (form[i] == '0') || (!is_digit && text[i] != '-'))
            return -EINVAL;
        if (is_digit)
            value[field] = value[field] * 10 + text[i] - '0';
        field += !is_digit;
    }
    struct date asked = { .year = value[0], .month = value[1], .day = value[2] };
    if (asked.year < 1900 || asked.year > 2199)
        return -EINVAL;

    struct date real = to_date(to_day(asked));
    if (asked.month < 1 || asked.month > 12 || real.month != asked.month)
        return -EINVAL;

    *ret_day = to_day(asked);
    return 0;
}

void period_format(int32_t day, char text[static PERIOD_DAY_SIZE])
{
    struct date date = to_date(day);
    (void)snprintf(text, PERIOD_DAY_SIZE, "%04d-%02d-%02d", date.year % 10000, date.month % 100,
                   date.day % 100);
}

static int months_of(enum period period)
{
    return period == PERIOD_YEAR ? 12 : period == PERIOD_QUARTER ? 3 : 1;
}

/* The first day of the period that lies `ahead` periods after the one that date is in. */
static int32_t first_day(enum period period, struct date date, int ahead)
{
    int months = months_of(period);
    int month = (date.month - 1) / months * months + ahead * months;
    return to_day(
        (struct date){ .year = date.year + month / 12, .month = month % 12 + 1, .day = 1 });
}

struct span period_around(enum period period, int32_t day)
{
    assert(period != PERIOD_WHOLE);
    if (period == PERIOD_DAY)
        return (struct span){ day, day };

    struct date date = to_date(day);
    return (struct span){ first_day(period, date, 0), first_day(period, date, 1) - 1 };
}

static int64_t index_of(enum period period, int32_t day)
{
    struct date date = to_date(day);
    return period == PERIOD_DAY ? day : (date.year * 12LL + date.month - 1) / months_of(period);
}

int64_t period_count(enum period period, struct span span)
{
    if (period == PERIOD_WHOLE)
        return 1;
    return index_of(period, span.to) - index_of(period, span.from) + 1;
}
