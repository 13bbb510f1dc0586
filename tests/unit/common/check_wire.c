/* check_wire.c - whatever bytes come, they are a message or a clear error. */
#include "ekc/wire.h"

#include <errno.h>

#include "support/ekc_check.h"

enum { ARENA_SIZE = 4 << 20, HEAD = 5, FLIPS = 100000 };

static ekc_arena *arena;
static struct ekc_buffer buffer;
static Ekc__V1__Envelope *envelope;

static void begin(void)
{
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
    buffer = (struct ekc_buffer){ 0 };
    envelope = NULL;
}

static void finish(void)
{
    ekc_arena_free(&arena);
    ekc_buffer_done(&buffer);
    ekc_buffer_done(&buffer);
}

static struct ekc_bytes written(void)
{
    return (struct ekc_bytes){ buffer.data, buffer.len };
}

static void append(const void *data, size_t len)
{
    ck_ok(ekc_buffer_append(&buffer, (struct ekc_bytes){ data, len }));
}

/* The head of a field that has a length: two bytes of tag and three of length, padded. */
static void append_head(unsigned field, size_t len)
{
    const uint8_t head[HEAD] = { (uint8_t)(field << 3 | 2 | 0x80), (uint8_t)(field >> 4),
                                 (uint8_t)(len | 0x80), (uint8_t)(len >> 7 | 0x80),
                                 (uint8_t)(len >> 14) };
    append(head, HEAD);
}

/* A field of len bytes that repeat a pattern. */
static void append_field(unsigned field, const uint8_t pattern[static 2], size_t len)
{
    static uint8_t bytes[2 * EKC_WIRE_MESSAGE_MAX];
    for (size_t i = 0; i < len; i++)
        bytes[i] = pattern[i % 2];
    append_head(field, len);
    append(bytes, len);
}

/* A Submit with all that an inquiry may have. */
static void write_submit(void)
{
    Ekc__V1__Contact contact = EKC__V1__CONTACT__INIT;
    contact.name = (char *)"Иванова Анна";
    contact.email = (char *)"a@example.org";
    uint8_t sum[32] = { 1, 2, 3 };
    Ekc__V1__Attachment attachment = EKC__V1__ATTACHMENT__INIT;
    attachment.name = (char *)"план.pdf";
    attachment.size = 1 << 30;
    attachment.sha256 = (ProtobufCBinaryData){ sizeof sum, sum };
    Ekc__V1__Attachment *attachments[] = { &attachment, &attachment };
    Ekc__V1__Inquiry inquiry = EKC__V1__INQUIRY__INIT;
    inquiry.external_id = (char *)"A-1";
    inquiry.created_at_opt_case = EKC__V1__INQUIRY__CREATED_AT_OPT_CREATED_AT_US;
    inquiry.created_at_us = 1700000000000000;
    inquiry.text = (char *)"Нет горячей воды";
    inquiry.applicant_kind = EKC__V1__APPLICANT_KIND__APPLICANT_KIND_RESIDENT;
    inquiry.contact = &contact;
    inquiry.n_attachments = EKC_COUNT(attachments);
    inquiry.attachments = attachments;
    Ekc__V1__Inquiry *inquiries[] = { &inquiry, &inquiry, &inquiry };
    Ekc__V1__Submit submit = EKC__V1__SUBMIT__INIT;
    submit.n_inquiries = EKC_COUNT(inquiries);
    submit.inquiries = inquiries;
    Ekc__V1__Envelope message = EKC__V1__ENVELOPE__INIT;
    message.request_id = (char *)"r";
    message.body_case = EKC__V1__ENVELOPE__BODY_SUBMIT;
    message.submit = &submit;
    ck_ok(ekc_wire_write(&buffer, &message.base));
}

START_TEST(what_was_written_is_read)
{
    write_submit();
    ck_ok(ekc_wire_read(arena, written(), &envelope));
    ck_assert_str_eq(envelope->request_id, "r");
    ck_assert_uint_eq(envelope->submit->n_inquiries, 3);
    const Ekc__V1__Inquiry *last = envelope->submit->inquiries[2];
    ck_assert_str_eq(last->text, "Нет горячей воды");
    ck_assert_str_eq(last->contact->email, "a@example.org");
    ck_assert_uint_eq(last->attachments[1]->sha256.len, 32);
}
END_TEST

/* A request_id as long as makes the message this many bytes over the limit. */
static const struct {
    int over, want;
} sizes[] = { { -1, 0 }, { 0, 0 }, { 1, -EMSGSIZE }, { 100000, -EMSGSIZE } };

START_TEST(a_message_over_the_limit_is_told_as_such)
{
    size_t len = (size_t)(EKC_WIRE_MESSAGE_MAX + sizes[_i].over - HEAD);
    append_field(1, (const uint8_t *)"xx", len);
    ck_assert_int_eq(ekc_wire_read(arena, written(), &envelope), sizes[_i].want);
    ck_assert_int_eq(envelope != NULL, sizes[_i].want == 0);
}
END_TEST

/* As many empty elements as a message may have: inquiries, results, channels, figures. Of some
 * arenas much is left when a large piece is refused. */
static const struct {
    unsigned body, field;
    size_t arena_kib;
} bombs[] = {
    { 10, 2, 64 },   { 10, 2, 256 },  { 10, 2, 1024 },  { 10, 2, 2816 },
    { 10, 2, 3904 }, { 10, 2, 4096 }, { 10, 2, 16384 }, { 11, 1, 4096 },
    { 15, 4, 4096 }, { 21, 1, 4096 }, { 21, 1, 2816 },
};

START_TEST(a_bomb_of_empty_elements_is_told_as_such)
{
    EKC_CLEANUP(ekc_arena_free) ekc_arena *own = NULL;
    ck_ok(ekc_arena_new(&own, bombs[_i].arena_kib << 10));
    const uint8_t element[] = { (uint8_t)(bombs[_i].field << 3 | 2), 0 };
    append_field(bombs[_i].body, element, EKC_WIRE_MESSAGE_MAX - HEAD - 1);
    ck_fails(ekc_wire_read(own, written(), &envelope), E2BIG);
    ck_assert_ptr_null(envelope);
}
END_TEST

#define BYTES(text)                                                                            \
    {                                                                                          \
        (text), sizeof(text) - 1                                                               \
    }
static const struct ekc_bytes broken[] = {
    BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), /* a tag without an end */
    BYTES("\x0a"),                                         /* a tag without a value */
    BYTES("\x0a\x05"
          "abcd"),                     /* a string cut short */
    BYTES("\x0a\xff\xff\xff\xff\x0f"), /* 4 GB of a string */
    BYTES("\x52\x02\x12\x05"),         /* an inquiry longer than its Submit */
    BYTES("\x52\x03\x12\x01\x0a"),     /* cut short within an inquiry */
    BYTES("\x0c"),                     /* the end of a group */
    BYTES("GET / HTTP/1.1\r\n\r\n"),
};

START_TEST(what_is_no_message_is_told_as_such)
{
    ck_fails(ekc_wire_read(arena, broken[_i], &envelope), EBADMSG);
    ck_assert_ptr_null(envelope);
}
END_TEST

START_TEST(a_message_cut_short_anywhere_is_read_or_told_as_such)
{
    write_submit();
    for (size_t len = 1; len < buffer.len; len++) {
        ekc_arena_reset(arena);
        int r = ekc_wire_read(arena, (struct ekc_bytes){ buffer.data, len }, &envelope);
        ck_assert_int_eq(r, len == 3 ? 0 : -EBADMSG); /* 3: after request_id */
    }
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Each time in memory of its own, so that a byte read beyond it is seen. */
static int read_flipped(uint32_t *state)
{
    const char *field = "";
    uint8_t *copy = malloc(buffer.len);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, buffer.data, buffer.len);
    for (uint32_t flips = next_random(state) % 4 + 1; flips > 0; flips--)
        copy[next_random(state) % buffer.len] ^= (uint8_t)(1 << next_random(state) % 8);

    ekc_arena_reset(arena);
    int r = ekc_wire_read(arena, (struct ekc_bytes){ copy, buffer.len }, &envelope);
    free(copy);
    if (r < 0)
        return r;
    r = ekc_wire_check_strings(arena, &envelope->base, NULL, &field);
    ck_assert_int_eq(*field != '\0', r < 0);
    return r;
}

START_TEST(flipped_bits_are_read_or_told_and_nothing_else)
{
    uint32_t state = 20211;
    int sound = 0, broken_ones = 0, unreadable = 0;
    write_submit();
    for (int i = 0; i < FLIPS; i++) {
        int r = read_flipped(&state);
        sound += r == 0;
        broken_ones += r == -EBADMSG;
        unreadable += r == -EILSEQ || r == -EINVAL;
    }
    ck_assert_int_eq(sound + broken_ones + unreadable, FLIPS);
    ck_assert_int_gt(sound, FLIPS / 100);
    ck_assert_int_gt(broken_ones, FLIPS / 100);
    ck_assert_int_gt(unreadable, FLIPS / 100);
}
END_TEST

START_TEST(items_written_one_by_one_are_a_batch)
{
    static char long_text[20000];
    memset(long_text, 'x', sizeof long_text - 1);
    char *texts[] = { (char *)"", (char *)"short", long_text };
    ProtobufCMessage *message = NULL;
    for (size_t i = 0; i < EKC_COUNT(texts); i++) {
        Ekc__V1__WorkItem item = EKC__V1__WORK_ITEM__INIT;
        item.text = texts[i];
        ck_ok(ekc_wire_write_item(&buffer, &item.base));
    }

    ck_ok(ekc_wire_unpack(arena, &ekc__v1__work_batch__descriptor, written(), &message));
    const Ekc__V1__WorkBatch *batch = (const Ekc__V1__WorkBatch *)message;
    ck_assert_uint_eq(batch->n_items, EKC_COUNT(texts));
    for (size_t i = 0; i < EKC_COUNT(texts); i++)
        ck_assert_str_eq(batch->items[i]->text, texts[i]);
}
END_TEST

START_TEST(an_empty_message_is_no_bytes)
{
    const Ekc__V1__Envelope empty = EKC__V1__ENVELOPE__INIT;
    ck_ok(ekc_wire_write(&buffer, &empty.base));
    ck_assert_uint_eq(buffer.len, 0);
    ck_ok(ekc_wire_read(arena, written(), &envelope));
    ck_assert_int_eq(envelope->body_case, EKC__V1__ENVELOPE__BODY__NOT_SET);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire");
    TCase *messages = tcase_create("messages");

    tcase_set_timeout(messages, 60);
    tcase_add_checked_fixture(messages, begin, finish);
    tcase_add_test(messages, what_was_written_is_read);
    tcase_add_loop_test(messages, a_message_over_the_limit_is_told_as_such, 0,
                        EKC_COUNT(sizes));
    tcase_add_loop_test(messages, a_bomb_of_empty_elements_is_told_as_such, 0,
                        EKC_COUNT(bombs));
    tcase_add_loop_test(messages, what_is_no_message_is_told_as_such, 0, EKC_COUNT(broken));
    tcase_add_test(messages, a_message_cut_short_anywhere_is_read_or_told_as_such);
    tcase_add_test(messages, flipped_bits_are_read_or_told_and_nothing_else);
    tcase_add_test(messages, items_written_one_by_one_are_a_batch);
    tcase_add_test(messages, an_empty_message_is_no_bytes);
    suite_add_tcase(suite, messages);
    return ekc_check_run(suite);
}
