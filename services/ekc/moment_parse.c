/* moment_parse.c - reads what moment.h says: a small machine that both ISO 8601 and the formats
 * of users run through. */
#include <errno.h>
#include <string.h>

#include "moment.h"

enum part {
    PART_YEAR,
    PART_SHORT_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND
};

static const struct {
    char letter;
    int min_digits, max_digits, low, high;
} parts[] = {
    [PART_YEAR] = { 'Y', 4, 4, 1, 9999 }, [PART_SHORT_YEAR] = { 'y', 2, 2, 0, 99 },
    [PART_MONTH] = { 'm', 1, 2, 1, 12 },  [PART_DAY] = { 'd', 1, 2, 1, 31 },
    [PART_HOUR] = { 'H', 1, 2, 0, 23 },   [PART_MINUTE] = { 'M', 2, 2, 0, 59 },
    [PART_SECOND] = { 'S', 2, 2, 0, 59 },
};

struct scan {
    const char *at, *end;
    bool has[EKC_COUNT(parts)];
    int value[EKC_COUNT(parts)];
    bool has_zone, has_epoch;
    int64_t zone_s, epoch_s, fraction_us;
};

static bool is_next(const struct scan *scan, const char *letters)
{
    return scan->at < scan->end && *scan->at != '\0' && strchr(letters, *scan->at);
}

static bool is_digit(const struct scan *scan)
{
    return is_next(scan, "0123456789");
}

static bool take_number(struct scan *scan, int min_digits, int max_digits, int64_t *ret_number)
{
    int64_t number = 0;
    int digits = 0;
    for (; digits < max_digits && is_digit(scan); digits++)
        number = number * 10 + (*scan->at++ - '0');
    *ret_number = number;
    return digits >= min_digits;
}

static bool take_part(struct scan *scan, size_t part)
{
    int64_t number;
    if (!take_number(scan, parts[part].min_digits, parts[part].max_digits, &number))
        return false;
    scan->has[part] = true;
    scan->value[part] = (int)number;
    return number >= parts[part].low && number <= parts[part].high;
}

static bool take_fraction(struct scan *scan)
{
    if (!is_next(scan, ".,"))
        return false;
    scan->at++;
    if (!is_digit(scan))
        return false;
    for (int64_t worth = MOMENT_MICROSECONDS / 10; is_digit(scan); worth /= 10)
        scan->fraction_us += worth * (*scan->at++ - '0');
    return true;
}

static bool take_zone(struct scan *scan)
{
    scan->has_zone = true;
    if (is_next(scan, "Zz")) {
        scan->at++;
        return true;
    }
    if (!is_next(scan, "+-"))
        return false;
    int sign = *scan->at++ == '-' ? -1 : 1;
    int64_t hours, minutes = 0;
    if (!take_number(scan, 2, 2, &hours))
        return false;
    bool has_colon = is_next(scan, ":");
    scan->at += has_colon;
    if ((has_colon || is_digit(scan)) && !take_number(scan, 2, 2, &minutes))
        return false;
    scan->zone_s = sign * (hours * 3600 + minutes * 60);
    return hours <= 14 && minutes < 60;
}

static bool take_epoch(struct scan *scan)
{
    bool is_negative = is_next(scan, "-");
    scan->at += is_negative;
    scan->has_epoch = take_number(scan, 1, 11, &scan->epoch_s);
    if (is_negative)
        scan->epoch_s = -scan->epoch_s;
    return scan->has_epoch;
}

static bool take_letter(struct scan *scan, char letter)
{
    if (scan->at == scan->end || *scan->at != letter)
        return false;
    scan->at++;
    return true;
}

static bool take_directive(struct scan *scan, char letter)
{
    for (size_t i = 0; i < EKC_COUNT(parts); i++)
        if (parts[i].letter == letter)
            return take_part(scan, i);
    switch (letter) {
    case 'f':
        return take_fraction(scan);
    case 'z':
        return take_zone(scan);
    case 's':
        return take_epoch(scan);
    case '%':
        return take_letter(scan, '%');
    default:
        return false;
    }
}

/* Where the group ends that opened before format: behind its bracket. */
static const char *group_end(const char *format)
{
    for (int depth = 1; *format && depth > 0; format++)
        depth += (*format == '[') - (*format == ']');
    return format;
}

/* Matches format up to the end of its group. A group inside that does not match is absent. */
static bool match(const char *format, struct scan *scan) /* NOLINT(misc-no-recursion): format */
{
    while (*format && *format != ']') {
        if (*format == '[') {
            struct scan inside = *scan;
            if (match(format + 1, &inside))
                *scan = inside;
            format = group_end(format + 1);
            continue;
        }
        bool is_directive = *format == '%' && format[1];
        format += is_directive;
        if (is_directive ? !take_directive(scan, *format) : !take_letter(scan, *format))
            return false;
        format++;
    }
    return true;
}

bool moment_is_format(const char *format)
{
    int depth = 0;
    bool has_year = false, has_month = false, has_day = false, has_epoch = false;
    for (; *format && depth >= 0; format++) {
        depth += (*format == '[') - (*format == ']');
        if (*format != '%')
            continue;
        format++;
        if (*format == '\0' || !strchr("YymdHMSfzs%", *format))
            return false;
        has_year |= *format == 'Y' || *format == 'y';
        has_month |= *format == 'm';
        has_day |= *format == 'd';
        has_epoch |= *format == 's';
    }
    return depth == 0 && (has_epoch || (has_year && has_month && has_day));
}

static bool is_complete(struct scan *scan)
{
    if (scan->has[PART_SHORT_YEAR] && !scan->has[PART_YEAR]) {
        int year = scan->value[PART_SHORT_YEAR];
        scan->value[PART_YEAR] = year < 69 ? 2000 + year : 1900 + year;
        scan->has[PART_YEAR] = true;
    }
    return scan->has_epoch ||
           (scan->has[PART_YEAR] && scan->has[PART_MONTH] && scan->has[PART_DAY]);
}

static int convert(struct scan *scan, int64_t *ret_us)
{
    if (!is_complete(scan))
        return -EINVAL;
    const int *value = scan->value;
    struct moment_date date = { value[PART_YEAR], value[PART_MONTH], value[PART_DAY] };
    int64_t days = moment_days(date);
    if (!scan->has_epoch && moment_date(days).month != date.month)
        return -EINVAL;

    int64_t minutes = (int64_t)value[PART_HOUR] * 60 + value[PART_MINUTE];
    int64_t seconds = days * MOMENT_SECONDS_A_DAY + minutes * 60 + value[PART_SECOND];
    seconds = scan->has_zone ? seconds - scan->zone_s : moment_from_moscow(seconds);
    if (scan->has_epoch)
        seconds = scan->epoch_s;
    *ret_us = seconds * MOMENT_MICROSECONDS + scan->fraction_us;
    return 0;
}

static struct ekc_bytes trim(struct ekc_bytes text)
{
    const char *at = text.data, *end = at + text.len;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct ekc_bytes){ at, (size_t)(end - at) };
}

static int parse(struct ekc_bytes text, const char *format, int64_t *ret_us)
{
    struct scan scan = { .at = text.data, .end = (const char *)text.data + text.len };
    if (!match(format, &scan) || scan.at != scan.end)
        return -EINVAL;
    return convert(&scan, ret_us);
}

int moment_parse(struct ekc_bytes text, const char *format, int64_t *ret_us)
{
    static const char *const iso[] = {
        "%Y-%m-%d[T%H:%M[:%S[%f]][%z]]",
        "%Y-%m-%d[ %H:%M[:%S[%f]][ ][%z]]",
    };
    if (text.len == 0)
        return -EINVAL;
    text = trim(text);
    if (format)
        return parse(text, format, ret_us);

    int r = -EINVAL;
    for (size_t i = 0; i < EKC_COUNT(iso) && r < 0; i++)
        r = parse(text, iso[i], ret_us);
    return r;
}
