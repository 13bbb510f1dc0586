/* history_text.h - tells one inquiry of a synthetic history: a sample, its placeholders filled
 * in, with other sentences around it and the mistakes that people make. */
#ifndef EKC_HISTORY_TEXT_H
#define EKC_HISTORY_TEXT_H

#include "history_random.h"
#include "history_words.h"

enum {
    HISTORY_SAMPLE_MAX = 4096, /* bytes; longer ones might not fit when they are filled in */
    HISTORY_TEXT_SIZE = 32 * 1024,
};

struct history_text {
    size_t len;
    char data[HISTORY_TEXT_SIZE]; /* ends with a NUL */
};

struct history_place {
    const struct history_district *district;
    const char *street;
    char house[64];
};

struct history_story {
    const char *sample;
    const struct history_list *asides; /* NULL = the sample is told as it is */
    struct history_place place;
    int64_t day; /* since 1970 */
};

/* A stretch of a sample or of our own words, with placeholders. */
struct history_piece {
    const char *text;
    size_t len;
};

const char *history_draw(struct history_random *random, const struct history_list *list);
struct history_place history_place_draw(struct history_random *random);

/* Whether a sample is an operator's note of a call. */
bool history_is_note(const char *sample);

void history_text_tell(struct history_text *text, struct history_random *random,
                       const struct history_story *story);

/* Adds to a text; what does not fit is left out whole. */
void history_text_add(struct history_text *text, const char *data, size_t len);

/* Adds a piece with its placeholders filled in. */
void history_text_fill(struct history_text *text, struct history_random *random,
                       const struct history_story *story, struct history_piece piece);

/* Makes the mistakes, in place. */
void history_text_spoil(struct history_text *text, struct history_random *random);

#endif
