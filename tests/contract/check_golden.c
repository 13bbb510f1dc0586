/* check_golden.c - the bytes of every message, frozen, are read by today's code as they were
 * meant.
 *
 * A golden message says the name of each of its fields: a string or bytes hold it, a number is
 * its hash. So a field that is renumbered, renamed or of another type is found. Elements of a
 * repeated field take the members of a oneof in turn. Run with EKC_GOLDEN_WRITE=1 to freeze
 * what is new; a file that exists is never written again. */
#include <stdio.h>

#include "ekc/wire.h"
#include "support/ekc_check.h"

#define GOLDEN "tests/contract/golden/"
#define ENVELOPE (&ekc__v1__envelope__descriptor)

enum {
    REPEATED = 2,
    ARENA_SIZE = 1 << 20,
    CASES_MAX = 64,
    FILE_MAX = 64 * 1024,
    NO_MEMBER = 999
};

struct golden {
    char file[64];
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *body; /* of an envelope */
    unsigned choice;                      /* which member a oneof takes */
};

static struct golden cases[CASES_MAX];
static int case_count;

static void *at(const ProtobufCMessage *message, unsigned offset)
{
    return (uint8_t *)(uintptr_t)message + offset;
}

/* FNV-1a, kept positive and off zero. */
static uint32_t hash(const char *name)
{
    uint32_t value = 2166136261U;
    for (; *name; name++)
        value = (value ^ (uint8_t)*name) * 16777619U;
    return (value & INT32_MAX) | 1;
}

union value {
    char *text;
    ProtobufCBinaryData bytes;
    ProtobufCMessage *message;
    protobuf_c_boolean truth;
    float real;
    double long_real;
    uint32_t word;
    uint64_t long_word;
};

/* What a value takes in a message; 0: a type that the contract does not use. */
static const size_t sizes[] = {
    [PROTOBUF_C_TYPE_STRING] = sizeof(char *),
    [PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),
    [PROTOBUF_C_TYPE_MESSAGE] = sizeof(void *),
    [PROTOBUF_C_TYPE_ENUM] = sizeof(int),
    [PROTOBUF_C_TYPE_BOOL] = sizeof(int),
    [PROTOBUF_C_TYPE_FLOAT] = sizeof(float),
    [PROTOBUF_C_TYPE_INT32] = sizeof(int32_t),
    [PROTOBUF_C_TYPE_UINT32] = sizeof(uint32_t),
    [PROTOBUF_C_TYPE_INT64] = sizeof(int64_t),
    [PROTOBUF_C_TYPE_UINT64] = sizeof(uint64_t),
    [PROTOBUF_C_TYPE_DOUBLE] = sizeof(double),
};

/* What a field other than a message holds in a golden one. */
static union value meant(const ProtobufCFieldDescriptor *field)
{
    char *name = (char *)(uintptr_t)field->name;
    const ProtobufCEnumDescriptor *list = field->descriptor;
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return (union value){ .message = NULL };
    case PROTOBUF_C_TYPE_STRING:
        return (union value){ .text = name };
    case PROTOBUF_C_TYPE_BYTES:
        return (union value){ .bytes = { .data = (uint8_t *)name, .len = strlen(name) } };
    case PROTOBUF_C_TYPE_ENUM:
        return (union value){ .word = (uint32_t)list->values[list->n_values - 1].value };
    case PROTOBUF_C_TYPE_BOOL:
        return (union value){ .truth = 1 };
    case PROTOBUF_C_TYPE_FLOAT:
        return (union value){ .real = (float)(hash(name) % 1024) / 1024 };
    case PROTOBUF_C_TYPE_DOUBLE:
        return (union value){ .long_real = (double)hash(name) / 1024 };
    default:
        return sizes[field->type] == sizeof(uint32_t)
                   ? (union value){ .word = hash(name) }
                   : (union value){ .long_word = (uint64_t)hash(name) << 20 };
    }
}

static bool is_oneof(const ProtobufCFieldDescriptor *field)
{
    return field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
}

/* The place of field i among the members of its oneof. */
static unsigned place(const ProtobufCMessageDescriptor *type, unsigned i)
{
    unsigned before = 0;
    for (unsigned k = 0; k < i; k++)
        before += is_oneof(&type->fields[k]) &&
                  type->fields[k].quantifier_offset == type->fields[i].quantifier_offset;
    return before;
}

static ProtobufCMessage *compose(ekc_arena *arena, const ProtobufCMessageDescriptor *type,
                                 unsigned choice);

static void put_value(ekc_arena *arena, const ProtobufCFieldDescriptor *field, void *to,
                      unsigned choice)
{
    union value value =
        field->type == PROTOBUF_C_TYPE_MESSAGE
            ? (union value){ .message = compose(arena, field->descriptor, choice) }
            : meant(field);
    ck_assert_msg(sizes[field->type] > 0, "%s is of a type that is not listed", field->name);
    memcpy(to, &value, sizes[field->type]);
}

static void put_field(ekc_arena *arena, ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *field, unsigned choice)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        put_value(arena, field, at(message, field->offset), choice);
        if (is_oneof(field))
            *(uint32_t *)at(message, field->quantifier_offset) = field->id;
        return;
    }
    uint8_t *list = ekc_arena_take(arena, REPEATED * sizes[field->type]);
    for (unsigned i = 0; i < REPEATED; i++)
        put_value(arena, field, list + i * sizes[field->type], i);
    *(uint8_t **)at(message, field->offset) = list;
    *(size_t *)at(message, field->quantifier_offset) = REPEATED;
}

static ProtobufCMessage *compose(ekc_arena *arena, const ProtobufCMessageDescriptor *type,
                                 unsigned choice)
{
    ProtobufCMessage *message = ekc_arena_take(arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!is_oneof(&type->fields[i]) || place(type, i) == choice)
            put_field(arena, message, &type->fields[i], choice);
    return message;
}

static void check_message(const ProtobufCMessage *message);

/* A field that is younger than its golden file is at its default there. */
static void check_value(const ProtobufCFieldDescriptor *field, const void *from)
{
    union value got = { 0 }, want = meant(field);
    memcpy(&got, from, sizes[field->type]);
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        if (got.message)
            check_message(got.message);
        return;
    case PROTOBUF_C_TYPE_STRING:
        if (*got.text)
            ck_assert_str_eq(got.text, field->name);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        if (got.bytes.len > 0) {
            ck_assert_uint_eq(got.bytes.len, want.bytes.len);
            ck_assert_mem_eq(got.bytes.data, want.bytes.data, want.bytes.len);
        }
        return;
    case PROTOBUF_C_TYPE_ENUM: /* its newest value may be younger: see check_enums.c */
        return;
    default:
        if (got.long_word != 0)
            ck_assert_msg(memcmp(&got, &want, sizes[field->type]) == 0,
                          "%s holds another's value", field->name);
    }
}

static void check_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        check_value(field, at(message, field->offset));
        return;
    }
    size_t count = *(const size_t *)at(message, field->quantifier_offset);
    const uint8_t *list = *(uint8_t *const *)at(message, field->offset);
    for (size_t i = 0; i < count; i++)
        check_value(field, list + i * sizes[field->type]);
}

static void check_message(const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    ck_assert_msg(message->n_unknown_fields == 0, "%s lost a field", type->name);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (!is_oneof(field) ||
            *(const uint32_t *)at(message, field->quantifier_offset) == field->id)
            check_field(message, field);
    }
}

static void write_golden(const struct golden *golden, const char *path)
{
    EKC_CLEANUP(ekc_arena_free) ekc_arena *arena = NULL;
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer bytes = { 0 };
    FILE *file = fopen(path, "wbx");
    if (!file)
        return;
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
    ProtobufCMessage *message =
        compose(arena, golden->type, golden->body ? NO_MEMBER : golden->choice);
    if (golden->body)
        put_field(arena, message, golden->body, golden->choice);
    ck_ok(ekc_wire_write(&bytes, message));
    ck_assert_uint_eq(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    ck_assert_int_eq(fclose(file), 0);
}

/* The frozen bytes of a case, in static memory. */
static struct ekc_bytes read_golden(const struct golden *golden)
{
    static uint8_t bytes[FILE_MAX];
    char path[128];
    (void)snprintf(path, sizeof path, GOLDEN "%s.bin", golden->file);
    if (getenv("EKC_GOLDEN_WRITE"))
        write_golden(golden, path);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file, "%s is missing: EKC_GOLDEN_WRITE=1 freezes it", path);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_uint_lt(len, sizeof bytes);
    return (struct ekc_bytes){ bytes, len };
}

START_TEST(each_golden_message_is_read_as_it_was_meant_and_written_the_same)
{
    EKC_CLEANUP(ekc_arena_free) ekc_arena *arena = NULL;
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer again = { 0 };
    const struct golden *golden = &cases[_i];
    const char *path = NULL;
    ProtobufCMessage *message = NULL;
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
    struct ekc_bytes bytes = read_golden(golden);

    ck_ok(ekc_wire_unpack(arena, golden->type, bytes, &message));
    if (golden->body)
        ck_assert_uint_eq(((Ekc__V1__Envelope *)message)->body_case, golden->body->id);
    check_message(message);
    ck_ok(ekc_wire_check_strings(arena, message, NULL, &path));
    ck_ok(ekc_wire_write(&again, message));
    ck_assert_uint_eq(again.len, bytes.len);
    ck_assert_mem_eq(again.data, bytes.data, bytes.len);
}
END_TEST

static void add_case(const char *file, const ProtobufCMessageDescriptor *type,
                     const ProtobufCFieldDescriptor *body, unsigned choice)
{
    struct golden *golden = &cases[case_count++];
    *golden = (struct golden){ .type = type, .body = body, .choice = choice };
    (void)snprintf(golden->file, sizeof golden->file, "%s", file);
}

/* A body that is new in the contract is a case without being listed, and fails without a file.
 */
static void list_cases(void)
{
    for (unsigned i = 0; i < ENVELOPE->n_fields; i++)
        if (is_oneof(&ENVELOPE->fields[i]))
            add_case(ENVELOPE->fields[i].name, ENVELOPE, &ENVELOPE->fields[i], 0);
    add_case("show-external_id", ENVELOPE,
             protobuf_c_message_descriptor_get_field_by_name(ENVELOPE, "show"), 1);
    add_case("event_batch", &ekc__v1__event_batch__descriptor, NULL, 0);
    add_case("work_batch", &ekc__v1__work_batch__descriptor, NULL, 0);
    add_case("extras", &ekc__v1__extras__descriptor, NULL, 0);
}

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *messages = tcase_create("messages");

    list_cases();
    tcase_add_loop_test(messages,
                        each_golden_message_is_read_as_it_was_meant_and_written_the_same, 0,
                        case_count);
    suite_add_tcase(suite, messages);
    return ekc_check_run(suite);
}
