/* credit.c - see credit.h. */
#include "credit.h"

#include "ekc/log.h"

void credit_owe(struct credit *credit, uint64_t peer)
{
    credit->taken++;
    credit->owed++;
    for (size_t i = 0; i < credit->count; i++) {
        if (credit->rows[i].peer == peer) {
            credit->rows[i].owed++;
            return;
        }
    }
    if (credit->count == CREDIT_PEERS_MAX)
        return;
    credit->rows[credit->count].peer = peer;
    credit->rows[credit->count++].owed = 1;
}

void credit_pay(struct credit *credit, ekc_peers *peers)
{
    for (size_t i = 0; i < credit->count; i++) {
        Ekc__V1__Credit grant = EKC__V1__CREDIT__INIT;
        Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
        grant.credit = credit->rows[i].owed;
        envelope.body_case = EKC__V1__ENVELOPE__BODY_CREDIT;
        envelope.credit = &grant;
        if (ekc_peers_send(peers, credit->rows[i].peer, &envelope) < 0)
            ekc_info("a producer has gone; what it told is in the log");
    }
    credit->count = 0;
    credit->owed = 0;
}
