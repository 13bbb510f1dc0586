/* pick.c - see pick.h. */
#include "pick.h"

struct pick pick_next(const uint32_t *deaths, size_t count, size_t *chosen)
{
    struct pick pick = { 0 };
    for (size_t i = 0; i < count; i++)
        if (deaths[i] < PICK_ALONE_FROM)
            chosen[pick.count++] = i;
    if (pick.count > 0 || count == 0)
        return pick;
    chosen[0] = 0;
    return (struct pick){ .count = 1, .is_alone = true };
}
