/* rows.h - a file of inquiries as rows of cells: TSV, CSV (RFC 4180) or JSON lines.
 *
 * A row that cannot be read is still a row, flagged broken; reading goes on with the physical
 * line after the one where it began. A header, where there is one, is just the first row. */
#ifndef EKC_ROWS_H
#define EKC_ROWS_H

#include <stdio.h>

#include "ekc/base.h"

enum { ROWS_COLUMNS_MAX = 1024 };

enum rows_format {
    ROWS_TSV,   /* cells are raw: a quote is a quote */
    ROWS_CSV,   /* quoted cells may hold delimiters, newlines and doubled quotes */
    ROWS_JSONL, /* an object a line; its keys name the cells */
};

struct rows_options {
    enum rows_format format;
    char delimiter;       /* 0 = the format's own: tab or comma */
    const char *encoding; /* iconv's name; NULL = UTF-8 */
    bool decodes_escapes; /* TSV only: \t, \n and \\ in a cell stand for tab, newline, backslash
                           */
};

/* Everything in it is lent until the next call. */
struct row {
    size_t line; /* the physical line where it begins, from 1 */
    size_t count;
    const struct ekc_bytes *cells; /* a JSON null has no data */
    const char *const *names;      /* JSON lines only: the key of each cell; else NULL */
    const char *broken;            /* why it cannot be read; NULL = it can. Static. */
};

typedef struct rows_reader rows_reader;

/* The data of a cell that was a JSON array or object, which no field can take. */
extern const char rows_nested[];

/* Reads file, which stays the caller's. -EINVAL: no such encoding, or a delimiter that the
 * format cannot have; -ENOMEM. */
EKC_MUST_CHECK int rows_open(FILE *file, const struct rows_options *options,
                             rows_reader **ret_reader);

/* The next row: 1, 0 = the end, or -errno of reading. */
EKC_MUST_CHECK int rows_next(rows_reader *reader, struct row *ret_row);
void rows_close(rows_reader **reader);

#endif
