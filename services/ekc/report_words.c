/* report_words.c - see report_words.h. */
#include "report_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NO_BREAK_SPACE "\xc2\xa0"
#define MINUS "\xe2\x88\x92"

void words_number(enum report_language language, uint64_t number, char text[static WORDS_SIZE])
{
    const char *separator = language == REPORT_RU ? NO_BREAK_SPACE : ",";
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, number);

    size_t count = strlen(digits);
    char *out = text;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out = stpcpy(out, separator);
        *out++ = digits[i];
    }
    *out = '\0';
}

void words_decimal(enum report_language language, double number, char text[static WORDS_SIZE])
{
    (void)snprintf(text, WORDS_SIZE, "%.1f", number);
    char *point = strchr(text, '.');
    if (point && language == REPORT_RU)
        *point = ',';
}

void words_percent(enum report_language language, double share, bool has_sign,
                   char text[static WORDS_SIZE])
{
    char number[WORDS_SIZE];
    double percent = share < 0 ? -share * 100 : share * 100;
    const char *sign = share < 0 ? MINUS : has_sign ? "+" : "";
    words_decimal(language, percent, number);
    (void)snprintf(text, WORDS_SIZE, "%s%.40s%s", sign, number,
                   language == REPORT_RU ? NO_BREAK_SPACE "%" : "%");
}

const char *words_inquiries(enum report_language language, uint64_t number)
{
    uint64_t tens = number % 100, ones = number % 10;
    if (language == REPORT_EN)
        return number == 1 ? "inquiry" : "inquiries";
    if (ones == 1 && tens != 11)
        return "обращение";
    if (ones >= 2 && ones <= 4 && (tens < 12 || tens > 14))
        return "обращения";
    return "обращений";
}

size_t words_width(const char *text)
{
    size_t width = 0;
    for (const char *c = text; *c; c++)
        width += ((unsigned char)*c & 0xc0) != 0x80;
    return width;
}
