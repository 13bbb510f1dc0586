/* peer.c - see ekc/peer.h. Opening, hearing and greeting; beside it peer_find.c says who is
 * there, and peer_say.c what is said. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "peer_internal.h"

/* A batch of events or a delivery of work is far below a message's limit; unpacked it takes
 * little more, as its elements stay packed. */
enum { ARENA_SIZE = 8 << 20 };

enum { SILENCE_MS = 5000, HELLO_MS = 1000, TICK_MS = 50, PAUSE_MS = 5000, ROLES_MAX = 32 };

/* --- hearing ------------------------------------------------------------------------------ */

static void take_welcome(struct peer *peer, const Ekc__V1__Welcome *welcome)
{
    unsigned expects = peer->peers->options.expects;
    int role = (int)welcome->role;
    peer->is_welcome = !expects || (role >= 0 && role < ROLES_MAX && expects >> role & 1);
    peer->is_wrong = !peer->is_welcome;
    if (peer->is_wrong && !peer->is_told)
        ekc_warn("%s of %s is %s of role %d, which is not expected there", peer->address,
                 peer->peers->options.setting, welcome->worker_id, role);
    peer->is_told = peer->is_wrong;
}

/* The first Bye is answered by Hello at once. */
static void take_bye(struct peer *peer)
{
    if (peer->is_welcome)
        peer->greeted_ms = 0;
    peer->is_welcome = false;
}

static void hear(struct peer *peer, struct ekc_bytes payload)
{
    struct ekc_peers *peers = peer->peers;
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(peers->arena);
    int r = ekc_wire_unpack(peers->arena, &ekc__v1__envelope__descriptor, payload, &message);
    if (r < 0) {
        ekc_warn("peer %s sent no envelope", peer->address);
        return;
    }
    peer->heard_ms = ekc_tick_ms();
    const Ekc__V1__Envelope *envelope = (const Ekc__V1__Envelope *)message;
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_WELCOME:
        take_welcome(peer, envelope->welcome);
        return;
    case EKC__V1__ENVELOPE__BODY_BYE:
        take_bye(peer);
        return;
    case EKC__V1__ENVELOPE__BODY_PONG: /* it has been heard: that is all */
        return;
    default: /* what is left is for whoever opened us */
        peers->options.on_message(peers->options.self, peer->id, envelope);
    }
}

/* An address may have passed to somebody else; it may come back, too. */
static void receive(void *self)
{
    struct peer *peer = self;
    struct ekc_letter letter;
    for (int budget = 256; budget > 0 && !peer->is_wrong; budget--) {
        if (ekc_end_receive(peer->end, &letter) <= 0)
            return;
        hear(peer, letter.payload);
    }
    if (!peer->is_wrong)
        return;
    (void)ekc_say_bye(peer->end, NULL);
    peer_close(peer);
    peer->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
}

/* --- ends --------------------------------------------------------------------------------- */

int peer_open(struct peer *peer)
{
    struct ekc_peers *peers = peer->peers;
    int r = ekc_end_connect(peers->bus, peer->address, &peer->end);
    if (r == 0)
        r = ekc_loop_end(peers->loop, peer->end, receive, peer);
    if (r < 0) {
        ekc_end_close(&peer->end);
        return r;
    }
    peer->id = ++peers->last_id;
    peer->opened_ms = ekc_tick_ms();
    return 0;
}

void peer_close(struct peer *peer)
{
    if (peer->end)
        ekc_loop_forget_end(peer->peers->loop, peer->end);
    ekc_end_close(&peer->end);
    peer->heard_ms = 0;
    peer->is_welcome = peer->is_wrong = false;
}

/* The loop gives the places of closed ends away from its next turn on. */
static int try_to_open(struct peer *peer)
{
    int r = peer_open(peer);
    if (r == 0 || r == -ENOSPC)
        return r;
    peer->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
    if (!peer->is_told)
        ekc_warn("cannot connect to %s of %s: %s", peer->address, peer->peers->options.setting,
                 strerror(-r));
    peer->is_told = true;
    return r;
}

/* --- greeting ----------------------------------------------------------------------------- */

static bool is_silent(const struct peer *peer, int64_t now)
{
    return now - (peer->heard_ms ? peer->heard_ms : peer->opened_ms) > SILENCE_MS;
}

/* One that has never answered is greeted at every tick: it may have come up just now. After a
 * protocol error libzmq's connecting side never tries again: only a new socket does. */
static void greet(struct peer *peer, int64_t now)
{
    if (now < peer->pause_until_ms)
        return;
    if (peer->end && is_silent(peer, now))
        peer_close(peer);
    if (!peer->end && try_to_open(peer) < 0)
        return;
    if (peer->heard_ms && now - peer->greeted_ms < HELLO_MS)
        return;
    if (peer->is_welcome)
        peer_say_ping(peer);
    else
        peer_say_hello(peer);
    peer->greeted_ms = now;
}

static void greet_each(void *self)
{
    struct ekc_peers *peers = self;
    for (size_t i = 0; i < EKC_PEERS_MAX && !peers->is_asleep; i++)
        if (*peers->peers[i].address)
            greet(&peers->peers[i], ekc_tick_ms());
}

void ekc_peers_wake(ekc_peers *peers)
{
    for (size_t i = 0; i < EKC_PEERS_MAX && peers->is_asleep; i++) {
        peers->peers[i].is_welcome = false;
        peers->peers[i].greeted_ms = 0;
    }
    peers->is_asleep = false;
    greet_each(peers);
}

void ekc_peers_bye(ekc_peers *peers)
{
    peers->is_asleep = true;
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        if (peers->peers[i].end)
            (void)ekc_say_bye(peers->peers[i].end, NULL);
}

/* --- the door ----------------------------------------------------------------------------- */

int ekc_peers_open(ekc_peers **ret_peers, ekc_loop *loop, ekc_bus *bus,
                   const struct ekc_peers_options *options)
{
    EKC_CLEANUP(ekc_peers_close) ekc_peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        return -ENOMEM;

    peers->loop = loop;
    peers->bus = bus;
    peers->options = *options;
    peers->is_asleep = options->is_asleep;
    int r = ekc_arena_new(&peers->arena, ARENA_SIZE);
    if (r < 0)
        return r;

    r = peer_find_all(peers);
    if (r < 0)
        return r;

    r = ekc_loop_every(loop, TICK_MS, greet_each, peers);
    if (r < 0)
        return r;

    greet_each(peers);
    *ret_peers = peers;
    peers = NULL;
    return 0;
}

int ekc_peers_send(ekc_peers *peers, uint64_t peer, const Ekc__V1__Envelope *envelope)
{
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        if (peers->peers[i].end && peers->peers[i].id == peer)
            return ekc_post(peers->peers[i].end, NULL, envelope);
    return -EHOSTUNREACH;
}

size_t ekc_peers_alive(const ekc_peers *peers)
{
    size_t alive = 0;
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        alive += peers->peers[i].heard_ms && now - peers->peers[i].heard_ms <= SILENCE_MS;
    return alive;
}

void ekc_peers_close(ekc_peers **peers)
{
    if (!*peers)
        return;
    peer_find_done(*peers);
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        peer_close(&(*peers)->peers[i]);
    ekc_arena_free(&(*peers)->arena);
    free(*peers);
    *peers = NULL;
}
