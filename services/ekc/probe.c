/* probe.c - see probe.h. */
#include "probe.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_S = 2 };

static int open_socket(int port, struct sockaddr_in *ret_at)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    int yes = 1;
    *ret_at = (struct sockaddr_in){ .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

bool probe_is_free(int port)
{
    struct sockaddr_in at;
    int fd = open_socket(port, &at);
    bool is_free = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        (void)close(fd);
    return is_free;
}

static size_t hear(int fd, char *answer, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < size - 1) {
        got = recv(fd, answer + len, size - 1 - len, 0);
        len += got > 0 ? (size_t)got : 0;
    }
    answer[len] = '\0';
    return len;
}

bool probe_is_ready(int port, char *reason, size_t size)
{
    static const char request[] = "GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n";
    char answer[1024] = "";
    struct sockaddr_in at;
    reason[0] = '\0';
    int fd = open_socket(port, &at);
    if (fd < 0)
        return false;
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
        (void)hear(fd, answer, sizeof answer);
    (void)close(fd);

    const char *body = strstr(answer, "\r\n\r\n");
    if (body)
        (void)snprintf(reason, size, "%.*s", (int)strcspn(body + 4, "\n"), body + 4);
    return strncmp(answer, "HTTP/1.", 7) == 0 && strstr(answer, " 200 ") == answer + 8;
}
