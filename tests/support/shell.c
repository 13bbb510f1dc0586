/* shell.c - see shell.h. */
#include "support/shell.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_MAX = 4096, LOOK_MS = 5 };

static int status_of(int ended)
{
    return WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended);
}

EKC_PRINTF(2, 0)
static void compose(char command[static COMMAND_MAX], const char *fmt, va_list args)
{
    int len = vsnprintf(command, COMMAND_MAX, fmt, args);
    ck_assert_msg(len > 0 && len < COMMAND_MAX, "no command: %s", fmt);
}

static const struct said *run(const char *command)
{
    static struct said said;
    char heard[COMMAND_MAX + 16];
    (void)snprintf(heard, sizeof heard, "{ %s\n} 2>&1", command);
    FILE *out = popen(heard, "re");
    ck_assert_ptr_nonnull(out);
    size_t len = fread(said.text, 1, sizeof said.text - 1, out);
    said.text[len] = '\0';
    said.status = status_of(pclose(out));
    return &said;
}

/* Composes a command from the arguments after fmt. */
#define COMPOSE(command, fmt)                                                                  \
    char command[COMMAND_MAX];                                                                 \
    va_list args;                                                                              \
    va_start(args, fmt);                                                                       \
    compose(command, fmt, args);                                                               \
    va_end(args)

const struct said *shell_run(const char *fmt, ...)
{
    COMPOSE(command, fmt);
    return run(command);
}

const char *shell_ok(const char *fmt, ...)
{
    COMPOSE(command, fmt);
    const struct said *said = run(command);
    ck_assert_msg(said->status == 0, "%s: status %d: %s", command, said->status, said->text);
    return said->text;
}

void shell_refuses(int status, const char *what, const char *fmt, ...)
{
    COMPOSE(command, fmt);
    const struct said *said = run(command);
    const char *newline = strchr(said->text, '\n');
    bool is_one_line = newline && newline[1] == '\0';
    ck_assert_msg(said->status == status && is_one_line && strstr(said->text, what),
                  "%s: status %d instead of %d, or not one line about %s: %s", command,
                  said->status, status, what, said->text);
}

pid_t shell_start(const char *fmt, ...)
{
    COMPOSE(command, fmt);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return pid;
}

int shell_wait(pid_t pid)
{
    int ended = 0;
    while (waitpid(pid, &ended, 0) < 0)
        ck_assert_int_eq(errno, EINTR);
    return status_of(ended);
}

int64_t shell_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void shell_nap(void)
{
    (void)nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
}
