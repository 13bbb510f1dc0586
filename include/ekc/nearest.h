/* nearest.h - which known word somebody who mistyped may have meant. */
#ifndef EKC_NEAREST_H
#define EKC_NEAREST_H

#include "ekc/base.h"

/* The nearest of count words, or NULL when none is near: no more than a third of its letters
 * differ. at(words, i) gives the i-th, or NULL to leave it out. */
typedef const char *ekc_word_at_fn(const void *words, size_t i);
const char *ekc_nearest(const char *word, const void *words, size_t count, ekc_word_at_fn *at);

#endif
