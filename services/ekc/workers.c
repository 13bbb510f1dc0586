/* workers.c - see workers.h. */
#include "workers.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/loop.h"
#include "probe.h"
#include "process.h"

enum { READY_MS = 60000, END_MS = 20000, NAP_MS = 20 };

/* What the visits of a plan's workers need. */
struct round {
    const struct centre *centre;
    const struct environment *environment;
    int64_t deadline_ms;
};

static pid_t find(const struct centre *centre, const struct plan_worker *worker)
{
    char pid_file[FILES_PATH_MAX];
    centre_path(centre, pid_file, "run/%s.pid", worker->name);
    return process_find(pid_file);
}

static int check_ports(const struct plan_worker *worker)
{
    for (size_t i = 0; i < worker->bind_count; i++) {
        if (!probe_is_free(worker->binds[i].port))
            return ekc_fail(-EADDRINUSE, "%s cannot have port %d (%s)", worker->name,
                            worker->binds[i].port, worker->binds[i].setting);
    }
    return 0;
}

static int add_binds(const struct plan_worker *worker, struct environment *own)
{
    int r = 0;
    for (size_t i = 0; i < worker->bind_count && r == 0; i++)
        r = environment_add(own, worker->binds[i].setting, "127.0.0.1:%d",
                            worker->binds[i].port);
    return r;
}

/* The log of the run before is kept beside, so that a log's last words are of this run. */
static int spawn(const struct centre *centre, const struct plan_worker *worker,
                 char *const *variables)
{
    char program[FILES_PATH_MAX], pid_file[FILES_PATH_MAX], log[FILES_PATH_MAX],
        old_log[FILES_PATH_MAX];
    (void)snprintf(program, sizeof program, "%s/%s", centre->bin, worker->program);
    centre_path(centre, pid_file, "run/%s.pid", worker->name);
    centre_path(centre, log, "log/%s.log", worker->name);
    centre_path(centre, old_log, "log/%s.log.1", worker->name);
    (void)rename(log, old_log);
    return process_start(&(struct process){ .argv = (const char *const[]){ program, NULL },
                                            .environment = variables,
                                            .log = log },
                         pid_file);
}

static int start_one(void *self, const struct plan_worker *worker)
{
    const struct round *round = self;
    EKC_CLEANUP(environment_done) struct environment own = { .count = 0 };
    if (find(round->centre, worker))
        return 0;
    int r = check_ports(worker);
    if (r < 0)
        return r;

    r = environment_copy(round->environment, &own);
    if (r == 0)
        r = add_binds(worker, &own);
    if (r == 0)
        r = spawn(round->centre, worker, own.variables);
    return r < 0 ? ekc_fail(r, "cannot start %s", worker->program) : 1;
}

int workers_start(const struct centre *centre, const struct plan *plan,
                  const struct environment *environment)
{
    return plan_each(plan, start_one,
                     &(struct round){ .centre = centre, .environment = environment });
}

static int wait_one(void *self, const struct plan_worker *worker)
{
    const struct round *round = self;
    char reason[512], log[FILES_PATH_MAX];
    while (!probe_is_ready(worker->admin_port, reason, sizeof reason)) {
        if (!find(round->centre, worker)) {
            centre_path(round->centre, log, "log/%s.log", worker->name);
            process_last_words(log, 0, reason, sizeof reason);
            return ekc_fail(-ESRCH, "%s has ended: %s", worker->name, reason);
        }
        if (ekc_tick_ms() >= round->deadline_ms)
            return ekc_fail(-ETIMEDOUT, "%s does not get ready: %s", worker->name,
                            *reason ? reason : "its admin port does not answer");
        process_nap_ms(NAP_MS);
    }
    return 0;
}

int workers_wait_ready(const struct centre *centre, const struct plan *plan)
{
    return plan_each(
        plan, wait_one,
        &(struct round){ .centre = centre, .deadline_ms = ekc_tick_ms() + READY_MS });
}

typedef void pid_file_fn(void *self, const char *pid_file);

static void each_pid_file(const struct centre *centre, pid_file_fn *visit, void *self)
{
    char path[FILES_PATH_MAX];
    centre_path(centre, path, "run");
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".pid") != 0)
            continue;
        centre_path(centre, path, "run/%s", entry->d_name);
        visit(self, path);
    }
    (void)closedir(folder);
}

static void count_one(void *self, const char *pid_file)
{
    int *count = self;
    *count += process_find(pid_file) != 0;
}

int workers_running(const struct centre *centre)
{
    int count = 0;
    each_pid_file(centre, count_one, &count);
    return count;
}

static void ask_one(void *self, const char *pid_file)
{
    (void)self;
    process_ask_to_end(pid_file);
}

static void end_one(void *self, const char *pid_file)
{
    const int64_t *deadline_ms = self;
    process_end(pid_file, *deadline_ms);
}

/* All are asked before one is waited for: they end together. */
void workers_end(const struct centre *centre)
{
    int64_t deadline_ms = ekc_tick_ms() + END_MS;
    each_pid_file(centre, ask_one, NULL);
    each_pid_file(centre, end_one, &deadline_ms);
}

static int print_one(void *self, const struct plan_worker *worker)
{
    const struct round *round = self;
    (void)printf("  %-13s pid %-8d ports", worker->name, (int)find(round->centre, worker));
    for (size_t i = 0; i < worker->bind_count; i++)
        (void)printf(" %d", worker->binds[i].port);
    (void)printf("\n");
    return 0;
}

void workers_print(const struct centre *centre, const struct plan *plan)
{
    (void)plan_each(plan, print_one, &(struct round){ .centre = centre });
}
