/* bus_letter.c - see ekc/bus.h. Letters in and out, and waiting for them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus_internal.h"

static bool route_add(struct ekc_route *route, const void *data, size_t len)
{
    size_t used = 0;
    for (uint8_t i = 0; i < route->frames; i++)
        used += route->lens[i];
    if (route->frames == EKC_COUNT(route->lens) || len > sizeof route->bytes - used)
        return false;
    if (len > 0)
        memcpy(route->bytes + used, data, len);
    route->lens[route->frames++] = (uint16_t)len;
    return true;
}

bool ekc_route_equal(const struct ekc_route *a, const struct ekc_route *b)
{
    size_t used = 0;
    if (a->frames != b->frames || memcmp(a->lens, b->lens, a->frames * sizeof *a->lens) != 0)
        return false;
    for (uint8_t i = 0; i < a->frames; i++)
        used += a->lens[i];
    return memcmp(a->bytes, b->bytes, used) == 0;
}

static void take_identity(zmq_msg_t *frame, char identity[static EKC_IDENTITY_SIZE])
{
    const char *user = zmq_msg_gets(frame, "User-Id");
    identity[0] = '\0';
    if (user)
        (void)strncat(identity, user, EKC_IDENTITY_SIZE - 1);
}

/* What is known while the frames of one letter come in. */
struct reading {
    struct ekc_letter *letter;
    bool is_delimited; /* the empty delimiter has been seen */
    bool is_lost;      /* the way back is longer than a route holds */
};

static void keep_for_route(const ekc_end *end, struct reading *reading)
{
    zmq_msg_t *last = (zmq_msg_t *)&end->payload;
    if (!route_add(&reading->letter->route, zmq_msg_data(last), zmq_msg_size(last)))
        reading->is_lost = true;
}

/* On a bound end the first frame is the routing id. An asker that delimits (REQ) has its frames
 * up to the first empty one mirrored; one that does not (DEALER) sends the payload at once. So
 * a frame is the payload until another proves it part of the way. */
static void take_frame(ekc_end *end, struct reading *reading, zmq_msg_t *frame)
{
    struct ekc_letter *letter = reading->letter;
    if (!reading->is_delimited && letter->payload_frames > 0)
        keep_for_route(end, reading);
    if (!reading->is_delimited && zmq_msg_size(frame) == 0) {
        reading->is_lost |= !route_add(&letter->route, "", 0);
        reading->is_delimited = true;
        letter->payload_frames = 0;
        return;
    }
    letter->payload_frames++;
    take_identity(frame, letter->identity);
    (void)zmq_msg_move(&end->payload, frame);
}

/* Without a delimiter, and with a way too long to keep, only the routing id leads back. */
static void settle(ekc_end *end, const struct reading *reading)
{
    struct ekc_letter *letter = reading->letter;
    if (!reading->is_delimited || reading->is_lost)
        letter->route.frames = end->is_bound ? 1 : 0;
    if (reading->is_delimited && reading->is_lost)
        letter->payload_frames = 2;
    letter->payload =
        letter->payload_frames == 0
            ? (struct ekc_bytes){ "", 0 }
            : (struct ekc_bytes){ zmq_msg_data(&end->payload), zmq_msg_size(&end->payload) };
}

int ekc_end_receive(ekc_end *end, struct ekc_letter *ret_letter)
{
    struct reading reading = { .letter = ret_letter };
    ret_letter->route.frames = 0;
    ret_letter->payload_frames = 0;
    ret_letter->identity[0] = '\0';
    (void)zmq_msg_close(&end->payload);
    (void)zmq_msg_init(&end->payload);

    int more = 1;
    for (int i = 0; more; i++) {
        zmq_msg_t frame;
        (void)zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, end->socket, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(&frame);
            return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        }
        more = zmq_msg_more(&frame);
        if (end->is_bound && i == 0)
            (void)route_add(&ret_letter->route, zmq_msg_data(&frame), zmq_msg_size(&frame));
        else
            take_frame(end, &reading, &frame);
        (void)zmq_msg_close(&frame);
    }
    settle(end, &reading);
    return 1;
}

static int send_frame(void *socket, const void *data, size_t len, int flags)
{
    return zmq_send(socket, data, len, flags | ZMQ_DONTWAIT) < 0 ? -errno : 0;
}

int ekc_end_send(ekc_end *end, const struct ekc_route *to, struct ekc_bytes payload)
{
    size_t used = 0;
    for (uint8_t i = 0; to && i < to->frames; i++) {
        int r = send_frame(end->socket, to->bytes + used, to->lens[i], ZMQ_SNDMORE);
        if (r < 0)
            return r;
        used += to->lens[i];
    }
    return send_frame(end->socket, payload.data, payload.len, 0);
}

static void fill(zmq_pollitem_t *polled, const struct ekc_wait *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        polled[i] = (zmq_pollitem_t){
            .socket = items[i].end ? items[i].end->socket : NULL,
            .fd = items[i].fd,
            .events = (short)((items[i].want_read ? ZMQ_POLLIN : 0) |
                              (items[i].want_write ? ZMQ_POLLOUT : 0)),
        };
}

static int gather(struct ekc_wait *items, const zmq_pollitem_t *polled, size_t count)
{
    int ready = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].can_read = polled[i].revents & (ZMQ_POLLIN | ZMQ_POLLERR);
        items[i].can_write = polled[i].revents & (ZMQ_POLLOUT | ZMQ_POLLERR);
        ready += items[i].can_read || items[i].can_write;
    }
    return ready;
}

int ekc_bus_wait(ekc_bus *bus, struct ekc_wait *items, size_t count, long timeout_ms)
{
    enum { WAIT_MAX = 256 };
    zmq_pollitem_t polled[WAIT_MAX + 1];
    if (count > WAIT_MAX)
        return -E2BIG;

    fill(polled, items, count);
    /* Before it has a list the porter lets people wait: whom it turned away would come again
     * only seconds later. */
    size_t porter = bus && bus->porter && bus->guests ? 1 : 0;
    if (porter)
        polled[count] = (zmq_pollitem_t){ .socket = bus->porter, .events = ZMQ_POLLIN };

    int r = zmq_poll(polled, (int)(count + porter), timeout_ms);
    if (r < 0 && errno != EINTR)
        return -errno;
    if (porter && polled[count].revents)
        ekc_porter_serve(bus);
    return gather(items, polled, count);
}
