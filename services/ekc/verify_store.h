/* verify_store.h - the statements of `ekc verify`: one promise, one recount. */
#ifndef EKC_VERIFY_STORE_H
#define EKC_VERIFY_STORE_H

#include "ekc/db.h"

/* A line of a journal: what one Submit of one inquiry was answered. Texts are borrowed. */
struct verify_entry {
    const char *portal, *external_id, *answer, *number;
};

/* A promise and how it is checked. */
struct verify_promise {
    const char *id;    /* "I2" */
    const char *about; /* what it promises, in a few words */
    bool needs_journal;
    bool is_lenient;     /* --allow-pending leaves it out */
    const char *checked; /* one int8: how many things it is about */
    const char *broken;  /* (text, int8): whatever breaks it, at most 20, and how many in all */
};

extern const struct verify_promise verify_promises[];
extern const size_t verify_promise_count;

/* How many lanes statistics has not yet counted to their end. */
EKC_MUST_CHECK int verify_store_lag(ekc_sql *sql, int64_t *ret_lanes);

/* Begins the one snapshot that all promises are checked in, with room for a journal. */
EKC_MUST_CHECK int verify_store_begin(ekc_sql *sql);

/* Adds entries to the journal; count is at most VERIFY_ENTRIES_MAX. */
enum { VERIFY_ENTRIES_MAX = 5000 };
EKC_MUST_CHECK int verify_store_add(ekc_sql *sql, const struct verify_entry *entries,
                                    size_t count);

#endif
