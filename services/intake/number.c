/* number.c - see number.h. */
#include "intake/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "intake/blank.h"

enum { DIGITS_MIN = 8, DIGITS_MAX = 12, GROUP = 4 };

#define ID_MAX INT64_C(99999999999)

/* A totally anti-symmetric quasigroup of order 10: H. M. Damm, "Total anti-symmetrische
 * Quasigruppen", dissertation, Marburg 2004. Its zero diagonal makes the check of a number with
 * its check digit 0, and leading zeros weightless. */
static const uint8_t damm[10][10] = {
    { 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 }, { 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 },
    { 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 }, { 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 },
    { 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 }, { 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
    { 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 }, { 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 },
    { 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 }, { 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

static int check_of(const char *digits)
{
    uint8_t check = 0;
    for (; *digits; digits++)
        check = damm[check][*digits - '0'];
    return check;
}

int number_print(int64_t id, char ret_text[static NUMBER_SIZE])
{
    if (id <= 0 || id > ID_MAX)
        return -ERANGE;

    char digits[DIGITS_MAX + 1];
    int len = snprintf(digits, sizeof digits, "%0*" PRId64, DIGITS_MIN - 1, id);
    digits[len] = (char)('0' + check_of(digits));
    for (int i = 0; i <= len; i++) {
        if (i > 0 && i % GROUP == 0)
            *ret_text++ = '-';
        *ret_text++ = digits[i];
    }
    *ret_text = '\0';
    return 0;
}

/* The bytes of the hyphen or dash that text begins with: "-" or U+2010 to U+2015; 0 = none. */
static size_t dash_len(const char *text)
{
    if (*text == '-')
        return 1;
    return strncmp(text, "\xe2\x80", 2) == 0 && text[2] >= '\x90' && text[2] <= '\x95' ? 3 : 0;
}

/* The count of digits, or -EINVAL when there are other characters or too many digits. */
static int collect(const char *text, char ret_digits[static DIGITS_MAX + 1])
{
    int count = 0;
    while (*text) {
        size_t filler = blank_len(text) + dash_len(text);
        text += filler;
        if (filler)
            continue;
        if (*text < '0' || *text > '9' || count == DIGITS_MAX)
            return -EINVAL;
        ret_digits[count++] = *text++;
    }
    ret_digits[count] = '\0';
    return count;
}

int number_parse(const char *text, int64_t *ret_id)
{
    char digits[DIGITS_MAX + 1];
    int count = collect(text, digits);
    if (count < DIGITS_MIN)
        return -EINVAL;
    if (check_of(digits) != 0)
        return -EBADMSG;

    int64_t id = 0;
    for (int i = 0; i < count - 1; i++)
        id = id * 10 + (digits[i] - '0');
    if (id == 0)
        return -EINVAL;
    *ret_id = id;
    return 0;
}
