/* log.c - see ekc/log.h. A line is put together first and written at once, so that the lines of
 * processes that share a stderr do not mix. */
#include "ekc/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 1024, LINE_MAX_BYTES = 8192 };

static const char *service = "?";

struct line {
    char bytes[LINE_MAX_BYTES];
    size_t len;
};

void ekc_log_open(const char *name)
{
    service = name;
}

/* Room for the closing quote and the newline is kept free. */
static void add(struct line *line, const char *bytes, size_t len)
{
    if (line->len + len + 2 > sizeof line->bytes)
        return;
    memcpy(line->bytes + line->len, bytes, len);
    line->len += len;
}

static void add_text(struct line *line, const char *text)
{
    add(line, text, strlen(text));
}

static void add_quoted(struct line *line, const char *text)
{
    add_text(line, "\"");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        char hex[8];
        if (byte == '"' || byte == '\\')
            add_text(line, "\\");
        if (byte >= 0x20 && byte != 0x7f) {
            add(line, text, 1);
            continue;
        }
        (void)snprintf(hex, sizeof hex, "\\x%02x", byte);
        add_text(line, byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : hex);
    }
    line->bytes[line->len++] = '"';
}

static void add_time(struct line *line)
{
    struct timespec now;
    struct tm utc;
    char text[48];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    size_t len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    (void)snprintf(text + len, sizeof text - len, ".%03ldZ", now.tv_nsec / 1000000);
    add_text(line, text);
}

/* A cut must not leave half a letter. */
static void cut_clean(char *text, size_t len)
{
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    text[len] = '\0';
}

EKC_PRINTF(3, 0)
static void tell(const char *level, const char *err, const char *fmt, va_list args)
{
    struct line line = { .len = 0 };
    char text[TEXT_MAX];
    if (vsnprintf(text, sizeof text, fmt, args) >= TEXT_MAX)
        cut_clean(text, TEXT_MAX - 4);

    add_text(&line, "ts=");
    add_time(&line);
    add_text(&line, " level=");
    add_text(&line, level);
    add_text(&line, " svc=");
    add_text(&line, service);
    add_text(&line, " msg=");
    add_quoted(&line, text);
    if (err) {
        add_text(&line, " err=");
        add_quoted(&line, err);
    }
    line.bytes[line.len++] = '\n';
    /* There is nobody left to tell when stderr does not take it. */
    ssize_t ignored = write(STDERR_FILENO, line.bytes, line.len);
    (void)ignored;
}

void ekc_info(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tell("info", NULL, fmt, args);
    va_end(args);
}

void ekc_warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tell("warning", NULL, fmt, args);
    va_end(args);
}

int ekc_fail(int r, const char *fmt, ...)
{
    char words[128];
    va_list args;
    va_start(args, fmt);
    tell("error", strerror_r(-r, words, sizeof words), fmt, args);
    va_end(args);
    return r;
}
