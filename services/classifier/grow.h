/* grow.h - makes room in an array that grows by doubling. */
#ifndef CLASSIFIER_GROW_H
#define CLASSIFIER_GROW_H

#include <errno.h>
#include <stdlib.h>

#include "ekc/base.h"

/* Returns array with room for need items of size bytes each, and keeps *capacity (in items);
 * NULL when memory ran out: array and *capacity are then as they were. */
static inline void *grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return array;

    size_t wanted = need < 32 ? 64 : need * 2;
    void *larger = reallocarray(array, wanted, size);
    if (larger)
        *capacity = wanted;
    return larger;
}

#endif
