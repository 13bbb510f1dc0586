/* bus.h - the one door between a program and the message queue.
 *
 * Nothing outside bus*.c knows that ZeroMQ is behind it. A bus is the process's connection to
 * the world: its CURVE key, and the list of keys that it lets in. An end is one socket: bound
 * (answers many, ROUTER) or connected (talks to one, DEALER). Calls return 0 or a count on
 * success and -errno on failure. All belong to the thread that made the bus. */
#ifndef EKC_BUS_H
#define EKC_BUS_H

#include "ekc/base.h"

#define EKC_KEY_SIZE 41 /* Z85 text of 32 bytes, and its NUL */
#define EKC_IDENTITY_SIZE 64

typedef struct ekc_bus ekc_bus;
typedef struct ekc_end ekc_end;

struct ekc_keypair {
    char public_key[EKC_KEY_SIZE];
    char secret_key[EKC_KEY_SIZE];
};

/* A new CURVE key pair; -ENOTSUP when the library has no CURVE. */
EKC_MUST_CHECK int ekc_keypair_new(struct ekc_keypair *ret_pair);

/* The pair of a secret key; -EINVAL when it is no Z85 key. */
EKC_MUST_CHECK int ekc_keypair_of(const char *secret_key, struct ekc_keypair *ret_pair);

/* Reads the secret key in the first line of a file. -EINVAL: no key in it; -errno of open(2).
 */
EKC_MUST_CHECK int ekc_keypair_read(const char *path, struct ekc_keypair *ret_pair);

struct ekc_bus_options {
    const char *secret_key; /* ours, Z85; NULL = plaintext, on loopback alone */
    const char *server_key; /* the public key of those we connect to; NULL = our own */
};

EKC_MUST_CHECK int ekc_bus_new(ekc_bus **ret_bus, const struct ekc_bus_options *options);

/* The bus that the settings EKC_CURVE, EKC_KEY_FILE and EKC_SERVER_KEY describe; logs what is
 * wrong. */
EKC_MUST_CHECK int ekc_bus_open(ekc_bus **ret_bus);
bool ekc_bus_is_plain(const ekc_bus *bus);
void ekc_bus_close(ekc_bus **bus);

/* Whom a bus lets in: a key, and who that is ("portal:12", "worker:classifier"). */
struct ekc_guest {
    char key[EKC_KEY_SIZE];
    char identity[EKC_IDENTITY_SIZE];
};

/* Replaces the whole list; guests is copied. Until the first call whoever knocks waits. */
EKC_MUST_CHECK int ekc_bus_admit(ekc_bus *bus, const struct ekc_guest *guests, size_t count);

/* Binds or connects an end at "host:port". -EADDRINUSE and other errnos of bind(2);
 * -EPERM: plaintext beyond loopback. */
EKC_MUST_CHECK int ekc_end_bind(ekc_bus *bus, const char *address, ekc_end **ret_end);
EKC_MUST_CHECK int ekc_end_connect(ekc_bus *bus, const char *address, ekc_end **ret_end);
void ekc_end_close(ekc_end **end);

/* The way back to an asker: all frames up to the empty delimiter, mirrored in the answer. */
struct ekc_route {
    uint8_t frames;
    uint16_t lens[4];
    uint8_t bytes[288];
};

struct ekc_letter {
    struct ekc_route route;
    struct ekc_bytes payload;         /* lent until the next receive on this end */
    unsigned payload_frames;          /* 1 in a proper letter */
    char identity[EKC_IDENTITY_SIZE]; /* of the sender's key; "" in plaintext */
};

/* The next letter that has arrived: 1, or 0 when there is none. One whose way back is longer
 * than a route holds comes with payload_frames 2 and the way to its sender alone. */
EKC_MUST_CHECK int ekc_end_receive(ekc_end *end, struct ekc_letter *ret_letter);

/* Sends a copy of payload to a route (bound end) or to the other side (connected; to is NULL).
 * -EAGAIN: its queue is full; -EHOSTUNREACH: it is gone. */
EKC_MUST_CHECK int ekc_end_send(ekc_end *end, const struct ekc_route *to,
                                struct ekc_bytes payload);

/* Same sender, as far as the way back tells. */
bool ekc_route_equal(const struct ekc_route *a, const struct ekc_route *b);

/* One thing to wait for: an end, or a file descriptor where end is NULL. */
struct ekc_wait {
    ekc_end *end;
    int fd;
    bool want_read, want_write;
    bool can_read, can_write; /* the answer */
};

/* Waits until something can go on or timeout_ms has passed (-1: for ever); level-triggered.
 * Lets guests in meanwhile. The count of items that can go on, or -errno. */
EKC_MUST_CHECK int ekc_bus_wait(ekc_bus *bus, struct ekc_wait *items, size_t count,
                                long timeout_ms);

#endif
