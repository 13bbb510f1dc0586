/* loop.h - the one loop of a worker: ends of the bus, file descriptors, timers and signals.
 *
 * Single-threaded. Each turn waits, calls whoever can go on, then the after-turn calls: so all
 * that arrived in a turn is seen before anybody decides what to do with it. */
#ifndef EKC_LOOP_H
#define EKC_LOOP_H

#include "ekc/bus.h"

typedef struct ekc_loop ekc_loop;
typedef void ekc_loop_fn(void *self);

/* Takes SIGINT and SIGTERM for itself, so it must come before the first bus (whose threads
 * would inherit them otherwise); attach the bus after. */
EKC_MUST_CHECK int ekc_loop_new(ekc_loop **ret_loop);
void ekc_loop_attach(ekc_loop *loop, ekc_bus *bus);
void ekc_loop_free(ekc_loop **loop);

/* Calls fn whenever end has letters. */
EKC_MUST_CHECK int ekc_loop_end(ekc_loop *loop, ekc_end *end, ekc_loop_fn *fn, void *self);

/* Calls fn whenever fd is ready for what was last wanted; a second call for the same fd changes
 * the wish. */
EKC_MUST_CHECK int ekc_loop_fd(ekc_loop *loop, int fd, bool want_read, bool want_write,
                               ekc_loop_fn *fn, void *self);
void ekc_loop_forget_end(ekc_loop *loop, ekc_end *end);
void ekc_loop_forget_fd(ekc_loop *loop, int fd);

/* Calls fn each period_ms, first after one period. */
EKC_MUST_CHECK int ekc_loop_every(ekc_loop *loop, int64_t period_ms, ekc_loop_fn *fn,
                                  void *self);

/* Calls fn at the end of each turn, in the order of registration. */
EKC_MUST_CHECK int ekc_loop_after_turn(ekc_loop *loop, ekc_loop_fn *fn, void *self);

/* Calls fn once when SIGTERM or SIGINT first comes; without it the loop just stops. A second
 * signal stops the loop at once. */
void ekc_loop_on_stop(ekc_loop *loop, ekc_loop_fn *fn, void *self);

/* Turns until ekc_loop_stop: 0, or -errno if waiting broke. */
EKC_MUST_CHECK int ekc_loop_run(ekc_loop *loop);
void ekc_loop_stop(ekc_loop *loop);

/* One turn of at most timeout_ms, for programs that wait for a single answer. */
EKC_MUST_CHECK int ekc_loop_turn(ekc_loop *loop, long timeout_ms);

/* Milliseconds since the last turn began, from any thread. */
int64_t ekc_loop_lag_ms(const ekc_loop *loop);

int64_t ekc_now_us(void);  /* the wall clock: UTC microseconds since 1970 */
int64_t ekc_tick_ms(void); /* a clock that never jumps */

#endif
