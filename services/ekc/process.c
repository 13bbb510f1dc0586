/* process.c - see process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ekc/loop.h"
#include "files.h"

enum { NAP_MS = 20 };

void process_nap_ms(long ms)
{
    struct timespec nap = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    (void)nanosleep(&nap, NULL);
}

static int become(struct account account)
{
    if (account.uid == 0)
        return 0;
    bool is_done =
        setgroups(0, NULL) == 0 && setgid(account.gid) == 0 && setuid(account.uid) == 0;
    return is_done ? 0 : -errno;
}

static void redirect(const char *log)
{
    int in = open("/dev/null", O_RDONLY);
    int out = open(log ? log : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0644);
    (void)dup2(in, STDIN_FILENO);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(out, STDERR_FILENO);
    if (in > STDERR_FILENO)
        (void)close(in);
    if (out > STDERR_FILENO)
        (void)close(out);
}

/* The database's programs would listen to PGPORT and its kin. */
static void clean_environment(char *const *added)
{
    static const char *const meddlers[] = { "PGDATA",    "PGPORT", "PGHOST",    "PGOPTIONS",
                                            "PGSERVICE", "PGUSER", "PGDATABASE" };
    for (size_t i = 0; i < EKC_COUNT(meddlers); i++)
        (void)unsetenv(meddlers[i]);
    for (; added && *added; added++)
        (void)putenv(*added);
}

/* Tells why it could not through a pipe that closes by itself when it could. */
static void run_child(const struct process *process, int report)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    /* First, so that the log is the account's own: the database opens it again. */
    int r = become(process->account);
    redirect(process->log);
    clean_environment(process->environment);
    if (r == 0 && chdir("/") == 0)
        (void)execv(process->argv[0], (char *const *)process->argv);
    r = r < 0 ? r : -errno;
    ssize_t ignored = write(report, &r, sizeof r);
    (void)ignored;
    _exit(EXIT_FAILURE);
}

/* Returns when the program runs, or cannot. */
static int spawn(const struct process *process, bool is_apart, pid_t *ret_pid)
{
    int report[2], r = 0;
    if (pipe2(report, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0) {
        if (is_apart)
            (void)setsid();
        run_child(process, report[1]);
    }
    int fault = pid < 0 ? -errno : 0;
    (void)close(report[1]);
    if (pid > 0 && read(report[0], &r, sizeof r) == (ssize_t)sizeof r)
        fault = r;
    (void)close(report[0]);
    if (pid > 0 && fault < 0)
        (void)waitpid(pid, NULL, 0);
    *ret_pid = pid;
    return fault;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(const struct process *process)
{
    pid_t pid = 0;
    int r = spawn(process, false, &pid);
    return r < 0 ? r : wait_for(pid);
}

bool process_can_enter(struct account account, const char *folder)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(become(account) == 0 && chdir(folder) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    return pid > 0 && wait_for(pid) == EXIT_SUCCESS;
}

/* When a process began, in ticks since boot; 0 when there is none, or only its ashes. The name
 * in the second field may hold blanks and brackets. */
static uint64_t began(pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    char *text = files_read(path);
    const char *field = text ? strrchr(text, ')') : NULL;
    bool is_alive = field && strncmp(field, ") Z", 3) != 0 && strncmp(field, ") X", 3) != 0;
    for (int i = 2; field && i < 22; i++)
        field = strchr(field + 1, ' ');
    uint64_t ticks = field && is_alive ? strtoull(field, NULL, 10) : 0;
    free(text);
    return ticks;
}

int process_start(const struct process *process, const char *pid_file)
{
    char text[64];
    pid_t pid = 0;
    int r = spawn(process, true, &pid);
    if (r < 0)
        return r;
    (void)snprintf(text, sizeof text, "%d %" PRIu64 "\n", (int)pid, began(pid));
    return files_write(pid_file, text, 0644);
}

pid_t process_find(const char *pid_file)
{
    char *text = files_read(pid_file), *rest = text;
    long pid = text ? strtol(text, &rest, 10) : 0;
    uint64_t ticks = text ? strtoull(rest, NULL, 10) : 0;
    free(text);
    if (pid <= 0 || pid > INT_MAX || ticks == 0)
        return 0;
    (void)waitpid((pid_t)pid, NULL, WNOHANG); /* a child that has ended must not look alive */
    return began((pid_t)pid) == ticks ? (pid_t)pid : 0;
}

void process_ask_to_end(const char *pid_file)
{
    pid_t pid = process_find(pid_file);
    if (pid)
        (void)kill(pid, SIGTERM);
}

void process_end(const char *pid_file, int64_t deadline_ms)
{
    pid_t pid = process_find(pid_file);
    for (; pid; pid = process_find(pid_file)) {
        if (ekc_tick_ms() >= deadline_ms)
            (void)kill(pid, SIGKILL);
        process_nap_ms(NAP_MS);
    }
    (void)unlink(pid_file);
}

void process_last_words(const char *log, long offset, char *line, size_t size)
{
    char *next = NULL;
    size_t room = 0;
    bool has_error = false;
    FILE *file = fopen(log, "re");
    line[0] = '\0';
    if (!file)
        return;
    (void)fseek(file, offset, SEEK_SET);
    while (getline(&next, &room, file) > 0) {
        bool is_error = strstr(next, "level=error") != NULL || strstr(next, "FATAL:") != NULL;
        if (has_error && !is_error)
            continue;
        has_error = is_error;
        (void)snprintf(line, size, "%.*s", (int)strcspn(next, "\n"), next);
    }
    free(next);
    (void)fclose(file);
}
