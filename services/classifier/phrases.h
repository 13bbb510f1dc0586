/* phrases.h - runs of stems to numbers, and which of them end at each word of a text. */
#ifndef PHRASES_H
#define PHRASES_H

#include "ekc/base.h"

/* Stems of a phrase; what is longer is known by its parts. */
enum { PHRASES_LEN_MAX = 5 };

typedef struct phrases phrases;

/* The last stems of a text being read; starts as all zero. */
struct phrases_walk {
    uint32_t recent[PHRASES_LEN_MAX]; /* the latest first; 0 = unknown or none */
};

/* An empty index, the caller's. -ENOMEM. */
EKC_MUST_CHECK int phrases_new(phrases **ret_phrases);

/* The number, 1 or more, of the run of count (1 … PHRASES_LEN_MAX) stems. -ENOMEM. */
EKC_MUST_CHECK int phrases_add(phrases *self, const uint32_t *stems, size_t count,
                               uint32_t *ret_phrase);

/* Takes the next stem of a text. Returns how many numbers of runs that end with it went to
 * ret_found, the shortest first; among them may be tails of phrases that were never added. */
size_t phrases_step(const phrases *self, struct phrases_walk *walk, uint32_t stem,
                    uint32_t ret_found[static PHRASES_LEN_MAX]);

/* The highest number. */
uint32_t phrases_count(const phrases *self);

/* Frees *self and sets it to NULL; NULL is fine. */
void phrases_free(phrases **self);

#endif
