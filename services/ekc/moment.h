/* moment.h - instants as people write them, to and from UTC microseconds.
 *
 * Pure. What names no zone is Moscow time, whose history since 2000 is a table here, not the
 * machine's. */
#ifndef EKC_MOMENT_H
#define EKC_MOMENT_H

#include "ekc/base.h"

enum { MOMENT_TEXT_SIZE = 80, MOMENT_SECONDS_A_DAY = 86400, MOMENT_MICROSECONDS = 1000000 };

struct moment_date {
    int year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01, and back. */
int64_t moment_days(struct moment_date date);
struct moment_date moment_date(int64_t days);

/* What Moscow's clocks show, as seconds since their 1970-01-01, to UTC seconds. Of an hour that
 * Moscow lived twice the first is meant; one that it skipped is taken as an hour later. */
int64_t moment_from_moscow(int64_t local_s);

/* Reads text; blanks around it are forgiven. format NULL = ISO 8601: a date, which may have a
 * time and a zone. -EINVAL: not written so, or no such instant (31.02). */
EKC_MUST_CHECK int moment_parse(struct ekc_bytes text, const char *format, int64_t *ret_us);

/* True when moment_parse understands format: %Y %y %m %d %H %M %S, %f (fraction with its
 * point), %z (Z, +03, +0300, +03:00) or %s (seconds since 1970), %%, [what may be absent], and
 * all else as itself. */
bool moment_is_format(const char *format);

/* Writes the instant in Moscow time: 2023-01-05T09:30:00+03:00, with a fraction if it has one.
 */
void moment_format(int64_t us, char ret_text[static MOMENT_TEXT_SIZE]);

#endif
