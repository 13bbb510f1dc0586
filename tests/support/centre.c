/* centre.c - see centre.h. */
#include "support/centre.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/shell.h"

/* Below the ports that clients get by themselves. */
enum { BASE_MIN = 10000, BASE_STEP = 500, BASES = 44, TRIES = 8, PUBLISHED_BASE = 5500 };

static int base;
static const char *with; /* options of ekc up */
static FILE *guard;

static void set(const char *name, const char *folder, const char *rest)
{
    char value[4096];
    (void)snprintf(value, sizeof value, "%s%s", folder, rest);
    ck_assert_int_eq(setenv(name, value, 1), 0);
}

static void make_work(void)
{
    char here[2048], path[4096], name[] = "build/integration.XXXXXX";
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    ck_assert_msg(access("build/bin/ekc", X_OK) == 0, "make all comes first, in %s", here);
    ck_assert_ptr_nonnull(mkdtemp(name));
    (void)snprintf(path, sizeof path, "%s/%s", here, name);
    set("WORK", path, "");
    set("EKC_HOME", path, "/home");
    (void)snprintf(path, sizeof path, "%s/build/bin:%s", here, getenv("PATH"));
    set("PATH", path, "");
}

/* A program that is interrupted cannot clean up, but the end of its pipe is seen. */
static void set_guard(void)
{
    guard = popen("trap '' INT TERM; read -r end; ekc down --purge >$WORK/down 2>&1; "
                  "rm -rf \"$WORK\"",
                  "we");
    ck_assert_ptr_nonnull(guard);
}

void centre_up(const char *options)
{
    const struct said *said = NULL;
    with = options;
    make_work();
    set_guard();
    for (int i = 0; i < TRIES && (!said || strstr(said->text, "cannot have port")); i++) {
        base = BASE_MIN + ((int)getpid() + i) % BASES * BASE_STEP;
        said = shell_run("ekc up --port-base %d %s", base, with);
    }
    ck_assert_msg(said->status == 0, "ekc up: %s", said->text);
}

void centre_mend(void)
{
    (void)shell_ok("ekc up --port-base %d %s", base, with);
}

void centre_down(void)
{
    if (guard)
        ck_assert_int_eq(pclose(guard), 0);
    guard = NULL;
}

int centre_port(int port)
{
    return port - PUBLISHED_BASE + base;
}

static int reach(int port)
{
    const struct timeval patience = { .tv_sec = 2 };
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

const char *centre_page(int port, const char *path)
{
    static char page[16384];
    char request[128];
    ssize_t got = 1;
    size_t len = 0;
    int fd = reach(port);
    if (fd >= 0) {
        ck_assert_int_gt(snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path), 0);
        (void)send(fd, request, strlen(request), MSG_NOSIGNAL);
        for (; got > 0 && len<sizeof page - 1; len += got> 0 ? (size_t)got : 0)
            got = recv(fd, page + len, sizeof page - 1 - len, 0);
        (void)close(fd);
    }
    page[len] = '\0';
    return page;
}

double centre_metric(int port, const char *sample)
{
    size_t len = strlen(sample);
    const char *line = centre_page(port, "/metrics");
    for (; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, sample, len) == 0 && line[len] == ' ')
            return strtod(line + len, NULL);
    }
    return -1;
}

static pid_t find(const char *worker)
{
    long pid = strtol(shell_ok("cat $EKC_HOME/run/%s.pid", worker), NULL, 10);
    ck_assert_int_gt(pid, 0);
    return (pid_t)pid;
}

/* Whoever should bury it may take his time. */
static bool is_alive(pid_t pid)
{
    char path[64], line[512] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    return is_read && !strstr(line, ") Z ");
}

void centre_end(const char *worker, int signal)
{
    pid_t pid = find(worker);
    ck_assert_int_eq(kill(pid, signal), 0);
    await(!is_alive(pid));
}
