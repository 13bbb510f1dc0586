/* check_ask.c - every letter is either a question or a refusal that says why. */
#include <errno.h>
#include <stdio.h>

#include "ekc/ask.h"
#include "support/ekc_check.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name
#define ID64 "0123456789012345678901234567890123456789012345678901234567890123"

enum { ARENA_SIZE = 256 * 1024 };

static ekc_arena *arena;
static Ekc__V1__Envelope *envelope;
static const Ekc__V1__Refusal *refusal;

static void open_arena(void)
{
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
}

static void close_arena(void)
{
    ekc_arena_free(&arena);
}

static int read_bytes(const void *data, size_t len, unsigned frames)
{
    const struct ekc_letter letter = { .payload = { data, len }, .payload_frames = frames };
    ekc_arena_reset(arena);
    return ekc_ask_read(arena, &letter, NULL, &envelope, &refusal);
}

/* Field 1 is request_id, field 14 GetCatalog, field 20 Query with `from` in its field 2; 99 is
 * of a later version. */
#define GET_CATALOG "\x72\x00"
static const struct {
    const char *bytes;
    size_t len;
    unsigned frames;
    Ekc__V1__RefusalCode code; /* 0 = it is read */
    const char *field, *request_id;
} letters[] = {
    { "\x0a\x01q" GET_CATALOG, 5, 1, 0, "", "q" },
    { "\x0a\x40" ID64 GET_CATALOG, 68, 1, 0, "", ID64 },
    { "\x0a\x01q" GET_CATALOG, 5, 2, CODE(SEVERAL_FRAMES), "", "" },
    { "\x0a\x01q" GET_CATALOG, 5, 0, CODE(SEVERAL_FRAMES), "", "" },
    { "\xff\xff\xff", 3, 1, CODE(MALFORMED), "", "" },
    { "", 0, 1, CODE(EMPTY_ENVELOPE), "", "" },
    { GET_CATALOG, 2, 1, CODE(MISSING), "request_id", "" },
    { "\x0a\x41" ID64 "4" GET_CATALOG, 69, 1, CODE(TOO_LONG), "request_id", "" },
    { "\x0a\x01\xff" GET_CATALOG, 5, 1, CODE(NOT_UTF8), "request_id", "" },
    { "\x0a\x03q\0r" GET_CATALOG, 7, 1, CODE(HAS_NUL), "request_id", "" },
    { "\x0a\x01q\xa2\x01\x03\x12\x01\xff", 9, 1, CODE(NOT_UTF8), "from", "q" },
    { "\x0a\x01q", 3, 1, CODE(EMPTY_ENVELOPE), "", "q" },
    { "\x0a\x01q\x9a\x06\x00", 6, 1, CODE(UNKNOWN_MESSAGE), "", "q" },
};

START_TEST(a_letter_is_read_or_refused_with_its_reason)
{
    int r = read_bytes(letters[_i].bytes, letters[_i].len, letters[_i].frames);
    ck_assert_str_eq(envelope->request_id, letters[_i].request_id);
    ck_assert_int_eq(r, letters[_i].code ? -EBADMSG : 0);
    if (!letters[_i].code)
        return;
    ck_assert_int_eq(refusal->code, letters[_i].code);
    ck_assert_str_eq(refusal->field, letters[_i].field);
}
END_TEST

START_TEST(a_message_over_the_limit_is_refused_with_the_limit)
{
    static char big[EKC_WIRE_MESSAGE_MAX + 1];
    ck_fails(read_bytes(big, sizeof big, 1), EBADMSG);
    ck_assert_int_eq(refusal->code, CODE(MESSAGE_TOO_LARGE));
    ck_assert_str_eq(refusal->limit, "262144");
}
END_TEST

START_TEST(each_code_has_its_own_words_in_both_languages)
{
    const ProtobufCEnumValue *value = &ekc__v1__refusal_code__descriptor.values[_i];
    const Ekc__V1__Refusal *unknown = ekc_refusal(arena, CODE(UNSPECIFIED), NULL, NULL);
    const Ekc__V1__Refusal *known =
        ekc_refusal(arena, (Ekc__V1__RefusalCode)value->value, NULL, NULL);
    ck_assert_str_ne(known->text_ru, unknown->text_ru);
    ck_assert_str_ne(known->text_en, unknown->text_en);
}
END_TEST

START_TEST(a_refusal_names_field_and_limit)
{
    const Ekc__V1__Refusal *made =
        ekc_refusal(arena, CODE(TOO_LONG), "inquiries[3].text", "65536");
    ck_assert_str_eq(made->text_en,
                     "inquiries[3].text: the value is too long (limit in bytes: 65536)");
    ck_assert_str_eq(made->text_ru,
                     "inquiries[3].text: значение слишком длинное (предел, байт: 65536)");
}
END_TEST

START_TEST(a_used_up_arena_still_gives_a_refusal)
{
    while (ekc_arena_take(arena, 16))
        ;
    ck_assert_int_eq(ekc_refusal(arena, CODE(MISSING), "text", NULL)->code, CODE(TOO_COMPLEX));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ask");
    TCase *tests = tcase_create("ask");
    tcase_add_checked_fixture(tests, open_arena, close_arena);
    tcase_add_loop_test(tests, a_letter_is_read_or_refused_with_its_reason, 0,
                        EKC_COUNT(letters));
    tcase_add_test(tests, a_message_over_the_limit_is_refused_with_the_limit);
    tcase_add_loop_test(tests, each_code_has_its_own_words_in_both_languages, 1,
                        (int)ekc__v1__refusal_code__descriptor.n_values);
    tcase_add_test(tests, a_refusal_names_field_and_limit);
    tcase_add_test(tests, a_used_up_arena_still_gives_a_refusal);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
