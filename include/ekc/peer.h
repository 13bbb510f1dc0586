/* peer.h - a consumer's side between workers: one connected end for every producer of an
 * address list. Says Hello each second, grants credit, opens a silent peer anew. */
#ifndef EKC_PEER_H
#define EKC_PEER_H

#include "ekc/loop.h"
#include "ekc/wire.h"

typedef struct ekc_peers ekc_peers;

/* A producer's message other than Welcome. peer names the sender for ekc_peers_send; the
 * envelope is lent until return. */
typedef void ekc_peer_fn(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope);

struct ekc_peers_options {
    const char *setting; /* the address list: "EKC_EVENTS" */
    Ekc__V1__Role role;  /* ours */
    bool is_asleep;      /* says nothing before ekc_peers_wake */
    uint32_t credit;     /* granted to each producer by Hello */
    ekc_peer_fn *on_message;
    void *self;
};

EKC_MUST_CHECK int ekc_peers_open(ekc_peers **ret_peers, ekc_loop *loop, ekc_bus *bus,
                                  const struct ekc_peers_options *options);

/* Sends an envelope to one producer. -EHOSTUNREACH: that peer has been closed since. */
EKC_MUST_CHECK int ekc_peers_send(ekc_peers *peers, uint64_t peer,
                                  const Ekc__V1__Envelope *envelope);

/* Begins to say Hello, if it was asleep or has said Bye. */
void ekc_peers_wake(ekc_peers *peers);

/* Tells every producer that no more is wanted, until it is woken. */
void ekc_peers_bye(ekc_peers *peers);

/* How many producers have answered in the last 5 s. */
size_t ekc_peers_alive(const ekc_peers *peers);
void ekc_peers_close(ekc_peers **peers);

#endif
