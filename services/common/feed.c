/* feed.c - see ekc/feed.h. One ring of recent batches, and a place in it for each listener. */
#include "ekc/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "feed_listener.h"
#include "feed_ring.h"

enum { ARENA_SIZE = 64 << 10 };

struct ekc_feed {
    ekc_end *end;
    ekc_loop *loop;
    bool is_plain;
    Ekc__V1__Role role;
    ekc_arena *arena;
    struct feed_listeners listeners;
    struct feed_ring ring;
    bool is_crowded; /* that there are too many listeners has been logged */
    bool is_leaving;
};

/* --- telling ------------------------------------------------------------------------------ */

static void serve(ekc_feed *feed, struct feed_listener *listener)
{
    if (listener->next < feed->ring.first)
        listener->next = feed->ring.first;
    while (listener->next < feed->ring.end) {
        struct ekc_bytes batch = feed_ring_at(&feed->ring, listener->next);
        if (!feed_listener_may_get(listener, batch.len))
            return;
        int r = ekc_end_send(feed->end, &listener->route, batch);
        if (r == -EHOSTUNREACH)
            listener->incarnation = 0;
        if (r < 0)
            return;
        feed_listener_sent(listener, batch.len);
    }
}

static void serve_all(ekc_feed *feed)
{
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++)
        if (feed->listeners.all[i].incarnation)
            serve(feed, &feed->listeners.all[i]);
}

/* --- hearing ------------------------------------------------------------------------------ */

/* A new one begins with the oldest batch that is still held: what it has counted it passes
 * over. */
static void take_hello(ekc_feed *feed, const struct ekc_route *route,
                       const Ekc__V1__Hello *hello)
{
    if (!hello->incarnation)
        return;
    if (feed_listener_admit(&feed->listeners, route, hello, feed->ring.first, ekc_tick_ms())) {
        feed->is_crowded = false;
        ekc_say_welcome(feed->end, route, feed->role);
        return;
    }
    if (!feed->is_crowded)
        ekc_warn("more than %d listeners: %s is not served", FEED_LISTENERS_MAX,
                 hello->worker_id);
    feed->is_crowded = true;
    (void)ekc_say_bye(feed->end, route);
}

static void take_ping(ekc_feed *feed, const struct ekc_route *route,
                      struct feed_listener *listener, const Ekc__V1__Ping *ping)
{
    if (!listener || feed->is_leaving) {
        (void)ekc_say_bye(feed->end, route);
        return;
    }
    listener->heard_ms = ekc_tick_ms();
    (void)ekc_say_pong(feed->end, route, ping->progress);
}

/* A listener says Hello once it has read our Bye. */
static void see_off(ekc_feed *feed, const struct ekc_route *route,
                    struct feed_listener *listener)
{
    if (listener)
        listener->incarnation = 0;
    (void)ekc_say_bye(feed->end, route);
}

static void hear(ekc_feed *feed, const struct ekc_letter *letter)
{
    Ekc__V1__Envelope *envelope = NULL;
    ekc_arena_reset(feed->arena);
    if (letter->payload_frames != 1 ||
        ekc_wire_read(feed->arena, letter->payload, &envelope) < 0)
        return;

    struct feed_listener *listener = feed_listener_find(&feed->listeners, &letter->route);
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_HELLO:
        if (feed->is_leaving)
            see_off(feed, &letter->route, listener);
        else
            take_hello(feed, &letter->route, envelope->hello);
        return;
    case EKC__V1__ENVELOPE__BODY_PING:
        take_ping(feed, &letter->route, listener, envelope->ping);
        return;
    case EKC__V1__ENVELOPE__BODY_CREDIT:
        if (listener)
            feed_listener_returned(listener, envelope->credit->credit);
        return;
    case EKC__V1__ENVELOPE__BODY_BYE:
        if (listener)
            listener->incarnation = 0;
        return;
    default: /* nothing else is said to a feed; an open enum needs no case for it */
        return;
    }
}

/* Only the centre's own services listen. */
static void receive(void *self)
{
    ekc_feed *feed = self;
    struct ekc_letter letter;
    for (int budget = 256; budget > 0 && ekc_end_receive(feed->end, &letter) > 0; budget--)
        if (feed->is_plain || strncmp(letter.identity, "service:", 8) == 0)
            hear(feed, &letter);
    serve_all(feed);
}

/* --- the door ----------------------------------------------------------------------------- */

int ekc_feed_open(ekc_feed **ret_feed, ekc_loop *loop, ekc_bus *bus, const char *address,
                  Ekc__V1__Role role)
{
    EKC_CLEANUP(ekc_feed_close) ekc_feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return -ENOMEM;

    feed->loop = loop;
    feed->role = role;
    feed->is_plain = ekc_bus_is_plain(bus);
    int r = ekc_arena_new(&feed->arena, ARENA_SIZE);
    if (r < 0)
        return r;

    r = ekc_end_bind(bus, address, &feed->end);
    if (r < 0)
        return r;

    r = ekc_loop_end(loop, feed->end, receive, feed);
    if (r < 0)
        return r;

    *ret_feed = feed;
    feed = NULL;
    return 0;
}

void ekc_feed_publish(ekc_feed *feed, int32_t lane, int64_t seq, uint32_t count,
                      struct ekc_bytes batch)
{
    Ekc__V1__Events events = EKC__V1__EVENTS__INIT;
    events.lane = lane;
    events.seq = seq;
    events.count = count;
    events.batch = (ProtobufCBinaryData){ batch.len, (uint8_t *)batch.data };
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_EVENTS;
    envelope.events = &events;
    if (feed_ring_add(&feed->ring, &envelope) == 0) /* else the log has it */
        serve_all(feed);
}

void ekc_feed_leave(ekc_feed *feed)
{
    feed->is_leaving = true;
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++) {
        struct feed_listener *listener = &feed->listeners.all[i];
        if (listener->incarnation && ekc_say_bye(feed->end, &listener->route) < 0)
            listener->incarnation = 0;
    }
}

bool ekc_feed_has_left(const ekc_feed *feed)
{
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++)
        if (feed->listeners.all[i].incarnation)
            return false;
    return feed->is_leaving;
}

void ekc_feed_close(ekc_feed **feed)
{
    if (!*feed)
        return;
    if ((*feed)->end)
        ekc_loop_forget_end((*feed)->loop, (*feed)->end);
    ekc_end_close(&(*feed)->end);
    feed_ring_done(&(*feed)->ring);
    ekc_arena_free(&(*feed)->arena);
    free(*feed);
    *feed = NULL;
}
