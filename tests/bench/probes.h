/* probes.h - what latency.c measures: one inquiry, and the controls that it is made of. */
#ifndef EKC_PROBES_H
#define EKC_PROBES_H

#include "ekc/base.h"

enum probe {
    PROBE_SUBMIT, /* an inquiry from its sending to DURABLE, at the centre in the environment */
    PROBE_ECHO,   /* the same bytes to another process and back, over CURVE */
    PROBE_COMMIT, /* one row of the same size inserted and committed, in the same database */
    PROBE_SYNC,   /* 8 KiB written into a file that has its size already, and fdatasync */
    PROBE_COUNT,
};

typedef struct probe_set probe_set;

/* Opens all of them: files go into folder, the echo listens at echo_at ("127.0.0.1:port").
 * What is wrong is logged. -errno. */
EKC_MUST_CHECK int probes_open(probe_set **ret_set, const char *folder, const char *echo_at);

/* Does one of them once, from its beginning to its end; serial is different each time. */
EKC_MUST_CHECK int probes_act(probe_set *set, enum probe probe, unsigned serial);
void probes_close(probe_set **set);

#endif
