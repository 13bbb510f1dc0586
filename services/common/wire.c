/* wire.c - see ekc/wire.h. Packing and unpacking. */
#include "ekc/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire_internal.h"

/* protobuf-c says only that it failed; the arena knows whether for want of memory. */
int ekc_wire_unpack(ekc_arena *arena, const ProtobufCMessageDescriptor *type,
                    struct ekc_bytes bytes, ProtobufCMessage **ret_message)
{
    ProtobufCAllocator allocator = ekc_arena_allocator(arena);
    arena->is_short = false;
    ProtobufCMessage *message =
        protobuf_c_message_unpack(type, &allocator, bytes.len, bytes.data);
    if (!message)
        return arena->is_short ? -E2BIG : -EBADMSG;

    *ret_message = message;
    return 0;
}

int ekc_wire_read(ekc_arena *arena, struct ekc_bytes msg, Ekc__V1__Envelope **ret_envelope)
{
    if (msg.len > EKC_WIRE_MESSAGE_MAX)
        return -EMSGSIZE;

    ProtobufCMessage *message = NULL;
    int r = ekc_wire_unpack(arena, &ekc__v1__envelope__descriptor, msg, &message);
    if (r == 0)
        *ret_envelope = (Ekc__V1__Envelope *)message;
    return r;
}

void ekc_buffer_done(struct ekc_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct ekc_buffer){ 0 };
}

static int make_room(struct ekc_buffer *buffer, size_t more)
{
    if (more <= buffer->room - buffer->len)
        return 0;

    size_t room = buffer->room ? buffer->room : 256;
    while (room - buffer->len < more)
        room *= 2;
    uint8_t *data = realloc(buffer->data, room);
    if (!data)
        return -ENOMEM;
    buffer->data = data;
    buffer->room = room;
    return 0;
}

int ekc_buffer_append(struct ekc_buffer *buffer, struct ekc_bytes bytes)
{
    int r = make_room(buffer, bytes.len);
    if (r < 0)
        return r;
    if (bytes.len > 0)
        memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
    buffer->len += bytes.len;
    return 0;
}

int ekc_wire_write(struct ekc_buffer *buffer, const ProtobufCMessage *message)
{
    int r = make_room(buffer, protobuf_c_message_get_packed_size(message));
    if (r < 0)
        return r;
    buffer->len += protobuf_c_message_pack(message, buffer->data + buffer->len);
    return 0;
}

static size_t put_varint(uint8_t *out, size_t value)
{
    size_t len = 0;
    for (; value >= 0x80; value >>= 7)
        out[len++] = (uint8_t)(value | 0x80);
    out[len++] = (uint8_t)value;
    return len;
}

int ekc_wire_write_item(struct ekc_buffer *buffer, const ProtobufCMessage *message)
{
    uint8_t head[1 + 10] = { 1 << 3 | 2 };
    size_t len = 1 + put_varint(head + 1, protobuf_c_message_get_packed_size(message));
    int r = ekc_buffer_append(buffer, (struct ekc_bytes){ head, len });
    return r < 0 ? r : ekc_wire_write(buffer, message);
}
