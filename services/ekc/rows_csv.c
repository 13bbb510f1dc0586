/* rows_csv.c - rows of comma-separated values, as RFC 4180 has them.
 *
 * A record takes lines until its quotes are even, then is read as a whole into the scratch: so
 * a quote that goes wrong costs the line where its record began, and the lines after it are
 * tried again by themselves. */
#include <errno.h>
#include <string.h>

#include "rows_internal.h"

static const char unclosed[] = "a quoted cell is not closed";

struct record {
    const char *at, *end;
    char *out;
    char delimiter;
};

static void copy_to(struct record *record, const char *stop)
{
    size_t len = (size_t)(stop - record->at);
    memcpy(record->out, record->at, len);
    record->out += len;
    record->at = stop;
}

static bool is_at_quote(const struct record *record)
{
    return record->at < record->end && *record->at == '"';
}

/* Both copy one cell and stop at the delimiter or the end, or return why they cannot. */
static const char *copy_quoted(struct record *record)
{
    do {
        /* The second quote of a doubled one is copied along; the opening one is not. */
        record->at++;
        const char *quote = memchr(record->at, '"', (size_t)(record->end - record->at));
        if (!quote)
            return unclosed;
        copy_to(record, quote);
        record->at++;
        if (is_at_quote(record))
            *record->out++ = '"';
    } while (is_at_quote(record));

    if (record->at < record->end && *record->at != record->delimiter)
        return "text after a closing quote";
    return NULL;
}

static const char *copy_plain(struct record *record)
{
    size_t left = (size_t)(record->end - record->at);
    const char *stop = memchr(record->at, record->delimiter, left);
    if (!stop)
        stop = record->end;
    if (memchr(record->at, '"', (size_t)(stop - record->at)))
        return "a quote inside a cell without quotes";
    copy_to(record, stop);
    return NULL;
}

static void read_cells(rows_reader *reader, const struct line *line, struct row *row)
{
    struct record record = {
        .at = line->text,
        .end = line->text + line->len,
        .out = reader->scratch,
        .delimiter = reader->options.delimiter,
    };
    for (;;) {
        const char *cell = record.out;
        row->broken = is_at_quote(&record) ? copy_quoted(&record) : copy_plain(&record);
        if (row->broken || !rows_add(reader, row, cell, (size_t)(record.out - cell)))
            return;
        if (record.at == record.end)
            return;
        record.at++;
    }
}

static bool has_odd_quotes(const char *text, size_t len)
{
    bool is_odd = false;
    const char *end = text + len;
    for (const char *at = text; (at = memchr(at, '"', (size_t)(end - at))); at++)
        is_odd = !is_odd;
    return is_odd;
}

/* Widens line to a whole record: 1, 0 = its quote is never closed, or -errno. */
static int join_record(rows_reader *reader, struct line *line)
{
    bool is_open = has_odd_quotes(line->text, line->len);
    while (is_open) {
        size_t had = line->len;
        int r = lines_join(reader->lines, line);
        if (r == -E2BIG)
            return 0;
        if (r <= 0)
            return r;
        is_open ^= has_odd_quotes(line->text + had, line->len - had);
    }
    return 1;
}

int rows_read_csv(rows_reader *reader, struct line *line, struct row *row)
{
    int r = join_record(reader, line);
    if (r < 0)
        return r;
    row->broken = r == 0 ? unclosed : rows_fault(line);
    if (!row->broken) {
        r = rows_reserve(reader, line->len + 1);
        if (r < 0)
            return r;
        rows_trim(line);
        read_cells(reader, line, row);
    }
    if (row->broken)
        lines_split(reader->lines);
    return 0;
}
