/* lines.h - a file's bytes, of whatever encoding, as physical lines of UTF-8.
 *
 * Bytes that the encoding does not have become LINES_UNDECODABLE, which no UTF-8 contains. The
 * memory held is bounded by LINES_LENGTH_MAX, whatever the file is. */
#ifndef EKC_LINES_H
#define EKC_LINES_H

#include <stdio.h>

#include "ekc/base.h"

enum {
    LINES_LENGTH_MAX = 1024 * 1024, /* bytes of UTF-8; far over any message that intake takes */
    LINES_UNDECODABLE = 0xff,
};

typedef struct lines_reader lines_reader;

struct line {
    size_t number; /* from 1 */
    char *text;    /* without the last newline; may be written to, lent until the next call */
    size_t len;
    bool is_too_long; /* over LINES_LENGTH_MAX: then text is empty */
};

/* Reads file, which stays the caller's. encoding is iconv's name, NULL = UTF-8; a byte order
 * mark is skipped. -EINVAL: no such encoding; -ENOMEM. */
EKC_MUST_CHECK int lines_open(FILE *file, const char *encoding, lines_reader **ret_reader);

/* The next physical line: 1, 0 = the end, or -errno of reading. */
EKC_MUST_CHECK int lines_next(lines_reader *reader, struct line *ret_line);

/* Widens the current line by the next physical one, the newline between them kept: 1, 0 = there
 * is none, -E2BIG = longer than LINES_LENGTH_MAX together, or -errno of reading. */
EKC_MUST_CHECK int lines_join(lines_reader *reader, struct line *ret_line);

/* Undoes every join: the lines after the first are read again. Needs an unwritten text. */
void lines_split(lines_reader *reader);

void lines_close(lines_reader **reader);

#endif
