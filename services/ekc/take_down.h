/* take_down.h - a centre's processes ended; shared by `ekc down` and an `ekc up` that fails. */
#ifndef EKC_TAKE_DOWN_H
#define EKC_TAKE_DOWN_H

#include "cluster.h"

/* Ends the workers, then PostgreSQL. What is wrong is logged. */
EKC_MUST_CHECK int take_down(const struct centre *centre, const struct cluster *cluster);

#endif
