/* bus_porter.c - lets guests in by their CURVE key: a ZAP handler (RFC 27) that lives in the
 * bus's own wait, so that the list of guests needs no lock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus_internal.h"

enum { ZAP_FRAMES = 7, ZAP_KEY = 6, ZAP_ID = 1 };

int ekc_porter_open(ekc_bus *bus)
{
    bus->porter = zmq_socket(bus->ctx, ZMQ_REP);
    if (!bus->porter)
        return -errno;

    int linger_ms = 0;
    (void)zmq_setsockopt(bus->porter, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    return zmq_bind(bus->porter, "inproc://zeromq.zap.01") == 0 ? 0 : -errno;
}

int ekc_bus_admit(ekc_bus *bus, const struct ekc_guest *guests, size_t count)
{
    struct ekc_guest *copy = calloc(count ? count : 1, sizeof *copy);
    if (!copy)
        return -ENOMEM;

    if (count > 0)
        memcpy(copy, guests, count * sizeof *copy);
    free(bus->guests);
    bus->guests = copy;
    bus->guest_count = count;
    return 0;
}

static const char *identity_of(const ekc_bus *bus, const uint8_t *key)
{
    char text[EKC_KEY_SIZE];
    (void)zmq_z85_encode(text, key, 32);
    for (size_t i = 0; i < bus->guest_count; i++)
        if (strcmp(bus->guests[i].key, text) == 0)
            return bus->guests[i].identity;
    return NULL;
}

/* An unknown key gets 300, 'come again': it may be added soon, and after a 400 libzmq's
 * connecting side would never try again. */
static void answer(ekc_bus *bus, const char *id, size_t id_len, const char *identity)
{
    const struct ekc_bytes frames[] = {
        { "1.0", 3 },
        { id, id_len },
        { identity ? "200" : "300", 3 },
        { identity ? "OK" : "unknown key", identity ? 2 : 11 },
        { identity ? identity : "", identity ? strlen(identity) : 0 },
        { "", 0 },
    };
    for (size_t i = 0; i < EKC_COUNT(frames); i++)
        (void)zmq_send(bus->porter, frames[i].data, frames[i].len,
                       i + 1 < EKC_COUNT(frames) ? ZMQ_SNDMORE : 0);
}

/* Reads one request; false when none waits. Frames that are too many or too long are read on,
 * and then refused, having no key. */
static bool serve_one(ekc_bus *bus)
{
    char id[256];
    uint8_t key[33];
    size_t id_len = 0, key_len = 0;
    int more = 1;
    for (int i = 0; more; i++) {
        zmq_msg_t frame;
        (void)zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, bus->porter, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(&frame);
            return false;
        }
        size_t len = zmq_msg_size(&frame);
        if (i == ZAP_ID && len <= sizeof id)
            memcpy(id, zmq_msg_data(&frame), id_len = len);
        if (i == ZAP_KEY && len <= sizeof key)
            memcpy(key, zmq_msg_data(&frame), key_len = len);
        more = zmq_msg_more(&frame);
        (void)zmq_msg_close(&frame);
    }
    answer(bus, id, id_len, key_len == 32 ? identity_of(bus, key) : NULL);
    return true;
}

void ekc_porter_serve(ekc_bus *bus)
{
    while (bus->porter && serve_one(bus))
        continue;
}
