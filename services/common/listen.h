/* listen.h - a listening TCP socket at "host:port". */
#ifndef EKC_COMMON_LISTEN_H
#define EKC_COMMON_LISTEN_H

#include "ekc/base.h"

/* A socket that listens, or -errno of bind(2); -EINVAL: no address; -EADDRNOTAVAIL: no such
 * host. Host "*" is every address. */
EKC_MUST_CHECK int listen_at(const char *address);

#endif
