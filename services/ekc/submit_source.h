/* submit_source.h - a file of inquiries, one after the other as messages of the contract. */
#ifndef EKC_SUBMIT_SOURCE_H
#define EKC_SUBMIT_SOURCE_H

#include <stdio.h>

#include "ekc/wire.h"
#include "fields.h"

struct submit_source {
    const char *path; /* "-" = standard input */
    const char *name; /* of the file, without folders: stands in external ids */
    const char *date_format;
    fields_mapping *mapping;
    FILE *file;
    rows_reader *rows;
    struct row first; /* a row that was read to bind the mapping, and is an inquiry itself */
    bool has_first, is_bound;
    ekc_arena *arena;   /* for the caller's inquiries; the caller resets it */
    char error[256];    /* why the last row was no inquiry */
    size_t line;        /* of the last row */
    int64_t size_bytes; /* of the file; 0 = unknown */
};

struct submit_format {
    enum rows_format format;
    char delimiter;
    const char *encoding;
    bool decodes_escapes;
};

/* Opens the file and fits the mapping to it; what is wrong is logged. */
EKC_MUST_CHECK int submit_source_open(struct submit_source *source,
                                      const struct submit_format *format);
void submit_source_close(struct submit_source *source);

/* The next inquiry, in source->arena: 1, 0 = the end, -EBADMSG = a broken row (error and line
 * say why and where; reading can go on), other -errno = the file cannot be read. */
EKC_MUST_CHECK int submit_source_next(struct submit_source *source,
                                      Ekc__V1__Inquiry **ret_inquiry);

/* Bytes of the file that have been read. */
int64_t submit_source_at(const struct submit_source *source);

#endif
