/* parcel.c - see parcel.h. */
#include "intake/parcel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 256, KEYS_MIN = 8 };

static void destroy(struct parcel_pool *pool, struct parcel *parcel)
{
    pool->memory -= parcel->room + parcel->key_room * sizeof *parcel->keys;
    free(parcel->keys);
    free(parcel->data);
    free(parcel);
}

struct parcel *parcel_take(struct parcel_pool *pool)
{
    struct parcel *parcel = TAILQ_FIRST(&pool->spare);
    if (!parcel)
        return calloc(1, sizeof *parcel);
    TAILQ_REMOVE(&pool->spare, parcel, link);
    return parcel;
}

void parcel_put(struct parcel_pool *pool, struct parcel *parcel)
{
    parcel->len = 0;
    parcel->count = 0;
    parcel->attempts = 0;
    parcel->delivery_id = 0;
    parcel->holder = 0;
    if (pool->memory > pool->memory_max)
        destroy(pool, parcel);
    else
        TAILQ_INSERT_HEAD(&pool->spare, parcel, link);
}

static size_t room_for(const struct parcel_pool *pool, size_t need)
{
    size_t room = need * 2 < ROOM_MIN ? ROOM_MIN : need * 2;
    if (room <= pool->parcel_max)
        return room;
    return need > pool->parcel_max ? need : pool->parcel_max;
}

static int make_room(struct parcel_pool *pool, struct parcel *parcel, size_t need)
{
    if (need <= parcel->room)
        return 0;
    size_t room = room_for(pool, need);
    uint8_t *data = realloc(parcel->data, room);
    if (!data)
        return -ENOMEM;
    pool->memory += room - parcel->room;
    parcel->data = data;
    parcel->room = room;
    return 0;
}

static int make_key_room(struct parcel_pool *pool, struct parcel *parcel)
{
    if (parcel->count < parcel->key_room)
        return 0;
    size_t room = parcel->key_room ? parcel->key_room * 2 : KEYS_MIN;
    struct parcel_key *keys = realloc(parcel->keys, room * sizeof *keys);
    if (!keys)
        return -ENOMEM;
    pool->memory += (room - parcel->key_room) * sizeof *keys;
    parcel->keys = keys;
    parcel->key_room = room;
    return 0;
}

int parcel_append(struct parcel_pool *pool, struct parcel *parcel, const struct parcel_key *key,
                  const void *bytes)
{
    int r = make_room(pool, parcel, parcel->len + key->len);
    if (r == 0)
        r = make_key_room(pool, parcel);
    if (r < 0)
        return r;
    if (key->len)
        memcpy(parcel->data + parcel->len, bytes, key->len);
    parcel->len += key->len;
    parcel->keys[parcel->count++] = *key;
    return 0;
}

void parcel_queue(struct parcels *list, struct parcel *parcel)
{
    struct parcel *later = TAILQ_FIRST(list);
    while (later && later->seq <= parcel->seq)
        later = TAILQ_NEXT(later, link);
    if (later)
        TAILQ_INSERT_BEFORE(later, parcel, link);
    else
        TAILQ_INSERT_TAIL(list, parcel, link);
}

void parcel_free_all(struct parcel_pool *pool, struct parcels *list)
{
    for (struct parcel *parcel; (parcel = TAILQ_FIRST(list)) != NULL;) {
        TAILQ_REMOVE(list, parcel, link);
        destroy(pool, parcel);
    }
}
