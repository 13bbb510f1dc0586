/* params.c - see ekc/params.h. */
#include "ekc/params.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_SIZE = 20, /* dimensions, has-null, element, count, lower bound */
    EMPTY_SIZE = 12,  /* the same of an array without dimensions */
    ROOM_MIN = 256,
    LEN_MAX = 0x3fffffff, /* the server takes no value of 1 GiB */
};

/* Of pg_type: never changed, since they are part of the protocol; size 0 = any. */
static const struct {
    int32_t oid;
    uint32_t size;
} types[] = {
    [EKC_INT2] = { 21, 2 },    [EKC_INT4] = { 23, 4 },     [EKC_INT8] = { 20, 8 },
    [EKC_FLOAT4] = { 700, 4 }, [EKC_TEXT] = { 25, 0 },     [EKC_BYTEA] = { 17, 0 },
    [EKC_BOOL] = { 16, 1 },    [EKC_MOMENT] = { 1184, 8 }, [EKC_DAY] = { 1082, 4 },
};

/* PostgreSQL counts from 2000. */
static const int64_t epoch_us = 946684800000000;
static const int64_t epoch_days = 10957;

static int64_t since_2000(int64_t us)
{
    assert(us >= INT64_MIN + epoch_us);
    return us - epoch_us;
}

static void put32(uint8_t *to, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    memcpy(to, &big, sizeof big);
}

/* Writes the lowest size bytes of value, the highest of them first. */
static void put(uint8_t *to, int64_t value, uint32_t size)
{
    uint64_t big = htobe64((uint64_t)value);
    memcpy(to, (const uint8_t *)&big + (sizeof big - size), size);
}

static bool fits(int64_t value, uint32_t size)
{
    int64_t half = size < 8 ? INT64_C(1) << (8 * size - 1) : 0;
    return half == 0 || (value >= -half && value < half);
}

/* --- arrays ------------------------------------------------------------------------------- */

void ekc_array_clear(struct ekc_array *array)
{
    array->len = 0;
    array->count = 0;
    array->has_null = false;
    array->is_broken = false;
}

void ekc_array_done(struct ekc_array *array)
{
    free(array->data);
    *array = (struct ekc_array){ .type = array->type };
}

static bool reserve(struct ekc_array *array, size_t len)
{
    if (array->is_broken || len > LEN_MAX)
        return false;
    if (len <= array->room)
        return true;

    size_t room = array->room < ROOM_MIN ? ROOM_MIN : array->room;
    while (room < len)
        room *= 2;
    uint8_t *data = realloc(array->data, room);
    if (!data)
        return false;
    array->data = data;
    array->room = room;
    return true;
}

/* Room for one more element of size bytes; NULL once the array is broken. */
static uint8_t *grow(struct ekc_array *array, size_t size)
{
    size_t len = array->len ? array->len : HEADER_SIZE;
    if (size > LEN_MAX || !reserve(array, len + sizeof(int32_t) + size)) {
        array->is_broken = true;
        return NULL;
    }
    put32(array->data + len, (int32_t)size);
    array->len = len + sizeof(int32_t) + size;
    array->count++;
    return array->data + len + sizeof(int32_t);
}

void ekc_array_int(struct ekc_array *array, int64_t value)
{
    if (array->type == EKC_MOMENT)
        value = since_2000(value);
    if (array->type == EKC_DAY)
        value -= epoch_days;

    uint32_t size = types[array->type].size;
    assert(size > 0 && array->type != EKC_FLOAT4 && (size == 1 || fits(value, size)));

    uint8_t *to = grow(array, size);
    if (to)
        put(to, array->type == EKC_BOOL ? value != 0 : value, size);
}

void ekc_array_float(struct ekc_array *array, float value)
{
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    assert(array->type == EKC_FLOAT4);

    uint8_t *to = grow(array, sizeof bits);
    if (to)
        put32(to, bits);
}

void ekc_array_bytes(struct ekc_array *array, struct ekc_bytes value)
{
    assert(array->type == EKC_TEXT || array->type == EKC_BYTEA);
    uint8_t *to = grow(array, value.len);
    if (to && value.len > 0)
        memcpy(to, value.data, value.len);
}

void ekc_array_text(struct ekc_array *array, const char *value)
{
    if (value && value[0])
        ekc_array_bytes(array, (struct ekc_bytes){ value, strlen(value) });
    else
        ekc_array_null(array);
}

void ekc_array_null(struct ekc_array *array)
{
    uint8_t *end = grow(array, 0);
    if (end)
        put32(end - sizeof(int32_t), -1);
    array->has_null = true;
}

/* --- parameters --------------------------------------------------------------------------- */

void ekc_params_clear(struct ekc_params *params)
{
    params->count = 0;
    params->is_broken = false;
}

static void add(struct ekc_params *params, const void *value, size_t len)
{
    assert(params->count < EKC_PARAMS_MAX);
    if (len > LEN_MAX) {
        params->is_broken = true;
        return;
    }
    params->values[params->count] = value;
    params->lengths[params->count++] = (int)len;
}

static void add_scalar(struct ekc_params *params, int64_t value, uint32_t size)
{
    assert(params->count < EKC_PARAMS_MAX);
    uint8_t *to = params->scalars[params->count];
    put(to, value, size);
    add(params, to, size);
}

void ekc_params_int4(struct ekc_params *params, int32_t value)
{
    add_scalar(params, value, 4);
}

void ekc_params_int8(struct ekc_params *params, int64_t value)
{
    add_scalar(params, value, 8);
}

void ekc_params_moment(struct ekc_params *params, int64_t us)
{
    add_scalar(params, since_2000(us), 8);
}

void ekc_params_float8(struct ekc_params *params, double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_scalar(params, bits, 8);
}

void ekc_params_bool(struct ekc_params *params, bool value)
{
    add_scalar(params, value, 1);
}

void ekc_params_bytes(struct ekc_params *params, struct ekc_bytes value)
{
    add(params, value.len > 0 ? value.data : "", value.len);
}

void ekc_params_text(struct ekc_params *params, const char *value)
{
    add(params, value, value ? strlen(value) : 0);
}

void ekc_params_array(struct ekc_params *params, struct ekc_array *array)
{
    bool is_empty = array->count == 0;
    if (!reserve(array, HEADER_SIZE)) {
        params->is_broken = true;
        return;
    }
    put32(array->data, is_empty ? 0 : 1);
    put32(array->data + 4, array->has_null);
    put32(array->data + 8, types[array->type].oid);
    put32(array->data + 12, array->count);
    put32(array->data + 16, 1);
    add(params, array->data, is_empty ? EMPTY_SIZE : array->len);
}
