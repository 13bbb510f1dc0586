/* process.h - other programs: run to their end, or started, remembered in a file and ended. */
#ifndef EKC_PROCESS_H
#define EKC_PROCESS_H

#include <sys/types.h>

#include "ekc/base.h"

/* Whom a program runs as. Zeroed: as we are. */
struct account {
    uid_t uid;
    gid_t gid;
};

struct process {
    const char *const *argv;  /* argv[0] is a path; NULL at the end */
    char *const *environment; /* "NAME=value" beside ours; NULL = none */
    const char *log;          /* file that takes what it says; NULL = nobody hears it */
    struct account account;
};

/* Runs a program until it ends. Its exit status, 128 + the signal that ended it, or -errno when
 * it cannot be run. */
EKC_MUST_CHECK int process_run(const struct process *process);

/* Starts a program in a session of its own and writes pid and start time to a file. -errno when
 * it cannot be run. */
EKC_MUST_CHECK int process_start(const struct process *process, const char *pid_file);

/* The process of a pid file, or 0: no file, it has ended, or the pid is somebody else's now. */
pid_t process_find(const char *pid_file);

/* Asks it to end by SIGTERM; nothing when it has ended. */
void process_ask_to_end(const char *pid_file);

/* Waits until it has ended, kills it at deadline_ms (of ekc_tick_ms), removes the file. */
void process_end(const char *pid_file, int64_t deadline_ms);

/* Whether this account may enter a folder. */
bool process_can_enter(struct account account, const char *folder);

/* The last line at level error that a log has from offset on, else its last line, else "". */
void process_last_words(const char *log, long offset, char *line, size_t size);

void process_nap_ms(long ms);

#endif
