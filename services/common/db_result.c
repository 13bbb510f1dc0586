/* db_result.c - reads binary values out of results. */
#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "db_internal.h"

/* Of pg_type: never changed, since they are part of the protocol. */
enum {
    BOOL = 16,
    INT8 = 20,
    INT2 = 21,
    INT4 = 23,
    FLOAT4 = 700,
    FLOAT8 = 701,
    DATE = 1082,
    TIMESTAMPTZ = 1184,
};

/* PostgreSQL counts from 2000. */
static const int64_t epoch_us = 946684800000000;
static const int64_t epoch_days = 10957;

/* The big-endian integer in a field; 0 for NULL. */
static int64_t integer(const ekc_result *result, int row, int column)
{
    const char *bytes = PQgetvalue(result->pg, row, column);
    int len = PQgetlength(result->pg, row, column);
    if (PQgetisnull(result->pg, row, column))
        return 0;

    uint64_t value = bytes[0] < 0 ? UINT64_MAX : 0;
    for (int i = 0; i < len; i++)
        value = value << 8 | (uint8_t)bytes[i];
    return (int64_t)value;
}

int ekc_result_rows(const ekc_result *result)
{
    return PQntuples(result->pg);
}

bool ekc_result_is_null(const ekc_result *result, int row, int column)
{
    return PQgetisnull(result->pg, row, column) != 0;
}

int64_t ekc_result_int(const ekc_result *result, int row, int column)
{
    Oid type = PQftype(result->pg, column);
    assert(type == BOOL || type == INT2 || type == INT4 || type == INT8);
    return integer(result, row, column);
}

double ekc_result_float(const ekc_result *result, int row, int column)
{
    Oid type = PQftype(result->pg, column);
    assert(type == FLOAT4 || type == FLOAT8);
    int64_t bits = integer(result, row, column);
    if (type == FLOAT8) {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }

    int32_t low = (int32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return (double)value;
}

int64_t ekc_result_moment(const ekc_result *result, int row, int column)
{
    assert(PQftype(result->pg, column) == TIMESTAMPTZ);
    int64_t us = integer(result, row, column);
    bool is_infinite = us == INT64_MAX || us == INT64_MIN;
    bool is_null = ekc_result_is_null(result, row, column);
    return is_null ? 0 : is_infinite ? us : us + epoch_us;
}

int64_t ekc_result_day(const ekc_result *result, int row, int column)
{
    assert(PQftype(result->pg, column) == DATE);
    bool is_null = ekc_result_is_null(result, row, column);
    return is_null ? 0 : integer(result, row, column) + epoch_days;
}

struct ekc_bytes ekc_result_bytes(const ekc_result *result, int row, int column)
{
    return (struct ekc_bytes){
        .data = PQgetvalue(result->pg, row, column),
        .len = (size_t)PQgetlength(result->pg, row, column),
    };
}

const char *ekc_result_text(const ekc_result *result, int row, int column)
{
    return PQgetvalue(result->pg, row, column);
}

void ekc_result_free(ekc_result **result)
{
    if (!*result)
        return;
    PQclear((*result)->pg);
    free(*result);
    *result = NULL;
}
