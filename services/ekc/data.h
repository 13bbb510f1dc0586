/* data.h - the files that ekc carries inside: the taxonomy and the sample. */
#ifndef EKC_DATA_H
#define EKC_DATA_H

#include "ekc/base.h"

/* path is from the root of the tree: "services/classifier/taxonomy.json". Generated. */
extern const struct {
    const char *path, *text;
} ekc_data[];
extern const size_t ekc_data_count;

/* The text of the embedded file whose path ends with suffix; NULL when there is none. */
const char *data_find(const char *suffix);

#endif
