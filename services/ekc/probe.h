/* probe.h - is a port free, and what does a worker's admin port say? All on 127.0.0.1. */
#ifndef EKC_PROBE_H
#define EKC_PROBE_H

#include "ekc/base.h"

/* Whether a program could listen there now. */
bool probe_is_free(int port);

/* Asks /readyz: true when the answer is 200; else reason is what it said, "" for no answer. */
bool probe_is_ready(int port, char *reason, size_t size);

#endif
