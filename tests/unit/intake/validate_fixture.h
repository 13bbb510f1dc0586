/* validate_fixture.h - an inquiry that uses every field and is acceptable, and its rules. */
#ifndef VALIDATE_FIXTURE_H
#define VALIDATE_FIXTURE_H

#include "intake/validate.h"

#include <errno.h>

#include "support/ekc_check.h"

#define SECOND INT64_C(1000000)
#define NOW INT64_C(1750000000000000)
#define YEAR_2000 INT64_C(946684800000000)

static inline bool is_channel(void *catalog, const char *id)
{
    (void)catalog;
    return strcmp(id, "telephone") == 0 || strcmp(id, "letter") == 0;
}

static inline bool is_okrug(void *catalog, const char *id)
{
    (void)catalog;
    return strcmp(id, "svao") == 0;
}

static inline bool is_topic(void *catalog, const char *id)
{
    (void)catalog;
    return strcmp(id, "renovation.terms") == 0;
}

static struct inquiry inquiry;
static struct attachment attachments[21];
static struct reference references[21];
static struct validate_rules rules;
static struct validate_refusal refusal;

static inline void begin(void)
{
    rules = (struct validate_rules){ is_channel, is_okrug, is_topic, NULL, NOW, true };
    for (size_t i = 0; i < EKC_COUNT(attachments); i++)
        attachments[i] = (struct attachment){ "plan.pdf", "application/pdf", "", 32, 1 };
    for (size_t i = 0; i < EKC_COUNT(references); i++)
        references[i] = (struct reference){ "МосЭДО", "12", "2024-02-29" };
    inquiry = (struct inquiry){
        .external_id = "A-1",
        .channel = "telephone",
        .subject = "",
        .text = "Когда переезд?",
        .applicant_kind = 2,
        .applicant_key = "",
        .contact = { "", "", "", "" },
        .reply_channel = "letter",
        .identified_by = "",
        .okrug = "svao",
        .address = "",
        .cadastral_number = "",
        .category = "",
        .correlation_id = "",
        .taken_by = "",
        .attachments = attachments,
        .attachment_count = 20,
        .references = references,
        .reference_count = 20,
        .outcome = { true, NOW, NOW, "op-7", "renovation.terms" },
        .created_at_us = NOW - SECOND,
        .has_created_at = true,
    };
}

static inline void check_refused(enum validate_reason reason, const char *field,
                                 const char *limit)
{
    ck_fails(validate_inquiry(&inquiry, &rules, &refusal), EINVAL);
    ck_assert_str_eq(refusal.field, field);
    ck_assert_int_eq(refusal.reason, reason);
    ck_assert_pstr_eq(refusal.limit, limit);
}

#endif
