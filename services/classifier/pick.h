/* pick.h - which of the inquiries that wait are judged next, given how many workers died
 * holding each. Pure. */
#ifndef CLASSIFIER_PICK_H
#define CLASSIFIER_PICK_H

#include "ekc/base.h"

enum {
    PICK_ALONE_FROM = 2, /* deaths: it is judged alone, so that its fault is its own */
    PICK_DEAD_FROM = 5   /* its verdict is dead, and its text is not read */
};

struct pick {
    size_t count;  /* chosen */
    bool is_alone; /* the one that is chosen is suspect */
};

/* All that are not suspect, together; when there are none such, the first suspect alone.
 * chosen has room for count indexes. */
struct pick pick_next(const uint32_t *deaths, size_t count, size_t *chosen);

#endif
