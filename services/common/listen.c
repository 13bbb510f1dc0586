/* listen.c - see listen.h. */
#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16, HOST_MAX = 256 };

static int open_at(const struct addrinfo *found)
{
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int yes = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int r = -errno;
    (void)close(fd);
    return r;
}

int listen_at(const char *address)
{
    char host[HOST_MAX];
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;
    if (len == 0 || len >= sizeof host)
        return -EINVAL;

    bool is_bracketed = address[0] == '[' && address[len - 1] == ']';
    (void)snprintf(host, sizeof host, "%.*s", (int)(is_bracketed ? len - 2 : len),
                   address + is_bracketed);
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    const char *node = strcmp(host, "*") == 0 ? NULL : host;
    if (getaddrinfo(node, colon + 1, &hints, &found) != 0)
        return -EADDRNOTAVAIL;

    int r = open_at(found);
    freeaddrinfo(found);
    return r;
}
