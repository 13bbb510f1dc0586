/* keys.h - files that hold a secret key. */
#ifndef EKC_KEYS_H
#define EKC_KEYS_H

#include "ekc/bus.h"

/* Makes a new key and writes its secret half to a file (mode 0600) that must not exist yet.
 * What is wrong is logged. */
EKC_MUST_CHECK int keys_make(const char *path, struct ekc_keypair *ret_pair);

/* The key of a file, logged when there is none in it. */
EKC_MUST_CHECK int keys_read(const char *path, struct ekc_keypair *ret_pair);

/* The key of a file, made when there is no such file. */
EKC_MUST_CHECK int keys_take(const char *path, struct ekc_keypair *ret_pair);

#endif
