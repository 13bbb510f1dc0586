/* check_validate.c - what an inquiry must be, and how a fault is told. */
#include <stdio.h>

#include "unit/intake/validate_fixture.h"

#define KINDS "APPLICANT_KIND_UNKNOWN, APPLICANT_KIND_RESIDENT, APPLICANT_KIND_DEVELOPER"

static char long_text[65538];

static const char *letters(size_t len)
{
    memset(long_text, 'x', len);
    long_text[len] = '\0';
    return long_text;
}

START_TEST(a_full_inquiry_is_acceptable)
{
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

START_TEST(a_bare_inquiry_is_acceptable)
{
    inquiry.reply_channel = inquiry.okrug = "";
    inquiry.attachment_count = inquiry.reference_count = 0;
    inquiry.outcome = (struct outcome){ 0 };
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

static const struct {
    const char *field;
    const char **value;
    size_t max;
} texts[] = {
    { "external_id", &inquiry.external_id, 64 }, { "subject", &inquiry.subject, 1024 },
    { "text", &inquiry.text, 65536 }, { "applicant_key", &inquiry.applicant_key, 64 },
    { "contact.name", &inquiry.contact.name, 256 },
    { "contact.phone", &inquiry.contact.phone, 256 },
    { "contact.email", &inquiry.contact.email, 256 },
    { "contact.address", &inquiry.contact.address, 256 },
    { "identified_by", &inquiry.identified_by, 64 }, { "address", &inquiry.address, 512 },
    { "cadastral_number", &inquiry.cadastral_number, 64 },
    { "category", &inquiry.category, 128 }, { "correlation_id", &inquiry.correlation_id, 64 },
    { "taken_by", &inquiry.taken_by, 64 }, { "attachments[2].name", &attachments[2].name, 256 },
    { "attachments[0].type", &attachments[0].type, 128 },
    { "attachments[19].url", &attachments[19].url, 1024 },
    { "references[1].system", &references[1].system, 64 },
    { "references[19].number", &references[19].number, 128 },
    {
        "outcome.operator",
        &inquiry.outcome.operator,
        64 },
    };

START_TEST(a_text_may_be_as_long_as_its_limit)
{
    *texts[_i].value = letters(texts[_i].max);
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

START_TEST(a_text_that_is_one_byte_longer_is_refused_with_its_limit)
{
    char limit[16];
    (void)snprintf(limit, sizeof limit, "%zu", texts[_i].max);
    *texts[_i].value = letters(texts[_i].max + 1);
    check_refused(VALIDATE_TOO_LONG, texts[_i].field, limit);
}
END_TEST

static const struct {
    const char *field;
    const char **place;
    const char *value;
    enum validate_reason reason;
    const char *limit;
} faults[] = {
    { "external_id", &inquiry.external_id, "", VALIDATE_MISSING, NULL },
    { "external_id", &inquiry.external_id, "a\a", VALIDATE_MALFORMED_VALUE,
      "no control characters" },
    { "external_id", &inquiry.external_id, "\x7f", VALIDATE_MALFORMED_VALUE,
      "no control characters" },
    { "text", &inquiry.text, "", VALIDATE_MISSING, NULL },
    { "text", &inquiry.text, " \t\r\n\u00a0\u2003\u3000\ufeff", VALIDATE_MISSING, NULL },
    { "channel", &inquiry.channel, "", VALIDATE_MISSING, "Catalog.channels" },
    { "channel", &inquiry.channel, "pigeon", VALIDATE_UNKNOWN_VALUE, "Catalog.channels" },
    { "reply_channel", &inquiry.reply_channel, "Letter", VALIDATE_UNKNOWN_VALUE,
      "Catalog.channels" },
    { "okrug", &inquiry.okrug, "xxx", VALIDATE_UNKNOWN_VALUE, "Catalog.okrugs" },
    { "outcome.topic", &inquiry.outcome.topic, "xxx", VALIDATE_UNKNOWN_VALUE,
      "Catalog.topics" },
};

START_TEST(a_fault_is_told_with_field_and_reason)
{
    *faults[_i].place = faults[_i].value;
    check_refused(faults[_i].reason, faults[_i].field, faults[_i].limit);
}
END_TEST

static const char *const harmless_keys[] = { "a\tb", "a\nb", "a\rb", "ключ 1", "0" };

START_TEST(a_key_may_hold_white_space_and_any_letters)
{
    inquiry.external_id = harmless_keys[_i];
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

START_TEST(control_characters_of_other_fields_are_kept)
{
    inquiry.text = "a\vb\a";
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
    ck_assert_str_eq(inquiry.text, "a\vb\a");
}
END_TEST

static const struct {
    bool has;
    int64_t given_us, want_us;
} moments[] = {
    { false, 0, NOW },      { true, YEAR_2000, YEAR_2000 },    { true, NOW, NOW },
    { true, NOW + 1, NOW }, { true, NOW + 300 * SECOND, NOW },
};

START_TEST(an_absent_or_slightly_early_clock_is_set_to_now)
{
    inquiry.has_created_at = moments[_i].has;
    inquiry.created_at_us = moments[_i].given_us;
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
    ck_assert_int_eq(inquiry.created_at_us, moments[_i].want_us);
}
END_TEST

static const struct {
    int64_t given_us;
    enum validate_reason reason;
    const char *limit;
} impossible[] = {
    { NOW + 300 * SECOND + 1, VALIDATE_TOO_LATE, "5 minutes" },
    { INT64_MAX, VALIDATE_TOO_LATE, "5 minutes" },
    { YEAR_2000 - 1, VALIDATE_TOO_EARLY, "2000-01-01" },
    { 0, VALIDATE_TOO_EARLY, "2000-01-01" },
    { INT64_MIN, VALIDATE_TOO_EARLY, "2000-01-01" },
};

START_TEST(a_moment_that_cannot_be_is_refused)
{
    inquiry.created_at_us = impossible[_i].given_us;
    check_refused(impossible[_i].reason, "created_at_us", impossible[_i].limit);
    ck_assert_int_eq(inquiry.created_at_us, impossible[_i].given_us);
}
END_TEST

static const struct {
    int kind;
    bool is_known;
    enum validate_reason reason;
} kinds[] = {
    { 0, false, VALIDATE_MISSING },
    { 1, true, 0 },
    { 2, true, 0 },
    { 3, true, 0 },
    { 4, false, VALIDATE_UNKNOWN_VALUE },
    { -1, false, VALIDATE_UNKNOWN_VALUE },
};

START_TEST(an_applicant_kind_is_due_and_one_of_three)
{
    inquiry.applicant_kind = kinds[_i].kind;
    if (kinds[_i].is_known)
        ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
    else
        check_refused(kinds[_i].reason, "applicant_kind", KINDS);
}
END_TEST

#define LOOP(tests, test, table) tcase_add_loop_test(tests, test, 0, EKC_COUNT(table))

int main(void)
{
    Suite *suite = suite_create("validate");
    TCase *own = tcase_create("own fields");
    tcase_add_checked_fixture(own, begin, NULL);
    tcase_add_test(own, a_full_inquiry_is_acceptable);
    tcase_add_test(own, a_bare_inquiry_is_acceptable);
    LOOP(own, a_text_may_be_as_long_as_its_limit, texts);
    LOOP(own, a_text_that_is_one_byte_longer_is_refused_with_its_limit, texts);
    LOOP(own, a_fault_is_told_with_field_and_reason, faults);
    LOOP(own, a_key_may_hold_white_space_and_any_letters, harmless_keys);
    tcase_add_test(own, control_characters_of_other_fields_are_kept);
    LOOP(own, an_absent_or_slightly_early_clock_is_set_to_now, moments);
    LOOP(own, a_moment_that_cannot_be_is_refused, impossible);
    LOOP(own, an_applicant_kind_is_due_and_one_of_three, kinds);
    suite_add_tcase(suite, own);
    return ekc_check_run(suite);
}
