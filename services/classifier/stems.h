/* stems.h - words to numbers of their stems, so that the forms of a word are one thing. */
#ifndef STEMS_H
#define STEMS_H

#include "words.h"

typedef struct stems stems;

/* Both 0 where nobody learned them; numbers start at 1 and are of one kind. */
struct stems_stem {
    uint32_t stem;
    uint32_t root; /* of the stem's first letters; 0 too for short words and numbers */
};

/* An empty vocabulary, the caller's. -ENOMEM. */
EKC_MUST_CHECK int stems_new(stems **ret_stems);

/* The stem of word, taken into the vocabulary. -ENOMEM. */
EKC_MUST_CHECK int stems_learn(stems *self, const struct words_word *word,
                               struct stems_stem *ret_stem);

/* The stem of word as far as it was learned. Remembers words that it met, in bounded room;
 * the answer never depends on what it remembers. */
struct stems_stem stems_find(stems *self, const struct words_word *word);

/* Frees *self and sets it to NULL; NULL is fine. */
void stems_free(stems **self);

#endif
