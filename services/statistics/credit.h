/* credit.h - what is owed to producers for batches taken; withheld while memory is full. */
#ifndef CREDIT_H
#define CREDIT_H

#include "ekc/peer.h"

enum {
    CREDIT_PEERS_MAX = 2 * EKC_PEERS_MAX /* one may have been opened anew */
};

/* Zeroed memory owes nothing. */
struct credit {
    uint64_t taken; /* batches since the start */
    uint64_t owed;  /* of them those that nothing has been granted for yet */
    size_t count;
    struct {
        uint64_t peer;
        uint32_t owed;
    } rows[CREDIT_PEERS_MAX];
};

/* One more batch of this producer has been taken. */
void credit_owe(struct credit *credit, uint64_t peer);

/* Grants all that is owed. */
void credit_pay(struct credit *credit, ekc_peers *peers);

#endif
