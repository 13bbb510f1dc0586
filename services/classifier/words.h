/* words.h - text to words in one spelling: small letters, е for ё, composed.
 *
 * A word is a run of letters and digits; all else, broken UTF-8 included, separates words. */
#ifndef WORDS_H
#define WORDS_H

#include "ekc/base.h"

/* Bytes of a word. A longer run (28 Cyrillic letters) is no word anybody looks for: skipped. */
enum { WORDS_LEN_MAX = 55 };

struct words_word {
    char bytes[WORDS_LEN_MAX + 1]; /* UTF-8 and a NUL */
    uint8_t len;
    bool is_number; /* digits only */
};

/* Reads the first word at or after *pos and moves *pos behind it; false at the end of text. */
bool words_next(struct ekc_bytes text, size_t *pos, struct words_word *ret_word);

#endif
