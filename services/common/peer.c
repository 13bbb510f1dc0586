/* peer.c - see ekc/peer.h. */
#include "ekc/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"

/* A batch of events or a delivery of work is far below a message's limit; unpacked it takes
 * little more, as its elements stay packed. */
enum { PEER_MAX = 32, SILENCE_MS = 5000, HELLO_MS = 1000, TICK_MS = 50, ARENA_SIZE = 8 << 20 };

struct peer {
    struct ekc_peers *peers;
    uint64_t id;
    char address[264];
    ekc_end *end;
    int64_t heard_ms; /* 0 = never */
    int64_t opened_ms, greeted_ms;
};

struct ekc_peers {
    ekc_loop *loop;
    ekc_bus *bus;
    struct ekc_peers_options options;
    ekc_arena *arena;
    struct peer peers[PEER_MAX];
    size_t count;
    uint64_t last_id;
    bool is_asleep;
};

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
    if (envelope->body_case != EKC__V1__ENVELOPE__BODY_WELCOME)
        peers->options.on_message(peers->options.self, peer->id, envelope);
}

static void receive(void *self)
{
    struct peer *peer = self;
    struct ekc_letter letter;
    for (int budget = 256; budget > 0 && ekc_end_receive(peer->end, &letter) > 0; budget--)
        hear(peer, letter.payload);
}

static int open_peer(struct peer *peer)
{
    struct ekc_peers *peers = peer->peers;
    int r = ekc_end_connect(peers->bus, peer->address, &peer->end);
    if (r < 0)
        return ekc_fail(r, "cannot connect to %s of %s", peer->address, peers->options.setting);
    peer->id = ++peers->last_id;
    peer->opened_ms = ekc_tick_ms();
    peer->heard_ms = 0;
    return ekc_loop_end(peers->loop, peer->end, receive, peer);
}

static void close_peer(struct peer *peer)
{
    if (peer->end)
        ekc_loop_forget_end(peer->peers->loop, peer->end);
    ekc_end_close(&peer->end);
}

static void say_hello(const struct peer *peer)
{
    const struct ekc_peers_options *options = &peer->peers->options;
    Ekc__V1__Hello hello = EKC__V1__HELLO__INIT;
    hello.role = options->role;
    hello.worker_id = (char *)ekc_self_id();
    hello.incarnation = ekc_self_incarnation();
    hello.version = EKC_VERSION;
    hello.credit = options->credit;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_HELLO;
    envelope.hello = &hello;
    ekc_tell(peer->end, NULL, &envelope); /* not connected yet: the next second says it */
}

/* One that has never answered is greeted at every tick: it may have come up just now. After a
 * protocol error libzmq's connecting side never tries again: only a new socket does. */
static void greet(struct peer *peer, int64_t now)
{
    int64_t since = peer->heard_ms ? peer->heard_ms : peer->opened_ms;
    if (peer->heard_ms && now - peer->greeted_ms < HELLO_MS)
        return;
    if (peer->end && now - since > SILENCE_MS)
        close_peer(peer);
    if (!peer->end && open_peer(peer) < 0)
        return;
    say_hello(peer);
    peer->greeted_ms = now;
}

static void greet_each(void *self)
{
    struct ekc_peers *peers = self;
    for (size_t i = 0; i < peers->count && !peers->is_asleep; i++)
        greet(&peers->peers[i], ekc_tick_ms());
}

void ekc_peers_wake(ekc_peers *peers)
{
    peers->is_asleep = false;
    greet_each(peers);
}

static int add_peer(void *self, const char *address)
{
    struct ekc_peers *peers = self;
    if (peers->count == PEER_MAX)
        return ekc_fail(-ENOSPC, "%s names more than %d addresses", peers->options.setting,
                        PEER_MAX);
    struct peer *peer = &peers->peers[peers->count++];
    peer->peers = peers;
    (void)strncat(peer->address, address, sizeof peer->address - 1);
    return open_peer(peer);
}

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

    r = ekc_setting_each(options->setting, add_peer, peers);
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
    for (size_t i = 0; i < peers->count; i++)
        if (peers->peers[i].id == peer && peers->peers[i].end)
            return ekc_post(peers->peers[i].end, NULL, envelope);
    return -EHOSTUNREACH;
}

void ekc_peers_bye(ekc_peers *peers)
{
    Ekc__V1__Bye bye = EKC__V1__BYE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_BYE;
    envelope.bye = &bye;
    peers->is_asleep = true;
    for (size_t i = 0; i < peers->count; i++)
        if (peers->peers[i].end)
            ekc_tell(peers->peers[i].end, NULL, &envelope);
}

size_t ekc_peers_alive(const ekc_peers *peers)
{
    size_t alive = 0;
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < peers->count; i++)
        alive += peers->peers[i].heard_ms && now - peers->peers[i].heard_ms <= SILENCE_MS;
    return alive;
}

void ekc_peers_close(ekc_peers **peers)
{
    if (!*peers)
        return;
    for (size_t i = 0; i < (*peers)->count; i++)
        close_peer(&(*peers)->peers[i]);
    ekc_arena_free(&(*peers)->arena);
    free(*peers);
    *peers = NULL;
}
