/* tally.c - see tally.h. An open-addressed table of indexes into a growing list of counters. */
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "period.h"

enum { FIRST_SLOTS = 4096 }; /* a power of two, as all sizes of the table are */

/* Texts stand in the pool, each with its NUL; offsets, since the pool moves as it grows. */
struct counter {
    uint64_t hash;
    int64_t n;
    int32_t day;
    int16_t rollup;
    uint32_t a, b;
};

struct tally {
    const struct rollups *rollups;
    struct counter *counters;
    uint32_t *slots; /* 1 + index of a counter, 0 = free */
    char *pool;
    size_t count, room, slot_count, pool_len, pool_room;
};

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93U;
    hash ^= hash >> 32;
    return hash;
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char *c = text; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3U;
    return hash;
}

int tally_new(struct tally **ret_tally, const struct rollups *rollups)
{
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return -ENOMEM;

    tally->rollups = rollups;
    tally->slot_count = FIRST_SLOTS;
    tally->slots = calloc(tally->slot_count, sizeof *tally->slots);
    if (!tally->slots) {
        tally_free(&tally);
        return -ENOMEM;
    }
    *ret_tally = tally;
    return 0;
}

void tally_free(struct tally **tally)
{
    if (!*tally)
        return;
    free((*tally)->counters);
    free((*tally)->slots);
    free((*tally)->pool);
    free(*tally);
    *tally = NULL;
}

static bool is_same(const struct tally *tally, const struct counter *counter,
                    const struct tally_row *row, uint64_t hash)
{
    return counter->hash == hash && counter->rollup == row->rollup &&
           counter->day == row->day && strcmp(tally->pool + counter->a, row->a) == 0 &&
           strcmp(tally->pool + counter->b, row->b) == 0;
}

/* The slot of a counter, or the free one where it would stand. */
static uint32_t *find_slot(const struct tally *tally, const struct tally_row *row,
                           uint64_t hash)
{
    for (size_t i = hash;; i++) {
        uint32_t *slot = &tally->slots[i & (tally->slot_count - 1)];
        if (*slot == 0 || is_same(tally, &tally->counters[*slot - 1], row, hash))
            return slot;
    }
}

/* The slots follow the list after it was sorted or the table has grown. */
static void fill_slots(struct tally *tally)
{
    memset(tally->slots, 0, tally->slot_count * sizeof *tally->slots);
    for (size_t i = 0; i < tally->count; i++) {
        size_t at = tally->counters[i].hash;
        while (tally->slots[at & (tally->slot_count - 1)])
            at++;
        tally->slots[at & (tally->slot_count - 1)] = (uint32_t)i + 1;
    }
}

static int grow_slots(struct tally *tally)
{
    uint32_t *slots = reallocarray(tally->slots, tally->slot_count * 2, sizeof *slots);
    if (!slots)
        return -ENOMEM;

    tally->slots = slots;
    tally->slot_count *= 2;
    fill_slots(tally);
    return 0;
}

static int grow_counters(struct tally *tally)
{
    size_t room = tally->room ? tally->room * 2 : FIRST_SLOTS / 2;
    struct counter *counters = realloc(tally->counters, room * sizeof *counters);
    if (!counters)
        return -ENOMEM;

    tally->counters = counters;
    tally->room = room;
    return 0;
}

static int keep_text(struct tally *tally, const char *text, uint32_t *ret_at)
{
    size_t size = strlen(text) + 1;
    if (tally->pool_len + size > tally->pool_room) {
        size_t room = (tally->pool_len + size) * 2;
        char *pool = realloc(tally->pool, room);
        if (!pool)
            return -ENOMEM;
        tally->pool = pool;
        tally->pool_room = room;
    }
    memcpy(tally->pool + tally->pool_len, text, size);
    *ret_at = (uint32_t)tally->pool_len;
    tally->pool_len += size;
    return 0;
}

static int insert(struct tally *tally, const struct tally_row *row, uint64_t hash)
{
    int r = tally->count == tally->room ? grow_counters(tally) : 0;
    if (r >= 0 && tally->count * 2 >= tally->slot_count)
        r = grow_slots(tally);
    if (r < 0)
        return r;

    struct counter *counter = &tally->counters[tally->count];
    *counter =
        (struct counter){ .hash = hash, .n = row->n, .day = row->day, .rollup = row->rollup };
    r = keep_text(tally, row->a, &counter->a);
    if (r >= 0)
        r = keep_text(tally, row->b, &counter->b);
    if (r < 0)
        return r;

    *find_slot(tally, row, hash) = (uint32_t)++tally->count;
    return 0;
}

int tally_add(struct tally *tally, const struct tally_fact *fact, int64_t delta)
{
    int32_t month = period_around(PERIOD_MONTH, fact->day).from;
    uint64_t hashes[DIMENSION_COUNT] = { 0 };
    for (size_t i = DIMENSION_AREA; i < DIMENSION_COUNT; i++)
        hashes[i] = hash_text(fact->values[i]);

    for (size_t i = 0; i < tally->rollups->count; i++) {
        const struct rollup *rollup = &tally->rollups->rows[i];
        if (rollup->measure != fact->measure)
            continue;

        struct tally_row row = { .rollup = rollup->id,
                                 .day = rollup->is_monthly ? month : fact->day,
                                 .a = rollup->a ? fact->values[rollup->a] : "",
                                 .b = rollup->b ? fact->values[rollup->b] : "",
                                 .n = delta };
        uint64_t hash = mix(((uint64_t)(uint16_t)row.rollup << 32) ^ (uint32_t)row.day);
        hash = mix(mix(hash + hashes[rollup->a]) + hashes[rollup->b]);
        uint32_t *slot = find_slot(tally, &row, hash);
        if (*slot)
            tally->counters[*slot - 1].n += delta;
        else if (insert(tally, &row, hash) < 0)
            return -ENOMEM;
    }
    return 0;
}

size_t tally_count(const struct tally *tally)
{
    return tally->count;
}

static int compare(const void *left, const void *right, void *self)
{
    const char *pool = self;
    const struct counter *x = left, *y = right;
    if (x->rollup != y->rollup)
        return x->rollup < y->rollup ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    int r = strcmp(pool + x->a, pool + y->a);
    return r ? r : strcmp(pool + x->b, pool + y->b);
}

void tally_each(struct tally *tally, tally_fn *visit, void *self)
{
    qsort_r(tally->counters, tally->count, sizeof *tally->counters, compare, tally->pool);
    fill_slots(tally);
    for (size_t i = 0; i < tally->count; i++) {
        const struct counter *counter = &tally->counters[i];
        const struct tally_row row = { .rollup = counter->rollup,
                                       .day = counter->day,
                                       .a = tally->pool + counter->a,
                                       .b = tally->pool + counter->b,
                                       .n = counter->n };
        if (row.n != 0)
            visit(self, &row);
    }
}

void tally_clear(struct tally *tally)
{
    tally->count = 0;
    tally->pool_len = 0;
    fill_slots(tally);
}
