/* wire_strings.c - see ekc/wire.h. Strings that the wire held but C or PostgreSQL cannot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "wire_internal.h"

/* The length of the sequence that starts here, 0 when it is none (RFC 3629, table 3-7 of the
 * Unicode standard). */
static size_t sequence(const uint8_t *at, size_t left)
{
    static const struct {
        uint8_t first_low, first_high, second_low, second_high, len;
    } rows[] = {
        { 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
        { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    for (size_t i = 0; i < EKC_COUNT(rows); i++) {
        if (at[0] < rows[i].first_low || at[0] > rows[i].first_high)
            continue;
        if (rows[i].len > left)
            return 0;
        if (rows[i].len > 1 && (at[1] < rows[i].second_low || at[1] > rows[i].second_high))
            return 0;
        for (size_t k = 2; k < rows[i].len; k++)
            if ((at[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].len;
    }
    return 0;
}

bool ekc_is_utf8(const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t i = 0; i < len;) {
        size_t step = bytes[i] < 0x80 ? 1 : sequence(bytes + i, len - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

struct walk {
    ekc_arena *arena;
    const char *skip;
};

/* Recursion is bounded by the depth of our own message types, none of which contains itself.
 * NOLINTBEGIN(misc-no-recursion) */
static int check_message(const struct walk *walk, const ProtobufCMessage *message,
                         const char *prefix, const char **ret_path);

static const char *path_of(ekc_arena *arena, const char *prefix, const char *name, long index)
{
    size_t size = strlen(prefix) + strlen(name) + 32;
    char *path = ekc_arena_take(arena, size);
    if (!path)
        return name;
    const char *dot = *prefix ? "." : "";
    if (index < 0)
        (void)snprintf(path, size, "%s%s%s", prefix, dot, name);
    else
        (void)snprintf(path, size, "%s%s%s[%ld]", prefix, dot, name, index);
    return path;
}

/* A string that is not the arena's is a default of the generated code. */
static int check_string(const struct walk *walk, const char *text)
{
    size_t size = text ? ekc_arena_size_of(walk->arena, text) : 0;
    if (size == 0)
        return 0;
    if (strlen(text) != size - 1)
        return -EINVAL;
    return ekc_is_utf8(text, size - 1) ? 0 : -EILSEQ;
}

static int check_value(const struct walk *walk, const ProtobufCFieldDescriptor *field,
                       const void *value, const char *prefix, long index, const char **ret_path)
{
    const void *pointee = *(const void *const *)value;
    int r = 0;
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        r = check_string(walk, pointee);
        if (r < 0)
            *ret_path = path_of(walk->arena, prefix, field->name, index);
    } else if (pointee) {
        r = check_message(walk, pointee, path_of(walk->arena, prefix, field->name, index),
                          ret_path);
    }
    return r;
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
        return true;
    const char *base = (const char *)message;
    return *(const uint32_t *)(const void *)(base + field->quantifier_offset) == field->id;
}

static int check_field(const struct walk *walk, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field, const char *prefix,
                       const char **ret_path)
{
    const char *member = (const char *)message + field->offset;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return is_set(message, field) ? check_value(walk, field, member, prefix, -1, ret_path)
                                      : 0;
    if (walk->skip && strcmp(walk->skip, field->name) == 0)
        return 0;

    const char *base = (const char *)message;
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const void *const *list = *(const void *const *const *)(const void *)member;
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++)
        r = check_value(walk, field, &list[i], prefix, (long)i, ret_path);
    return r;
}

static int check_message(const struct walk *walk, const ProtobufCMessage *message,
                         const char *prefix, const char **ret_path)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    int r = 0;
    for (unsigned i = 0; i < type->n_fields && r == 0; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        bool is_text = field->type == PROTOBUF_C_TYPE_STRING;
        if (is_text || field->type == PROTOBUF_C_TYPE_MESSAGE)
            r = check_field(walk, message, field, prefix, ret_path);
    }
    return r;
}

/* NOLINTEND(misc-no-recursion) */

int ekc_wire_check_strings(ekc_arena *arena, const ProtobufCMessage *message, const char *skip,
                           const char **ret_path)
{
    return check_message(&(struct walk){ arena, skip }, message, "", ret_path);
}
