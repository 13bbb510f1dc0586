/* params.h - the values of one SQL statement, in PostgreSQL's binary form.
 *
 * Scalars stand for one value, arrays (for unnest) are grown row by row. All memory is reused
 * after a clear. A failed allocation is remembered and told by ekc_db_add and ekc_sql_run as
 * -ENOMEM. Values out of their type's range are misuse. */
#ifndef EKC_PARAMS_H
#define EKC_PARAMS_H

#include "ekc/base.h"

enum { EKC_PARAMS_MAX = 40 };

enum ekc_type {
    EKC_INT2,
    EKC_INT4,
    EKC_INT8,
    EKC_FLOAT4,
    EKC_TEXT,
    EKC_BYTEA,
    EKC_BOOL,
    EKC_MOMENT, /* timestamptz; here UTC microseconds since 1970 */
    EKC_DAY,    /* date; here days since 1970 */
};

/* A growable array value; zeroed memory but for type is an empty one. */
struct ekc_array {
    enum ekc_type type;
    uint8_t *data;
    size_t len, room;
    int32_t count;
    bool has_null, is_broken;
};

void ekc_array_clear(struct ekc_array *array);
void ekc_array_done(struct ekc_array *array);
void ekc_array_int(struct ekc_array *array, int64_t value); /* all but float, text, bytea */
void ekc_array_float(struct ekc_array *array, float value);
void ekc_array_bytes(struct ekc_array *array, struct ekc_bytes value); /* text or bytea */
void ekc_array_text(struct ekc_array *array, const char *value); /* "" is NULL; so is NULL */
void ekc_array_null(struct ekc_array *array);

struct ekc_params {
    int count;
    bool is_broken;
    const char *values[EKC_PARAMS_MAX];
    int lengths[EKC_PARAMS_MAX];
    uint8_t scalars[EKC_PARAMS_MAX][8];
};

/* Each adds the next parameter, $1 first. Bytes, text and arrays are borrowed until the
 * statement has been handed to ekc_db_add or ekc_sql_run. Not to be copied: it points into
 * itself. */
void ekc_params_clear(struct ekc_params *params);
void ekc_params_int4(struct ekc_params *params, int32_t value);
void ekc_params_int8(struct ekc_params *params, int64_t value);
void ekc_params_moment(struct ekc_params *params, int64_t us);
void ekc_params_float8(struct ekc_params *params, double value);
void ekc_params_bool(struct ekc_params *params, bool value);
void ekc_params_bytes(struct ekc_params *params, struct ekc_bytes value); /* never NULL */
void ekc_params_text(struct ekc_params *params, const char *value);       /* NULL is NULL */
void ekc_params_array(struct ekc_params *params, struct ekc_array *array);

#endif
