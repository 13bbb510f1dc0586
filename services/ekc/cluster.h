/* cluster.h - the private PostgreSQL of a centre: found, made, started and stopped. */
#ifndef EKC_CLUSTER_H
#define EKC_CLUSTER_H

#include "centre.h"
#include "process.h"

struct cluster {
    char bin[FILES_PATH_MAX / 2]; /* PostgreSQL's own programs; "" = none found */
    char dir[FILES_PATH_MAX / 2]; /* data, socket and log */
    char link[FILES_PATH_MAX];    /* names dir in the home when it lies elsewhere, else "" */
    struct account account;       /* whom it runs as; PostgreSQL refuses to be root */
};

/* Finds where a centre's cluster lies or is to lie: in the home, or in a folder of its own when
 * its account cannot enter the home or the socket's path would be too long. What is wrong is
 * logged. */
EKC_MUST_CHECK int cluster_find(const struct centre *centre, struct cluster *ret_cluster);

/* Makes it if need be, starts it if need be, waits until it serves. What is wrong is logged. */
EKC_MUST_CHECK int cluster_start(const struct cluster *cluster);

/* Stops it; 0 also when it does not run. What is wrong is logged. */
EKC_MUST_CHECK int cluster_stop(const struct cluster *cluster);

/* Removes all of it, once it is stopped. */
EKC_MUST_CHECK int cluster_remove(const struct cluster *cluster);

/* How to reach a database of it: libpq's conninfo. */
void cluster_conninfo(const struct cluster *cluster, const char *database,
                      char text[static FILES_PATH_MAX]);

#endif
