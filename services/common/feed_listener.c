/* feed_listener.c - see feed_listener.h. */
#include "feed_listener.h"

struct feed_listener *feed_listener_find(struct feed_listeners *listeners,
                                         const struct ekc_route *route)
{
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++) {
        struct feed_listener *listener = &listeners->all[i];
        if (listener->incarnation && ekc_route_equal(&listener->route, route))
            return listener;
    }
    return NULL;
}

static struct feed_listener *find_incarnation(struct feed_listeners *listeners,
                                              uint64_t incarnation)
{
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++)
        if (listeners->all[i].incarnation == incarnation)
            return &listeners->all[i];
    return NULL;
}

static struct feed_listener *find_silent(struct feed_listeners *listeners, int64_t now_ms)
{
    for (size_t i = 0; i < FEED_LISTENERS_MAX; i++)
        if (now_ms - listeners->all[i].heard_ms > FEED_SILENCE_MS)
            return &listeners->all[i];
    return NULL;
}

/* What it held when its old way broke may never have arrived. */
static uint64_t resume_at(const struct feed_listener *listener)
{
    uint64_t held = listener->sent - listener->returned;
    return listener->next > held ? listener->next - held : 0;
}

static struct feed_listener *place_for(struct feed_listeners *listeners, int64_t now_ms)
{
    struct feed_listener *place = find_incarnation(listeners, 0);
    return place ? place : find_silent(listeners, now_ms);
}

static uint32_t at_most(uint32_t credit)
{
    return credit < FEED_CREDIT_MAX ? credit : FEED_CREDIT_MAX;
}

struct feed_listener *feed_listener_admit(struct feed_listeners *listeners,
                                          const struct ekc_route *route,
                                          const Ekc__V1__Hello *hello, uint64_t first,
                                          int64_t now_ms)
{
    struct feed_listener *listener = find_incarnation(listeners, hello->incarnation);
    bool is_same_way = listener && ekc_route_equal(&listener->route, route);
    uint64_t next = listener ? resume_at(listener) : first;
    if (!listener)
        listener = place_for(listeners, now_ms);
    if (!listener)
        return NULL;
    if (!is_same_way)
        *listener = (struct feed_listener){ .route = *route, .next = next };
    listener->incarnation = hello->incarnation;
    listener->credit = at_most(hello->credit);
    listener->credit_bytes = hello->credit_bytes;
    listener->heard_ms = now_ms;
    return listener;
}

bool feed_listener_may_get(const struct feed_listener *listener, size_t len)
{
    uint64_t held = listener->sent - listener->returned;
    if (held >= listener->credit)
        return false;
    return held == 0 || !listener->credit_bytes ||
           listener->held_bytes + len <= listener->credit_bytes;
}

void feed_listener_sent(struct feed_listener *listener, size_t len)
{
    listener->sizes[listener->sent++ % FEED_CREDIT_MAX] = (uint32_t)len;
    listener->held_bytes += len;
    listener->next++;
}

void feed_listener_returned(struct feed_listener *listener, uint32_t count)
{
    while (count-- > 0 && listener->returned < listener->sent)
        listener->held_bytes -= listener->sizes[listener->returned++ % FEED_CREDIT_MAX];
}
