/* wire.h - bytes to messages and back; the one door for generated code, and its limits. */
#ifndef EKC_WIRE_H
#define EKC_WIRE_H

#include "ekc/base.h"
#include "ekc/v1/envelope.pb-c.h"
#include "ekc/v1/event.pb-c.h"

enum {
    EKC_WIRE_TEXT_MAX = 64 * 1024,     /* an inquiry's text, bytes */
    EKC_WIRE_MESSAGE_MAX = 256 * 1024, /* a message, bytes */
    EKC_WIRE_ITEMS_MAX = 500,          /* inquiries in a Submit */
    EKC_WIRE_FRAME_MAX =
        512 * 1024, /* over this the connection is cut: no clear refusal any more */
};

/* Where messages are unpacked into: bounded, reset between messages, freed at the end. */
typedef struct ekc_arena ekc_arena;

EKC_MUST_CHECK int ekc_arena_new(ekc_arena **ret_arena, size_t size);
void ekc_arena_reset(ekc_arena *arena);

/* Bytes taken; and back to where it was then, for what turns out not to be kept. */
size_t ekc_arena_used(const ekc_arena *arena);
void ekc_arena_rewind(ekc_arena *arena, size_t used);
void ekc_arena_free(ekc_arena **arena);

/* Memory of the arena, zeroed, 16-aligned; NULL when it is used up. */
void *ekc_arena_take(ekc_arena *arena, size_t size);

/* Unpacks an envelope into the arena, whose memory it lives in. -EMSGSIZE: over the limit;
 * -E2BIG: takes more memory than the arena has; -EBADMSG: no envelope. */
EKC_MUST_CHECK int ekc_wire_read(ekc_arena *arena, struct ekc_bytes msg,
                                 Ekc__V1__Envelope **ret_envelope);

/* Unpacks any other message, as above but without a limit of its own: -E2BIG or -EBADMSG. */
EKC_MUST_CHECK int ekc_wire_unpack(ekc_arena *arena, const ProtobufCMessageDescriptor *type,
                                   struct ekc_bytes bytes, ProtobufCMessage **ret_message);

/* Finds the first string, at any depth, that the wire held but C cannot: not UTF-8 (-EILSEQ) or
 * with a NUL inside (-EINVAL). *ret_path is its path in message, in the arena. 0 = all is well.
 * Elements of a repeated field named skip are not looked at (NULL = look at all). */
EKC_MUST_CHECK int ekc_wire_check_strings(ekc_arena *arena, const ProtobufCMessage *message,
                                          const char *skip, const char **ret_path);

/* Bytes that grow; zeroed memory is an empty one. */
struct ekc_buffer {
    uint8_t *data;
    size_t len, room;
};

void ekc_buffer_done(struct ekc_buffer *buffer);
EKC_MUST_CHECK int ekc_buffer_append(struct ekc_buffer *buffer, struct ekc_bytes bytes);

/* Appends the packed message. 0 or -ENOMEM. */
EKC_MUST_CHECK int ekc_wire_write(struct ekc_buffer *buffer, const ProtobufCMessage *message);

/* Appends message as one element of a batch: field 1 of WorkBatch or EventBatch. */
EKC_MUST_CHECK int ekc_wire_write_item(struct ekc_buffer *buffer,
                                       const ProtobufCMessage *message);

/* True when bytes are UTF-8 as RFC 3629 has it: no surrogates, nothing over-long. */
bool ekc_is_utf8(const char *text, size_t len);

#endif
