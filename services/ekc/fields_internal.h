/* fields_internal.h - what a mapping is made of: made from words in fields_spec.c, met with a
 * file in fields_row.c. */
#ifndef EKC_FIELDS_INTERNAL_H
#define EKC_FIELDS_INTERNAL_H

#include "fields.h"

enum column_kind {
    COLUMN_OWN, /* the one with the field's name, if there is one */
    COLUMN_NONE,
    COLUMN_NUMBER, /* index */
    COLUMN_NAME,   /* name */
};

struct column {
    enum column_kind kind;
    bool is_mapped; /* named by a map */
    size_t index;   /* from 0 */
    char *name;
};

struct translation {
    enum field field;
    char *from, *to;
};

struct fields_mapping {
    struct column columns[FIELD_COUNT];
    char *constants[FIELD_COUNT]; /* NULL = none */
    struct translation *translations;
    size_t translation_count;
    bool has_numbers, has_names; /* in the map */
    size_t width;                /* of the header; 0 = none */
    char *ignored;
    char error[256];
};

/* Whether text is the name. Letter case is forgiven: spreadsheets like to change it. */
bool fields_is_same(const char *name, const char *text, size_t len);

/* Whether text is the field's name or alias. */
bool fields_is_named(enum field field, const char *text, size_t len);

/* The field of that name or alias; FIELD_COUNT when there is none. */
enum field fields_find(const char *name, size_t len);

/* Keeps the error for fields_error and returns r. */
EKC_PRINTF(3, 4) int fields_fail(fields_mapping *mapping, int r, const char *fmt, ...);

#endif
