/* feed_ring.c - see feed_ring.h. */
#include "feed_ring.h"

static void forget_oldest(struct feed_ring *ring)
{
    struct ekc_buffer *oldest = &ring->batches[ring->first % FEED_RING_MAX];
    ring->bytes -= oldest->len;
    ekc_buffer_done(oldest);
    ring->first++;
}

static bool is_full(const struct feed_ring *ring)
{
    return ring->end - ring->first >= FEED_RING_MAX ||
           (ring->bytes > FEED_RING_BYTES && ring->first < ring->end);
}

int feed_ring_add(struct feed_ring *ring, const Ekc__V1__Envelope *batch)
{
    while (is_full(ring))
        forget_oldest(ring);

    struct ekc_buffer *place = &ring->batches[ring->end % FEED_RING_MAX];
    int r = ekc_wire_write(place, &batch->base);
    if (r < 0)
        return r;
    ring->bytes += place->len;
    ring->end++;
    return 0;
}

struct ekc_bytes feed_ring_at(const struct feed_ring *ring, uint64_t number)
{
    const struct ekc_buffer *batch = &ring->batches[number % FEED_RING_MAX];
    return (struct ekc_bytes){ batch->data, batch->len };
}

void feed_ring_done(struct feed_ring *ring)
{
    while (ring->first < ring->end)
        forget_oldest(ring);
}
