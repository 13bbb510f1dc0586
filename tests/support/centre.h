/* centre.h - a whole centre of a test's own: separate processes, real sockets, a private
 * PostgreSQL.
 *
 * Commands of the tests find ekc and the workers on their path, the centre in EKC_HOME, and a
 * folder for their files in WORK. Up and down belong into an unchecked fixture: they only run
 * processes, so that all tests of a case share one centre. */
#ifndef EKC_CENTRE_CHECK_H
#define EKC_CENTRE_CHECK_H

/* Brings a centre up on free ports; options of `ekc up`, or "". It goes down with this program
 * at the latest, however that ends. */
void centre_up(const char *options);

/* `ekc up` once more: starts what is missing. */
void centre_mend(void);

/* Takes it down and removes all of it. */
void centre_down(void);

/* Ports as ARCHITECTURE has them, from 5510 on: where this centre has its port. */
int centre_port(int port);

/* What a sample of the /metrics at that port says, such as
 * "ekc_inquiries_total{answer=\"durable\"}"; -1: nobody answers, or there is none. */
double centre_metric(int port, const char *sample);

/* What that port answers to an HTTP request for path; "" when nobody does. Lent until the next
 * call. */
const char *centre_page(int port, const char *path);

/* Ends a worker, such as "intake-1", by a signal, and waits until it is gone. */
void centre_end(const char *worker, int signal);

#endif
