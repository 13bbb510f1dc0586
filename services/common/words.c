/* words.c - see ekc/words.h. */
#include "ekc/words.h"

#include <string.h>

static const char *const kinds[] = {
    [EKC__V1__APPLICANT_KIND__APPLICANT_KIND_UNKNOWN] = "unknown",
    [EKC__V1__APPLICANT_KIND__APPLICANT_KIND_RESIDENT] = "resident",
    [EKC__V1__APPLICANT_KIND__APPLICANT_KIND_DEVELOPER] = "developer",
};

static const char *const statuses[] = {
    [EKC__V1__VERDICT_STATUS__VERDICT_STATUS_SURE] = "sure",
    [EKC__V1__VERDICT_STATUS__VERDICT_STATUS_UNSURE] = "unsure",
    [EKC__V1__VERDICT_STATUS__VERDICT_STATUS_DEAD] = "dead",
};

/* An enum of proto3 is open: any number may stand in it. */
static const char *word_of(const char *const *words, size_t count, size_t number,
                           const char *other)
{
    return number < count && words[number] ? words[number] : other;
}

static size_t number_of(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] && strcmp(words[i], word) == 0)
            return i;
    return 0;
}

const char *ekc_kind_word(Ekc__V1__ApplicantKind kind)
{
    return word_of(kinds, EKC_COUNT(kinds), (size_t)kind, "unknown");
}

const char *ekc_status_word(Ekc__V1__VerdictStatus status)
{
    return word_of(statuses, EKC_COUNT(statuses), (size_t)status, "");
}

Ekc__V1__ApplicantKind ekc_kind_of(const char *word)
{
    return (Ekc__V1__ApplicantKind)number_of(kinds, EKC_COUNT(kinds), word);
}

Ekc__V1__VerdictStatus ekc_status_of(const char *word)
{
    return (Ekc__V1__VerdictStatus)number_of(statuses, EKC_COUNT(statuses), word);
}
