/* lexicon.h - what the classifier knows of Russian beside the topics: words that say nothing
 * of a topic, and the words by which residents and developers give themselves away. Data. */
#ifndef LEXICON_H
#define LEXICON_H

#include "ekc/base.h"

/* A word or phrase that speaks for one kind of applicant, and how loudly: 1 faint … 4 plain. */
struct lexicon_sign {
    const char *phrase;
    int8_t strength; /* above 0 a resident, below 0 a developer */
};

extern const struct lexicon_sign lexicon_signs[];
extern const size_t lexicon_sign_count;

/* Words separated by spaces, small letters, е for ё; within phrases they do count. */
extern const char lexicon_stop_words[];

#endif
