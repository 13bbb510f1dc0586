/* intern.c - see intern.h. Open addressing over numbers; the keys lie end to end. */
#include "intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

struct key {
    uint32_t start; /* in bytes */
    uint32_t len;
};

/* The mark spares a look at the key of most strangers. */
struct slot {
    uint32_t id; /* 0 = free */
    uint32_t mark;
};

struct intern {
    struct slot *slots; /* at most half are taken */
    size_t slot_count;
    struct key *keys; /* of number i + 1 */
    size_t key_count, key_capacity;
    char *bytes;
    size_t byte_count, byte_capacity;
};

enum { FIRST_SLOTS = 64 };

int intern_new(intern **ret_intern)
{
    EKC_CLEANUP(intern_free) intern *self = calloc(1, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->slot_count = FIRST_SLOTS;
    self->slots = calloc(FIRST_SLOTS, sizeof(*self->slots));
    if (!self->slots)
        return -ENOMEM;

    *ret_intern = self;
    self = NULL;
    return 0;
}

void intern_free(intern **self)
{
    if (!*self)
        return;

    free((*self)->slots);
    free((*self)->keys);
    free((*self)->bytes);
    free(*self);
    *self = NULL;
}

uint64_t intern_hash(struct ekc_bytes key)
{
    const uint64_t odd = 0x9E3779B97F4A7C15U; /* 2^64 / golden ratio */
    const char *at = key.data;
    uint64_t hash = key.len * odd;

    for (size_t left = key.len; left > 0;) {
        uint64_t chunk = 0;
        size_t taken = left < sizeof(chunk) ? left : sizeof(chunk);
        memcpy(&chunk, at, taken);
        hash = (hash ^ chunk) * odd;
        hash ^= hash >> 32;
        at += taken;
        left -= taken;
    }
    return hash;
}

static bool is_key(const intern *self, uint32_t id, struct ekc_bytes key)
{
    const struct key *own = &self->keys[id - 1];

    return own->len == key.len && memcmp(self->bytes + own->start, key.data, key.len) == 0;
}

static uint32_t mark_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* The slot that holds key, or the free one where it belongs. */
static struct slot *slot_of(const intern *self, struct ekc_bytes key, uint64_t hash)
{
    size_t mask = self->slot_count - 1;
    size_t i = hash & mask;

    while (self->slots[i].id &&
           (self->slots[i].mark != mark_of(hash) || !is_key(self, self->slots[i].id, key)))
        i = (i + 1) & mask;
    return &self->slots[i];
}

uint32_t intern_find(const intern *self, struct ekc_bytes key)
{
    return slot_of(self, key, intern_hash(key))->id;
}

uint32_t intern_count(const intern *self)
{
    return (uint32_t)self->key_count;
}

static int double_slots(intern *self)
{
    struct slot *slots = calloc(self->slot_count * 2, sizeof(*slots));
    if (!slots)
        return -ENOMEM;

    free(self->slots);
    self->slots = slots;
    self->slot_count *= 2;
    for (uint32_t id = 1; id <= self->key_count; id++) {
        const struct key *own = &self->keys[id - 1];
        struct ekc_bytes key = { self->bytes + own->start, own->len };
        uint64_t hash = intern_hash(key);
        *slot_of(self, key, hash) = (struct slot){ .id = id, .mark = mark_of(hash) };
    }
    return 0;
}

/* Copies key to the end of the keys, where its number is its place. */
static int append(intern *self, struct ekc_bytes key)
{
    struct key *keys =
        grow(self->keys, &self->key_capacity, self->key_count + 1, sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    self->keys = keys;

    char *bytes = grow(self->bytes, &self->byte_capacity, self->byte_count + key.len, 1);
    if (!bytes)
        return -ENOMEM;
    self->bytes = bytes;

    memcpy(bytes + self->byte_count, key.data, key.len);
    keys[self->key_count++] =
        (struct key){ .start = (uint32_t)self->byte_count, .len = (uint32_t)key.len };
    self->byte_count += key.len;
    return 0;
}

/* Room first, so that what is found or added next stays where it is. */
int intern_add(intern *self, struct ekc_bytes key, uint32_t *ret_id)
{
    uint64_t hash = intern_hash(key);

    int r = self->key_count * 2 >= self->slot_count ? double_slots(self) : 0;
    if (r < 0)
        return r;

    struct slot *slot = slot_of(self, key, hash);
    r = slot->id ? 0 : append(self, key);
    if (r < 0)
        return r;

    if (!slot->id)
        *slot = (struct slot){ .id = (uint32_t)self->key_count, .mark = mark_of(hash) };
    *ret_id = slot->id;
    return 0;
}
