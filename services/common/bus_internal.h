/* bus_internal.h - what the files behind the door to ZeroMQ share. */
#ifndef EKC_BUS_INTERNAL_H
#define EKC_BUS_INTERNAL_H

#include <zmq.h>

#include "ekc/bus.h"

struct ekc_bus {
    void *ctx;
    bool is_plain;
    struct ekc_keypair keys;
    char server_key[EKC_KEY_SIZE];
    void *porter; /* answers ZAP: whom to let in (RFC 27) */
    struct ekc_guest *guests;
    size_t guest_count;
};

struct ekc_end {
    void *socket;
    bool is_bound;
    zmq_msg_t payload; /* owns the bytes that ekc_end_receive lends */
};

/* Takes up the porter's post; it must stand before the first bind. */
EKC_MUST_CHECK int ekc_porter_open(ekc_bus *bus);

/* Answers every handshake that waits at the porter's. */
void ekc_porter_serve(ekc_bus *bus);

#endif
