/* check_fingerprint.c - what makes two inquiries the same. */
#include "intake/fingerprint.h"

#include "support/ekc_check.h"

static const uint8_t salt[FINGERPRINT_SALT] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15 };

static struct inquiry example(void)
{
    return (struct inquiry){
        .external_id = "A-1",
        .channel = "telephone",
        .subject = "Реновация",
        .text = "Когда снесут наш дом?",
        .applicant_kind = 2,
        .applicant_key = "key-1",
        .contact = { "Иванов И. И.", "+7 495 000-00-00", "ivanov@example.org", "ул. Мира, 1" },
        .reply_channel = "email",
        .identified_by = "",
        .okrug = "СВАО",
        .address = "ул. Мира, 1",
        .cadastral_number = "",
        .category = "дом",
        .correlation_id = "c-1",
        .taken_by = "op-7",
        .created_at_us = 1,
    };
}

/* True when both say the same. */
static bool are_same(const struct inquiry *a, const struct inquiry *b)
{
    uint8_t of_a[FINGERPRINT_SIZE], of_b[FINGERPRINT_SIZE];
    fingerprint_of(a, salt, of_a);
    fingerprint_of(b, salt, of_b);
    return memcmp(of_a, of_b, sizeof of_a) == 0;
}

/* Computed by another program: SHA-256 over salt, 01, and the fields in their form. */
START_TEST(the_form_of_the_digest_never_changes)
{
    static const uint8_t want[FINGERPRINT_SIZE] = { 0xc8, 0x97, 0xed, 0xcb, 0x9c, 0x05, 0xbf,
                                                    0x3f, 0x2c, 0x66, 0x0e, 0x72, 0x44, 0x96,
                                                    0x68, 0x24, 0x84, 0xc2, 0x15, 0xd7, 0x34,
                                                    0xd1, 0xa4, 0xe1, 0x8f, 0x53, 0xbe, 0x8f,
                                                    0x96, 0x85, 0x5f, 0x64 };
    uint8_t digest[FINGERPRINT_SIZE];
    struct inquiry inquiry = example();
    fingerprint_of(&inquiry, salt, digest);
    ck_assert_mem_eq(digest, want, sizeof want);
}
END_TEST

#define FIELD(member) offsetof(struct inquiry, member)

static const size_t said[] = {
    FIELD(subject),      FIELD(text),          FIELD(channel),       FIELD(applicant_key),
    FIELD(contact.name), FIELD(contact.phone), FIELD(contact.email), FIELD(contact.address),
};

static const size_t beside[] = {
    FIELD(external_id), FIELD(reply_channel),  FIELD(identified_by),
    FIELD(okrug),       FIELD(address),        FIELD(cadastral_number),
    FIELD(category),    FIELD(correlation_id), FIELD(taken_by),
};

static const char **text_at(struct inquiry *inquiry, size_t offset)
{
    return (const char **)(void *)((char *)inquiry + offset);
}

START_TEST(another_word_of_the_applicant_is_another_inquiry)
{
    struct inquiry one = example(), other = example();
    *text_at(&other, said[_i]) = "another";
    ck_assert(!are_same(&one, &other));
    *text_at(&other, said[_i]) = "";
    ck_assert(!are_same(&one, &other));
}
END_TEST

START_TEST(what_a_portal_adds_does_not_make_another_inquiry)
{
    struct inquiry one = example(), other = example();
    *text_at(&other, beside[_i]) = "another";
    ck_assert(are_same(&one, &other));
}
END_TEST

START_TEST(another_applicant_kind_is_another_inquiry)
{
    struct inquiry one = example(), other = example();
    other.applicant_kind = 3;
    ck_assert(!are_same(&one, &other));
}
END_TEST

START_TEST(the_moment_and_the_lists_do_not_make_another_inquiry)
{
    struct inquiry one = example(), other = example();
    other.created_at_us = 99;
    other.has_created_at = true;
    other.attachments = &(struct attachment){ "a", "b", "c", 0, 1 };
    other.attachment_count = 1;
    other.references = &(struct reference){ "a", "b", "" };
    other.reference_count = 1;
    other.outcome = (struct outcome){ .has = true, .operator= "o", .topic = "t" };
    ck_assert(are_same(&one, &other));
}
END_TEST

START_TEST(a_letter_that_moves_over_a_border_is_seen)
{
    struct inquiry one = example(), other = example();
    one.subject = "домик";
    one.text = "цел";
    other.subject = "доми";
    other.text = "кцел";
    ck_assert(!are_same(&one, &other));
}
END_TEST

START_TEST(another_salt_makes_another_digest)
{
    uint8_t digest[FINGERPRINT_SIZE], salted[FINGERPRINT_SIZE];
    struct inquiry inquiry = example();
    fingerprint_of(&inquiry, salt, digest);
    fingerprint_of(&inquiry, (const uint8_t[FINGERPRINT_SALT]){ 1 }, salted);
    ck_assert_mem_ne(digest, salted, sizeof digest);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fingerprint");
    TCase *same = tcase_create("same");

    tcase_add_test(same, the_form_of_the_digest_never_changes);
    tcase_add_loop_test(same, another_word_of_the_applicant_is_another_inquiry, 0,
                        EKC_COUNT(said));
    tcase_add_loop_test(same, what_a_portal_adds_does_not_make_another_inquiry, 0,
                        EKC_COUNT(beside));
    tcase_add_test(same, another_applicant_kind_is_another_inquiry);
    tcase_add_test(same, the_moment_and_the_lists_do_not_make_another_inquiry);
    tcase_add_test(same, a_letter_that_moves_over_a_border_is_seen);
    tcase_add_test(same, another_salt_makes_another_digest);
    suite_add_tcase(suite, same);
    return ekc_check_run(suite);
}
