/* check_validate_parts.c - what attachments, references and outcomes of an inquiry must be. */
#include "unit/intake/validate_fixture.h"

START_TEST(more_than_twenty_attachments_are_too_many)
{
    inquiry.attachment_count = 21;
    check_refused(VALIDATE_TOO_MANY, "attachments", "20");
}
END_TEST

START_TEST(more_than_twenty_references_are_too_many)
{
    inquiry.reference_count = 21;
    check_refused(VALIDATE_TOO_MANY, "references", "20");
}
END_TEST

static const size_t digest_lengths[] = { 1, 31, 33, 64 };

START_TEST(a_digest_has_32_bytes_or_none)
{
    attachments[7].sha256_len = 0;
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
    attachments[7].sha256_len = digest_lengths[_i];
    check_refused(VALIDATE_MALFORMED_VALUE, "attachments[7].sha256", "32 bytes");
}
END_TEST

static const char *const dates[] = { "", "2024-02-29", "2000-02-29", "2023-12-31",
                                     "0001-01-01" };

START_TEST(a_real_date_is_acceptable)
{
    references[3].date = dates[_i];
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

static const char *const no_dates[] = {
    "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-01",  "2023-04-31",
    "2023-01-00", "2023-1-01",  "01.02.2023", "2023-01-01 ", "2023-01-0",
    "2023",       "20230101",   "0000-01-01", "2023-01-0x",  "2023/01/01",
};

START_TEST(a_date_that_no_calendar_has_is_refused)
{
    references[3].date = no_dates[_i];
    check_refused(VALIDATE_MALFORMED_VALUE, "references[3].date", "YYYY-MM-DD");
}
END_TEST

START_TEST(an_outcome_is_for_those_who_may_import)
{
    rules.may_import = false;
    check_refused(VALIDATE_NOT_ALLOWED, "outcome", NULL);
    inquiry.outcome.has = false;
    ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
}
END_TEST

static const struct {
    const char *field;
    int64_t *place;
} instants[] = {
    { "outcome.answered_at_us", &inquiry.outcome.answered_at_us },
    { "outcome.closed_at_us", &inquiry.outcome.closed_at_us },
};

START_TEST(an_outcome_lies_between_its_inquiry_and_now)
{
    static const int64_t refused[] = { NOW + 1, NOW - SECOND - 1, -1, INT64_MAX };
    static const int64_t taken[] = { 0, NOW - SECOND, NOW };
    for (size_t i = 0; i < EKC_COUNT(taken); i++) {
        *instants[_i].place = taken[i];
        ck_ok(validate_inquiry(&inquiry, &rules, &refusal));
    }
    for (size_t i = 0; i < EKC_COUNT(refused); i++) {
        *instants[_i].place = refused[i];
        check_refused(VALIDATE_OUT_OF_RANGE, instants[_i].field, "from created_at_us to now");
    }
}
END_TEST

#define LOOP(tests, test, table) tcase_add_loop_test(tests, test, 0, EKC_COUNT(table))

int main(void)
{
    Suite *suite = suite_create("validate parts");
    TCase *tests = tcase_create("parts");
    tcase_add_checked_fixture(tests, begin, NULL);
    tcase_add_test(tests, more_than_twenty_attachments_are_too_many);
    tcase_add_test(tests, more_than_twenty_references_are_too_many);
    LOOP(tests, a_digest_has_32_bytes_or_none, digest_lengths);
    LOOP(tests, a_real_date_is_acceptable, dates);
    LOOP(tests, a_date_that_no_calendar_has_is_refused, no_dates);
    tcase_add_test(tests, an_outcome_is_for_those_who_may_import);
    LOOP(tests, an_outcome_lies_between_its_inquiry_and_now, instants);
    suite_add_tcase(suite, tests);
    return ekc_check_run(suite);
}
