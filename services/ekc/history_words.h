/* history_words.h - the words that a synthetic history is told in; data, no logic.
 *
 * Streets are invented, districts and okrugs are Moscow's. In patterns @ stands for a digit
 * from 1 and # for any digit. */
#ifndef EKC_HISTORY_WORDS_H
#define EKC_HISTORY_WORDS_H

#include "ekc/base.h"

struct history_list {
    const char *const *items;
    uint32_t count;
};

struct history_district {
    const char *name;
    const char *okrug;    /* its code */
    const char *okrug_ru; /* as people write it */
};

extern const struct history_district history_districts[];
extern const uint32_t history_district_count;

extern const struct history_list history_streets, history_months;
extern const struct history_list history_greetings, history_closings;

/* Patterns. */
extern const struct history_list history_houses, history_flats, history_numbers,
    history_cadastres;

/* Sentences that say nothing of a topic: of residents, of developers, and of operators who note
 * a call down. They have placeholders, as samples have, and {flat} and {past}, a day before. */
extern const struct history_list history_resident_asides, history_developer_asides,
    history_note_asides;

#endif
