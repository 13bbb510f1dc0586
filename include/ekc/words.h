/* words.h - the enums of the contract as the words that SQL, files and people have for them. */
#ifndef EKC_WORDS_H
#define EKC_WORDS_H

#include "ekc/wire.h"

/* "resident", "developer", "unknown"; "unknown" for any other number. */
const char *ekc_kind_word(Ekc__V1__ApplicantKind kind);

/* "sure", "unsure", "dead"; "" for any other number. */
const char *ekc_status_word(Ekc__V1__VerdictStatus status);

/* Back from the word; UNSPECIFIED for any other. */
Ekc__V1__ApplicantKind ekc_kind_of(const char *word);
Ekc__V1__VerdictStatus ekc_status_of(const char *word);

#endif
