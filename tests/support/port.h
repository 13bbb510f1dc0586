/* port.h - places on loopback that a test may bind to. */
#ifndef EKC_PORT_H
#define EKC_PORT_H

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/ekc_check.h"

enum { ADDRESS_SIZE = 32 };

/* An address "127.0.0.1:port" that was free a moment ago. */
static inline void free_address(char address[static ADDRESS_SIZE])
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    ck_assert_int_eq(close(fd), 0);
    (void)snprintf(address, ADDRESS_SIZE, "127.0.0.1:%u", ntohs(at.sin_port));
}

#endif
