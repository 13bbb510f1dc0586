/* check_wire_strings.c - a string that C or PostgreSQL cannot hold is found, and named. */
#include <errno.h>

#include "ekc/wire.h"
#include "support/ekc_check.h"

enum { ARENA_SIZE = 64 * 1024, STEPS_MAX = 4 };

static ekc_arena *arena;
static struct ekc_buffer buffer;

static void begin(void)
{
    ck_ok(ekc_arena_new(&arena, ARENA_SIZE));
    buffer = (struct ekc_buffer){ 0 };
}

static void finish(void)
{
    ekc_arena_free(&arena);
    ekc_buffer_done(&buffer);
}

#define TEXT(text)                                                                             \
    {                                                                                          \
        (text), sizeof(text) - 1                                                               \
    }

/* Every kind of sequence of RFC 3629, and of what it forbids. */
static const struct {
    struct ekc_bytes text;
    int want;
} texts[] = {
    { TEXT(""), 0 },
    { TEXT("plain"), 0 },
    { TEXT("\x01\x7f"), 0 },
    { TEXT("Обращение №1"), 0 },
    { TEXT("\xc2\x80\xdf\xbf"), 0 }, /* two bytes: first, last */
    { TEXT("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"), 0 }, /* three */
    { TEXT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 0 },                 /* four */
    { TEXT("\0"), -EINVAL },
    { TEXT("before\0after"), -EINVAL },
    { TEXT("at the end\0"), -EINVAL },
    { TEXT("\0\xff"), -EINVAL },
    { TEXT("\xc0\x80"), -EILSEQ }, /* overlong */
    { TEXT("\xc1\xbf"), -EILSEQ },
    { TEXT("\xe0\x80\x80"), -EILSEQ },
    { TEXT("\xe0\x9f\xbf"), -EILSEQ },
    { TEXT("\xf0\x80\x80\x80"), -EILSEQ },
    { TEXT("\xf0\x8f\xbf\xbf"), -EILSEQ },
    { TEXT("\xed\xa0\x80"), -EILSEQ }, /* surrogates */
    { TEXT("\xed\xaf\xbf"), -EILSEQ },
    { TEXT("\xed\xb0\x80"), -EILSEQ },
    { TEXT("\xed\xbf\xbf"), -EILSEQ },
    { TEXT("\xed\xa0\xbd\xed\xb8\x80"), -EILSEQ },
    { TEXT("\xf4\x90\x80\x80"), -EILSEQ }, /* over U+10FFFF */
    { TEXT("\xf5\x80\x80\x80"), -EILSEQ },
    { TEXT("\xf8\x88\x80\x80\x80"), -EILSEQ },
    { TEXT("\xfc\x84\x80\x80\x80\x80"), -EILSEQ },
    { TEXT("\xfe"), -EILSEQ },
    { TEXT("\xff"), -EILSEQ },
    { TEXT("a\xd0"), -EILSEQ }, /* truncated by the end */
    { TEXT("a\xe2\x84"), -EILSEQ },
    { TEXT("a\xf0\x9f\x98"), -EILSEQ },
    { TEXT("\xd0 a"), -EILSEQ }, /* truncated by another character */
    { TEXT("\xe2\x84 a"), -EILSEQ },
    { TEXT("\xf0\x9f\x98 a"), -EILSEQ },
    { TEXT("\xd0\xd0\xb0"), -EILSEQ },
    { TEXT("\x80"), -EILSEQ }, /* continues nothing */
    { TEXT("\xbf"), -EILSEQ },
    { TEXT("\xd0\xb0\xb0"), -EILSEQ },
    { TEXT("\xcf\xf0\xe8\xe2\xe5\xf2"), -EILSEQ }, /* windows-1251 */
    { TEXT("long and good, but for one byte at its very end \xd0"), -EILSEQ },
};

static void append(const void *data, size_t len)
{
    ck_ok(ekc_buffer_append(&buffer, (struct ekc_bytes){ data, len }));
}

/* One step from a message into a field of it: an element after so many empty ones. */
struct step {
    uint8_t field, index;
};

/* Writes text as the field that the steps lead to, the innermost first. */
static void write_nested(const struct step *steps, struct ekc_bytes text)
{
    struct ekc_buffer rest = { 0 };
    size_t depth = 0;
    while (depth < STEPS_MAX && steps[depth].field)
        depth++;

    buffer.len = 0;
    append(text.data, text.len);
    while (depth-- > 0) {
        rest.len = 0;
        ck_ok(ekc_buffer_append(&rest, (struct ekc_bytes){ buffer.data, buffer.len }));
        const uint8_t tag = (uint8_t)(steps[depth].field << 3 | 2);
        const uint8_t empty[] = { tag, 0 }, head[] = { tag, (uint8_t)rest.len };
        buffer.len = 0;
        for (uint8_t i = 0; i < steps[depth].index; i++)
            append(empty, sizeof empty);
        append(head, sizeof head);
        append(rest.data, rest.len);
    }
    ekc_buffer_done(&rest);
}

static int check(const ProtobufCMessageDescriptor *type, const char *skip,
                 const char **ret_path)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(arena);
    ck_ok(
        ekc_wire_unpack(arena, type, (struct ekc_bytes){ buffer.data, buffer.len }, &message));
    return ekc_wire_check_strings(arena, message, skip, ret_path);
}

static const struct step name_of_the_fourth[STEPS_MAX] = { { 2, 3 }, { 8, 0 }, { 1, 0 } };

START_TEST(each_unsound_text_is_found_and_its_path_told)
{
    const char *path = "none";
    write_nested(name_of_the_fourth, texts[_i].text);
    ck_assert_int_eq(check(&ekc__v1__submit__descriptor, NULL, &path), texts[_i].want);
    ck_assert_str_eq(path, texts[_i].want ? "inquiries[3].contact.name" : "none");
}
END_TEST

START_TEST(the_sound_ones_alone_are_utf8)
{
    struct ekc_bytes text = texts[_i].text;
    char *copy = malloc(text.len + 1); /* so that a byte read beyond it is seen */
    memcpy(copy, text.data, text.len + 1);
    char *exact = realloc(copy, text.len ? text.len : 1);
    bool is_sound = texts[_i].want == 0;
    if (texts[_i].want != -EINVAL)
        ck_assert_int_eq(ekc_is_utf8(exact, text.len), is_sound);
    free(exact);
}
END_TEST

START_TEST(a_nul_is_utf8)
{
    ck_assert(ekc_is_utf8("a\0b", 3));
}
END_TEST

static const struct {
    const ProtobufCMessageDescriptor *type;
    struct step steps[STEPS_MAX];
    const char *skip, *path; /* NULL path = not found */
} paths[] = {
    { &ekc__v1__submit__descriptor, { { 1, 0 } }, NULL, "portal" },
    { &ekc__v1__submit__descriptor, { { 2, 0 }, { 5, 0 } }, NULL, "inquiries[0].text" },
    { &ekc__v1__submit__descriptor,
      { { 2, 12 }, { 1, 0 } },
      NULL,
      "inquiries[12].external_id" },
    { &ekc__v1__inquiry__descriptor, { { 8, 0 }, { 4, 0 } }, NULL, "contact.address" },
    { &ekc__v1__submit__descriptor,
      { { 2, 1 }, { 8, 0 }, { 3, 0 } },
      NULL,
      "inquiries[1].contact.email" },
    { &ekc__v1__envelope__descriptor,
      { { 10, 0 }, { 2, 1 }, { 14, 0 } },
      NULL,
      "submit.inquiries[1].category" },
    { &ekc__v1__query__descriptor, { { 6, 2 }, { 2, 1 } }, NULL, "filters[2].values[1]" },
    { &ekc__v1__figures__descriptor, { { 1, 0 }, { 4, 7 } }, NULL, "figures[0].keys[7]" },
    { &ekc__v1__show__descriptor, { { 1, 0 } }, NULL, "number" },
    { &ekc__v1__show__descriptor, { { 2, 0 } }, NULL, "external_id" },
    { &ekc__v1__show__descriptor, { { 3, 0 } }, NULL, "portal" },
    { &ekc__v1__submit__descriptor, { { 2, 3 }, { 5, 0 } }, "inquiries", NULL },
    { &ekc__v1__submit__descriptor, { { 1, 0 } }, "inquiries", "portal" },
    { &ekc__v1__submit__descriptor, { { 2, 3 }, { 5, 0 } }, "text", "inquiries[3].text" },
    { &ekc__v1__submit__descriptor, { { 1, 0 } }, "portal", "portal" },
    { &ekc__v1__figures__descriptor, { { 1, 0 }, { 4, 7 } }, "keys", NULL },
    { &ekc__v1__attachment__descriptor, { { 4, 0 } }, NULL, NULL }, /* bytes may be any */
};

START_TEST(a_path_names_each_field_and_element_on_the_way)
{
    const char *path = NULL;
    write_nested(paths[_i].steps, (struct ekc_bytes){ "\xff", 1 });
    int r = check(paths[_i].type, paths[_i].skip, &path);
    ck_assert_int_eq(r, paths[_i].path ? -EILSEQ : 0);
    if (paths[_i].path)
        ck_assert_str_eq(path, paths[_i].path);
    else
        ck_assert_ptr_null(path);
}
END_TEST

START_TEST(the_first_unsound_text_is_the_one_told)
{
    const char *path = NULL;
    static const char show[] = "\x1a\x01\xff\x0a\x03"
                               "a\0b"; /* portal, then number, on the wire */
    append(show, sizeof show - 1);
    ck_fails(check(&ekc__v1__show__descriptor, NULL, &path), EINVAL);
    ck_assert_str_eq(path, "number");
}
END_TEST

START_TEST(of_alternatives_the_last_one_counts)
{
    const char *path = NULL;
    append("\x0a\x01\xff\x12\x01x", 6); /* number, then external_id instead */
    ck_ok(check(&ekc__v1__show__descriptor, NULL, &path));
    ck_assert_ptr_null(path);
}
END_TEST

START_TEST(without_memory_for_the_path_the_field_is_told)
{
    const char *path = NULL;
    ProtobufCMessage *message = NULL;
    write_nested(name_of_the_fourth, (struct ekc_bytes){ "\xff", 1 });
    ck_ok(ekc_wire_unpack(arena, &ekc__v1__submit__descriptor,
                          (struct ekc_bytes){ buffer.data, buffer.len }, &message));
    while (ekc_arena_take(arena, 1))
        continue;
    ck_fails(ekc_wire_check_strings(arena, message, NULL, &path), EILSEQ);
    ck_assert_str_eq(path, "name");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire strings");
    TCase *strings = tcase_create("strings");

    tcase_add_checked_fixture(strings, begin, finish);
    tcase_add_loop_test(strings, each_unsound_text_is_found_and_its_path_told, 0,
                        EKC_COUNT(texts));
    tcase_add_loop_test(strings, the_sound_ones_alone_are_utf8, 0, EKC_COUNT(texts));
    tcase_add_test(strings, a_nul_is_utf8);
    tcase_add_loop_test(strings, a_path_names_each_field_and_element_on_the_way, 0,
                        EKC_COUNT(paths));
    tcase_add_test(strings, the_first_unsound_text_is_the_one_told);
    tcase_add_test(strings, of_alternatives_the_last_one_counts);
    tcase_add_test(strings, without_memory_for_the_path_the_field_is_told);
    suite_add_tcase(suite, strings);
    return ekc_check_run(suite);
}
