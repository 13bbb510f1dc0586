/* workers.h - the workers of a plan as processes: started, waited for, ended. */
#ifndef EKC_WORKERS_H
#define EKC_WORKERS_H

#include "centre.h"
#include "environment.h"
#include "plan.h"

/* Starts those that do not run, each with environment and its own ports. What is wrong is
 * logged. The number started. */
EKC_MUST_CHECK int workers_start(const struct centre *centre, const struct plan *plan,
                                 const struct environment *environment);

/* Waits until all are ready. One that ends or is late is told with its last words.
 * -ESRCH: it has ended; -ETIMEDOUT. */
EKC_MUST_CHECK int workers_wait_ready(const struct centre *centre, const struct plan *plan);

/* How many workers of this centre run, whatever plan they were started by. */
int workers_running(const struct centre *centre);

/* Ends all that run, in good order where they take it. */
void workers_end(const struct centre *centre);

/* Prints a line for each: name, pid, ports. */
void workers_print(const struct centre *centre, const struct plan *plan);

#endif
