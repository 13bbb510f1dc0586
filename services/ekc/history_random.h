/* history_random.h - chance that a seed decides, the same on every machine: splitmix64. */
#ifndef EKC_HISTORY_RANDOM_H
#define EKC_HISTORY_RANDOM_H

#include "ekc/base.h"

struct history_random {
    uint64_t state; /* the seed, at first */
};

static inline uint64_t history_random_bits(struct history_random *random)
{
    random->state += 0x9e3779b97f4a7c15U;
    uint64_t bits = random->state;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31);
}

/* A number below limit; the bias of at most limit / 2^32 is accepted. */
static inline uint32_t history_random_below(struct history_random *random, uint32_t limit)
{
    return (uint32_t)((history_random_bits(random) >> 32) * limit >> 32);
}

/* True so many times of 100. */
static inline bool history_random_chance(struct history_random *random, uint32_t percent)
{
    return history_random_below(random, 100) < percent;
}

#endif
