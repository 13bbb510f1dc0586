/* random.h - numbers that follow from a seed alone (splitmix64), so that a schedule can be
 * played again. */
#ifndef SIMULATION_RANDOM_H
#define SIMULATION_RANDOM_H

#include "ekc/base.h"

static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* From 0 to below bound, which is small. */
static inline uint32_t random_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)((random_next(state) >> 32) * bound >> 32);
}

static inline bool random_hit(uint64_t *state, uint32_t percent)
{
    return random_below(state, 100) < percent;
}

#endif
