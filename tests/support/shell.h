/* shell.h - commands of the shell, run and listened to by the tests of whole centres. */
#ifndef EKC_SHELL_H
#define EKC_SHELL_H

#include <stdio.h>
#include <sys/types.h>

#include "ekc/base.h"
#include "support/ekc_check.h"

/* How a command ended, and what it said on both streams, up to 64 KiB. */
struct said {
    int status; /* of its exit; 128 + the signal that ended it */
    char text[65536];
};

/* Runs a command made by fmt. Lent until the next call. */
EKC_PRINTF(1, 2) const struct said *shell_run(const char *fmt, ...);

/* Runs a command that succeeds, or else the test has failed. What it said, lent until the next
 * call. */
EKC_PRINTF(1, 2) const char *shell_ok(const char *fmt, ...);

/* Runs a command that ends with this status and says in one line what is wrong. */
EKC_PRINTF(3, 4)
void shell_refuses(int status, const char *what, const char *fmt, ...);

/* Starts a command beside the test; it ends with it at the latest. */
EKC_PRINTF(1, 2) pid_t shell_start(const char *fmt, ...);

/* Waits for what shell_start has started; its status, as above. */
int shell_wait(pid_t pid);

/* A test tells why it cannot be played here; Check calls its function by its name and "_fn". */
#define not_run(reason)                                                                        \
    ((void)printf("not run: %.*s: %s\n", (int)sizeof __func__ - 4, __func__, (reason)))

/* Waits until it holds, or else the test has failed. */
#define await(condition)                                                                       \
    for (int64_t await_end_ms = shell_clock_ms() + 30000; !(condition); shell_nap())           \
    ck_assert_msg(shell_clock_ms() < await_end_ms, "waited in vain: %s", #condition)

int64_t shell_clock_ms(void);
void shell_nap(void); /* a moment between two looks */

#endif
