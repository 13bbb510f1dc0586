/* rows_internal.h - what the readers of the single formats share. */
#ifndef EKC_ROWS_INTERNAL_H
#define EKC_ROWS_INTERNAL_H

#include <jansson.h>

#include "lines.h"
#include "rows.h"

struct rows_reader {
    lines_reader *lines;
    struct rows_options options;
    struct ekc_bytes cells[ROWS_COLUMNS_MAX];
    const char *names[ROWS_COLUMNS_MAX];
    json_t *object; /* the row being lent, of JSON lines */
    char *scratch;  /* cells that do not stand in the line as they are */
    size_t scratch_size;
};

/* Reads the row that begins with line, which is decoded and not empty: 0 (row may be broken) or
 * -errno. */
typedef int rows_read_fn(rows_reader *reader, struct line *line, struct row *row);

rows_read_fn rows_read_tsv, rows_read_csv, rows_read_jsonl;

/* Adds a cell; false when there are too many, which breaks the row. */
bool rows_add(rows_reader *reader, struct row *row, const char *data, size_t len);

/* Makes the scratch at least size bytes. 0 or -ENOMEM. */
EKC_MUST_CHECK int rows_reserve(rows_reader *reader, size_t size);

/* Why this line cannot be read, in any format; NULL when it can. */
const char *rows_fault(const struct line *line);

/* Takes a carriage return off the end. */
void rows_trim(struct line *line);

#endif
