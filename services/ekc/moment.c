/* moment.c - see moment.h. */
#include "moment.h"

#include <stdio.h>

/* Moscow's hours ahead of UTC from each instant on; before the first, 3. Summer time ended in
 * 2011, the permanent fourth hour in 2014. Commented with the Moscow day of the change. */
static const struct {
    int64_t from_s;
    int hours;
} offsets[] = {
    { 954025200, 4 },  /* 2000-03-26 */
    { 972774000, 3 },  /* 2000-10-29 */
    { 985474800, 4 },  /* 2001-03-25 */
    { 1004223600, 3 }, /* 2001-10-28 */
    { 1017529200, 4 }, /* 2002-03-31 */
    { 1035673200, 3 }, /* 2002-10-27 */
    { 1048978800, 4 }, /* 2003-03-30 */
    { 1067122800, 3 }, /* 2003-10-26 */
    { 1080428400, 4 }, /* 2004-03-28 */
    { 1099177200, 3 }, /* 2004-10-31 */
    { 1111878000, 4 }, /* 2005-03-27 */
    { 1130626800, 3 }, /* 2005-10-30 */
    { 1143327600, 4 }, /* 2006-03-26 */
    { 1162076400, 3 }, /* 2006-10-29 */
    { 1174777200, 4 }, /* 2007-03-25 */
    { 1193526000, 3 }, /* 2007-10-28 */
    { 1206831600, 4 }, /* 2008-03-30 */
    { 1224975600, 3 }, /* 2008-10-26 */
    { 1238281200, 4 }, /* 2009-03-29 */
    { 1256425200, 3 }, /* 2009-10-25 */
    { 1269730800, 4 }, /* 2010-03-28 */
    { 1288479600, 3 }, /* 2010-10-31 */
    { 1301180400, 4 }, /* 2011-03-27 */
    { 1414274400, 3 }, /* 2014-10-26 */
};

static int moscow_offset_s(int64_t utc_s)
{
    int hours = 3;
    for (size_t i = 0; i < EKC_COUNT(offsets) && offsets[i].from_s <= utc_s; i++)
        hours = offsets[i].hours;
    return hours * 3600;
}

int64_t moment_from_moscow(int64_t local_s)
{
    const int64_t hour_s = 3600;
    int64_t summer = local_s - 4 * hour_s;
    return moscow_offset_s(summer) == 4 * hour_s ? summer : local_s - 3 * hour_s;
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* Years are counted from March, so that the day of a leap year is the last of its own. */
int64_t moment_days(struct moment_date date)
{
    int64_t year = date.year - (date.month < 3);
    int64_t month = (date.month + 9) % 12;
    int64_t leaps = floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
    const int64_t epoch = 719468; /* 1970-01-01, from the March of year 0 */
    return year * 365 + leaps + (month * 153 + 2) / 5 + date.day - 1 - epoch;
}

struct moment_date moment_date(int64_t days)
{
    struct moment_date first = { .year = 1970 + (int)floor_div(days * 400, 146097), 1, 1 };
    while (moment_days(first) > days)
        first.year--;
    while (moment_days((struct moment_date){ first.year + 1, 1, 1 }) <= days)
        first.year++;
    while (first.month < 12 &&
           moment_days((struct moment_date){ first.year, first.month + 1, 1 }) <= days)
        first.month++;
    first.day = 1 + (int)(days - moment_days(first));
    return first;
}

void moment_format(int64_t us, char ret_text[static MOMENT_TEXT_SIZE])
{
    int64_t utc_s = floor_div(us, MOMENT_MICROSECONDS);
    int offset_s = moscow_offset_s(utc_s);
    int64_t days = floor_div(utc_s + offset_s, MOMENT_SECONDS_A_DAY);
    int second = (int)(utc_s + offset_s - days * MOMENT_SECONDS_A_DAY);
    int fraction_us = (int)(us - utc_s * MOMENT_MICROSECONDS);
    struct moment_date date = moment_date(days);

    char fraction[16] = "";
    if (fraction_us)
        (void)snprintf(fraction, sizeof fraction, ".%06d", fraction_us);
    (void)snprintf(ret_text, MOMENT_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%s+%02d:00",
                   date.year, date.month, date.day, second / 3600, second / 60 % 60,
                   second % 60, fraction, offset_s / 3600);
}
