/* rows.c - see rows.h. What all formats have in common; each has a file of its own. */
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rows_internal.h"

static const struct format {
    rows_read_fn *read;
    char delimiter;
} formats[] = {
    [ROWS_TSV] = { rows_read_tsv, '\t' },
    [ROWS_CSV] = { rows_read_csv, ',' },
    [ROWS_JSONL] = { rows_read_jsonl, '\0' },
};

const char rows_nested[] = "";

static bool is_fit(char delimiter)
{
    return (unsigned char)delimiter < 0x80 && !strchr("\"\r\n\\", delimiter);
}

int rows_open(FILE *file, const struct rows_options *options, rows_reader **ret_reader)
{
    if (options->delimiter && !is_fit(options->delimiter))
        return -EINVAL;
    EKC_CLEANUP(rows_close) rows_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return -ENOMEM;
    int r = lines_open(file, options->encoding, &reader->lines);
    if (r < 0)
        return r;

    reader->options = *options;
    if (!options->delimiter)
        reader->options.delimiter = formats[options->format].delimiter;
    *ret_reader = reader;
    reader = NULL;
    return 0;
}

bool rows_add(rows_reader *reader, struct row *row, const char *data, size_t len)
{
    if (row->count == ROWS_COLUMNS_MAX) {
        row->broken = "too many columns";
        return false;
    }
    reader->cells[row->count++] = (struct ekc_bytes){ data, len };
    return true;
}

int rows_reserve(rows_reader *reader, size_t size)
{
    if (size <= reader->scratch_size)
        return 0;
    char *scratch = realloc(reader->scratch, size);
    if (!scratch)
        return -ENOMEM;
    reader->scratch = scratch;
    reader->scratch_size = size;
    return 0;
}

const char *rows_fault(const struct line *line)
{
    if (line->is_too_long)
        return "line too long";
    if (memchr(line->text, LINES_UNDECODABLE, line->len))
        return "bytes that the encoding does not have";
    return NULL;
}

void rows_trim(struct line *line)
{
    if (line->len > 0 && line->text[line->len - 1] == '\r')
        line->len--;
}

int rows_next(rows_reader *reader, struct row *ret_row)
{
    struct line line;
    int r = lines_next(reader->lines, &line);
    if (r <= 0)
        return r;

    struct row row = { .line = line.number, .cells = reader->cells };
    row.broken = rows_fault(&line);
    if (!row.broken && (line.len == 0 || (line.len == 1 && *line.text == '\r')))
        row.broken = "the line is empty";
    if (!row.broken)
        r = formats[reader->options.format].read(reader, &line, &row);
    if (r < 0)
        return r;

    if (row.broken)
        row.count = 0;
    *ret_row = row;
    return 1;
}

void rows_close(rows_reader **reader)
{
    if (!*reader)
        return;
    lines_close(&(*reader)->lines);
    json_decref((*reader)->object);
    free((*reader)->scratch);
    free(*reader);
    *reader = NULL;
}
