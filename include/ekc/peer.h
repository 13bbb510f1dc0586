/* peer.h - a consumer's side between workers: one connected end for every producer of an
 * address list.
 *
 * Names of the list are looked up again and again, to all their addresses. Each producer is
 * greeted until it welcomes us, and then pinged each second; one that is silent is opened anew.
 */
#ifndef EKC_PEER_H
#define EKC_PEER_H

#include "ekc/loop.h"
#include "ekc/resolve.h"
#include "ekc/wire.h"

/* Producers that are met at most; a loop has room for no more than twice as many ends. */
enum { EKC_PEERS_MAX = 64 };

typedef struct ekc_peers ekc_peers;

/* A producer's message other than the greetings (Welcome, Pong, Bye). peer names the sender for
 * ekc_peers_send; the envelope is lent until return. */
typedef void ekc_peer_fn(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope);

struct ekc_peers_options {
    const char *setting;   /* the address list: "EKC_EVENTS" */
    Ekc__V1__Role role;    /* ours */
    unsigned expects;      /* what producers may be: 1U << ROLE_… each; 0 = anything */
    bool is_asleep;        /* says nothing before ekc_peers_wake */
    uint32_t credit;       /* granted to each producer by Hello: so many, */
    uint32_t credit_bytes; /* and of them so many bytes; 0 = any */
    const uint64_t *progress, *waiting; /* for Ping, read when it is said; NULL = 0 */
    ekc_lookup_fn *lookup;              /* NULL = the system's resolver */
    void *lookup_self;
    ekc_peer_fn *on_message;
    void *self;
};

/* Connects to the numeric addresses of the list, and begins to look its names up.
 * -EPERM: a numeric address beyond loopback in plaintext; logs what is wrong. What the names
 * lead to may change, so what is wrong with that is a warning. */
EKC_MUST_CHECK int ekc_peers_open(ekc_peers **ret_peers, ekc_loop *loop, ekc_bus *bus,
                                  const struct ekc_peers_options *options);

/* Sends an envelope to one producer. -EHOSTUNREACH: that peer has been closed since. */
EKC_MUST_CHECK int ekc_peers_send(ekc_peers *peers, uint64_t peer,
                                  const Ekc__V1__Envelope *envelope);

/* Says Hello to all, if it was asleep or has said Bye. */
void ekc_peers_wake(ekc_peers *peers);

/* Tells every producer that no more is wanted, until it is woken. */
void ekc_peers_bye(ekc_peers *peers);

/* How many producers have answered in the last 5 s. */
size_t ekc_peers_alive(const ekc_peers *peers);
void ekc_peers_close(ekc_peers **peers);

#endif
