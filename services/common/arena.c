/* arena.c - see ekc/wire.h. Bounded memory for one message, and the lengths of its strings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire_internal.h"

enum { ALIGN = 16 };

/* Each piece is preceded by its size, so that a string's length on the wire can be told from
 * its length in C. */
struct piece {
    size_t size;
    uint8_t padding[ALIGN - sizeof(size_t)];
};

int ekc_arena_new(ekc_arena **ret_arena, size_t size)
{
    ekc_arena *arena = malloc(sizeof *arena + size + ALIGN);
    if (!arena)
        return -ENOMEM;
    arena->size = size;
    arena->used = 0;
    arena->is_short = false;
    *ret_arena = arena;
    return 0;
}

void ekc_arena_reset(ekc_arena *arena)
{
    arena->used = 0;
}

size_t ekc_arena_used(const ekc_arena *arena)
{
    return arena->used;
}

void ekc_arena_rewind(ekc_arena *arena, size_t used)
{
    arena->used = used;
}

void ekc_arena_free(ekc_arena **arena)
{
    free(*arena);
    *arena = NULL;
}

static uint8_t *start_of(ekc_arena *arena)
{
    uintptr_t bytes = (uintptr_t)arena->bytes;
    return arena->bytes + (ALIGN - bytes % ALIGN) % ALIGN;
}

static void *take(void *self, size_t size)
{
    ekc_arena *arena = self;
    size_t left = arena->size - arena->used;
    size_t whole = sizeof(struct piece) + (size + ALIGN - 1) / ALIGN * ALIGN;
    if (size > left || whole > left) {
        arena->is_short = true;
        return NULL;
    }

    struct piece *piece = (struct piece *)(void *)(start_of(arena) + arena->used);
    piece->size = size;
    arena->used += whole;
    return piece + 1;
}

static void give_back(void *self, void *memory)
{
    (void)self;
    (void)memory;
}

void *ekc_arena_take(ekc_arena *arena, size_t size)
{
    void *memory = take(arena, size);
    return memory ? memset(memory, 0, size) : NULL;
}

ProtobufCAllocator ekc_arena_allocator(ekc_arena *arena)
{
    return (ProtobufCAllocator){ .alloc = take, .free = give_back, .allocator_data = arena };
}

size_t ekc_arena_size_of(ekc_arena *arena, const void *memory)
{
    const uint8_t *start = start_of(arena);
    const uint8_t *at = memory;
    bool is_ours = at >= start + sizeof(struct piece) && at < start + arena->used;
    return is_ours ? ((const struct piece *)memory - 1)->size : 0;
}
