/* feed.c - see ekc/feed.h. One ring of recent batches, and a place in it for each listener. */
#include "ekc/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"

enum {
    LISTENER_MAX = 32,
    RING_MAX = 4096,
    RING_BYTES = 8 << 20,
    SILENCE_MS = 5000,
    ARENA_SIZE = 64 << 10
};

struct listener {
    struct ekc_route route;
    uint64_t incarnation; /* 0 = free place */
    uint32_t credit;
    uint64_t next; /* the ordinal of the batch that it is to get */
    int64_t heard_ms;
};

struct ekc_feed {
    ekc_end *end;
    ekc_loop *loop;
    bool is_plain;
    Ekc__V1__Role role;
    ekc_arena *arena;
    struct listener listeners[LISTENER_MAX];
    struct ekc_buffer ring[RING_MAX]; /* packed envelopes */
    uint64_t first, end_ordinal;      /* ordinals held: first … end_ordinal - 1 */
    size_t bytes;
};

static void forget_oldest(ekc_feed *feed)
{
    struct ekc_buffer *oldest = &feed->ring[feed->first % RING_MAX];
    feed->bytes -= oldest->len;
    ekc_buffer_done(oldest);
    feed->first++;
}

static void serve(ekc_feed *feed, struct listener *listener)
{
    if (listener->next < feed->first)
        listener->next = feed->first;
    while (listener->credit > 0 && listener->next < feed->end_ordinal) {
        const struct ekc_buffer *batch = &feed->ring[listener->next % RING_MAX];
        int r = ekc_end_send(feed->end, &listener->route,
                             (struct ekc_bytes){ batch->data, batch->len });
        if (r == -EHOSTUNREACH)
            listener->incarnation = 0;
        if (r < 0)
            return;
        listener->next++;
        listener->credit--;
    }
}

static void serve_all(ekc_feed *feed)
{
    for (size_t i = 0; i < LISTENER_MAX; i++)
        if (feed->listeners[i].incarnation)
            serve(feed, &feed->listeners[i]);
}

static struct listener *find(ekc_feed *feed, const struct ekc_route *route)
{
    for (size_t i = 0; i < LISTENER_MAX; i++)
        if (feed->listeners[i].incarnation && ekc_route_equal(&feed->listeners[i].route, route))
            return &feed->listeners[i];
    return NULL;
}

/* It begins with the oldest batch that is still held: what it has counted it passes over. */
static struct listener *admit(ekc_feed *feed, const struct ekc_route *route,
                              const Ekc__V1__Hello *hello)
{
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < LISTENER_MAX; i++) {
        struct listener *listener = &feed->listeners[i];
        if (listener->incarnation && now - listener->heard_ms <= SILENCE_MS)
            continue;
        *listener = (struct listener){ .route = *route,
                                       .incarnation = hello->incarnation,
                                       .credit = hello->credit,
                                       .next = feed->first };
        return listener;
    }
    return NULL;
}

static void welcome(ekc_feed *feed, const struct ekc_route *route, const Ekc__V1__Hello *hello)
{
    struct listener *listener = find(feed, route);
    if (!listener)
        listener = admit(feed, route, hello);
    if (!listener) {
        ekc_warn("more than %d listeners: %s is not served", LISTENER_MAX, hello->worker_id);
        return;
    }
    listener->heard_ms = ekc_tick_ms();

    Ekc__V1__Welcome welcome = EKC__V1__WELCOME__INIT;
    welcome.role = feed->role;
    welcome.worker_id = (char *)ekc_self_id();
    welcome.incarnation = ekc_self_incarnation();
    welcome.version = EKC_VERSION;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WELCOME;
    envelope.welcome = &welcome;
    ekc_tell(feed->end, route, &envelope);
}

static void hear(ekc_feed *feed, const struct ekc_letter *letter)
{
    Ekc__V1__Envelope *envelope = NULL;
    ekc_arena_reset(feed->arena);
    if (letter->payload_frames != 1 ||
        ekc_wire_read(feed->arena, letter->payload, &envelope) < 0)
        return;

    struct listener *listener = find(feed, &letter->route);
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_HELLO:
        if (envelope->hello->incarnation)
            welcome(feed, &letter->route, envelope->hello);
        return;
    case EKC__V1__ENVELOPE__BODY_CREDIT:
        if (listener)
            listener->credit += envelope->credit->credit;
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

static int pack(struct ekc_buffer *buffer, int32_t lane, int64_t seq, uint32_t count,
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
    return ekc_wire_write(buffer, &envelope.base);
}

void ekc_feed_publish(ekc_feed *feed, int32_t lane, int64_t seq, uint32_t count,
                      struct ekc_bytes batch)
{
    while (feed->end_ordinal - feed->first >= RING_MAX ||
           (feed->bytes > RING_BYTES && feed->first < feed->end_ordinal))
        forget_oldest(feed);

    struct ekc_buffer *place = &feed->ring[feed->end_ordinal % RING_MAX];
    if (pack(place, lane, seq, count, batch) < 0)
        return; /* the log has it */
    feed->bytes += place->len;
    feed->end_ordinal++;
    serve_all(feed);
}

void ekc_feed_close(ekc_feed **feed)
{
    if (!*feed)
        return;
    while ((*feed)->first < (*feed)->end_ordinal)
        forget_oldest(*feed);
    if ((*feed)->end)
        ekc_loop_forget_end((*feed)->loop, (*feed)->end);
    ekc_end_close(&(*feed)->end);
    ekc_arena_free(&(*feed)->arena);
    free(*feed);
    *feed = NULL;
}
