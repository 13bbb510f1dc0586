/* resolve.h - the door to the system's resolver: one name, looked up again and again.
 *
 * Looking up may block for as long as it likes, so it is done in a thread of its own, which
 * knows nothing but the name; what was found is told in the loop's thread. */
#ifndef EKC_RESOLVE_H
#define EKC_RESOLVE_H

#include "ekc/loop.h"

enum {
    EKC_FOUND_MAX = 256, /* addresses of one name; more are passed over */
    EKC_FOUND_SIZE = 16  /* "255.255.255.255" and its NUL */
};

typedef struct ekc_resolve ekc_resolve;

/* What one look-up brought: addresses, or why there are none. */
struct ekc_found {
    const char *trouble; /* in words that live for ever; NULL = it went well */
    size_t count;
    char addresses[EKC_FOUND_MAX][EKC_FOUND_SIZE]; /* IPv4, as numbers */
};

/* Looks a name up; may block. *found is empty before. Called in the other thread. */
typedef void ekc_lookup_fn(void *self, const char *host, struct ekc_found *found);

/* Takes what was found; *found is lent until return. */
typedef void ekc_found_fn(void *self, const struct ekc_found *found);

struct ekc_resolve_options {
    const char *host;
    int64_t period_ms;     /* from one answer to the next question */
    ekc_lookup_fn *lookup; /* NULL = the system's resolver */
    void *lookup_self;
    ekc_found_fn *on_found; /* once for each look-up, in their order */
    void *self;
};

/* Begins to look up; the first time at once. host is copied. -ENAMETOOLONG: no host's name;
 * -EAGAIN and other errnos when there is no room for a thread. */
EKC_MUST_CHECK int ekc_resolve_open(ekc_resolve **ret_resolve, ekc_loop *loop,
                                    const struct ekc_resolve_options *options);

/* Ends it. A look-up that still blocks is waited for a moment, then left to end by itself. */
void ekc_resolve_close(ekc_resolve **resolve);

#endif
