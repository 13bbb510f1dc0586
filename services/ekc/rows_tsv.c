/* rows_tsv.c - rows of tab-separated values. */
#include <string.h>

#include "rows_internal.h"

static char unescape(char letter)
{
    static const char escapes[][2] = { { 't', '\t' }, { 'n', '\n' }, { '\\', '\\' } };
    for (size_t i = 0; i < EKC_COUNT(escapes); i++)
        if (escapes[i][0] == letter)
            return escapes[i][1];
    return '\0';
}

/* Decodes in place; a backslash before anything else stays. */
static size_t decode_escapes(char *cell, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < len; i++) {
        char letter = cell[i];
        if (letter == '\\' && i + 1 < len && unescape(cell[i + 1]))
            letter = unescape(cell[++i]);
        cell[kept++] = letter;
    }
    return kept;
}

int rows_read_tsv(rows_reader *reader, struct line *line, struct row *row)
{
    rows_trim(line);
    char *at = line->text, *end = line->text + line->len, *stop;
    do {
        stop = memchr(at, reader->options.delimiter, (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);
        if (reader->options.decodes_escapes)
            len = decode_escapes(at, len);
        if (!rows_add(reader, row, at, len))
            return 0;
        at = stop ? stop + 1 : end;
    } while (stop);
    return 0;
}
