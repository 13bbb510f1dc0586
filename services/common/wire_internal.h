/* wire_internal.h - what the files behind the door to generated code share. */
#ifndef EKC_WIRE_INTERNAL_H
#define EKC_WIRE_INTERNAL_H

#include "ekc/wire.h"

struct ekc_arena {
    size_t size, used;
    bool is_short; /* something was refused since the last unpacking began */
    uint8_t bytes[];
};

ProtobufCAllocator ekc_arena_allocator(ekc_arena *arena);

/* The size that was asked for memory; 0 when it is not the arena's. */
size_t ekc_arena_size_of(ekc_arena *arena, const void *memory);

#endif
