/* validate.c - see validate.h. The first fault is told; the steps go from key to outcome. */
#include "intake/validate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "intake/blank.h"

enum { SHA256_SIZE = 32, LIST_MAX = 20 };

#define EARLIEST_US INT64_C(946684800000000) /* 2000-01-01T00:00Z */
#define AHEAD_US INT64_C(300000000)          /* clocks differ: five minutes are forgiven */
#define KINDS "APPLICANT_KIND_UNKNOWN, APPLICANT_KIND_RESIDENT, APPLICANT_KIND_DEVELOPER"

typedef int step(struct inquiry *inquiry, const struct validate_rules *rules,
                 struct validate_refusal *refusal);

struct text_rule {
    const char *field, *limit;
    size_t offset, max; /* bytes */
};

#define TEXT(record, member, bytes)                                                            \
    {                                                                                          \
        .field = #member, .limit = #bytes, .offset = offsetof(record, member), .max = (bytes)  \
    }

static const struct text_rule inquiry_texts[] = {
    TEXT(struct inquiry, external_id, 64),      TEXT(struct inquiry, subject, 1024),
    TEXT(struct inquiry, text, 65536),          TEXT(struct inquiry, applicant_key, 64),
    TEXT(struct inquiry, contact.name, 256),    TEXT(struct inquiry, contact.phone, 256),
    TEXT(struct inquiry, contact.email, 256),   TEXT(struct inquiry, contact.address, 256),
    TEXT(struct inquiry, identified_by, 64),    TEXT(struct inquiry, address, 512),
    TEXT(struct inquiry, cadastral_number, 64), TEXT(struct inquiry, category, 128),
    TEXT(struct inquiry, correlation_id, 64),   TEXT(struct inquiry, taken_by, 64),
};

static const struct text_rule attachment_texts[] = {
    TEXT(struct attachment, name, 256),
    TEXT(struct attachment, type, 128),
    TEXT(struct attachment, url, 1024),
};

static const struct text_rule reference_texts[] = {
    TEXT(struct reference, system, 64),
    TEXT(struct reference, number, 128),
};

static const struct text_rule outcome_texts[] = {
    TEXT(struct outcome, operator, 64),
};

static int refuse(struct validate_refusal *refusal, enum validate_reason reason,
                  const char *field, const char *limit)
{
    refusal->reason = reason;
    refusal->limit = limit;
    (void)snprintf(refusal->field, sizeof refusal->field, "%s", field);
    return -EINVAL;
}

/* Refuses a field of the record at path, such as "attachments[2]". */
static int refuse_in(struct validate_refusal *refusal, enum validate_reason reason,
                     const char *path, const char *field, const char *limit)
{
    char full[sizeof refusal->field];
    (void)snprintf(full, sizeof full, "%s%s%s", path, *path ? "." : "", field);
    return refuse(refusal, reason, full, limit);
}

static int check_texts(const void *record, const struct text_rule *texts, size_t count,
                       const char *path, struct validate_refusal *refusal)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = *(const char *const *)((const char *)record + texts[i].offset);
        if (strnlen(text, texts[i].max + 1) > texts[i].max)
            return refuse_in(refusal, VALIDATE_TOO_LONG, path, texts[i].field, texts[i].limit);
    }
    return 0;
}

static bool is_blank(const char *text)
{
    for (size_t len = blank_len(text); len > 0; len = blank_len(text))
        text += len;
    return *text == '\0';
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < ' ' && !strchr("\t\n\r", *text)) || *text == '\x7f')
            return true;
    return false;
}

static int check_own_texts(struct inquiry *inquiry, const struct validate_rules *rules,
                           struct validate_refusal *refusal)
{
    (void)rules;
    if (!*inquiry->external_id)
        return refuse(refusal, VALIDATE_MISSING, "external_id", NULL);
    if (is_blank(inquiry->text))
        return refuse(refusal, VALIDATE_MISSING, "text", NULL);
    if (has_control(inquiry->external_id))
        return refuse(refusal, VALIDATE_MALFORMED_VALUE, "external_id",
                      "no control characters");
    return check_texts(inquiry, inquiry_texts, EKC_COUNT(inquiry_texts), "", refusal);
}

static int check_created_at(struct inquiry *inquiry, const struct validate_rules *rules,
                            struct validate_refusal *refusal)
{
    if (inquiry->has_created_at && inquiry->created_at_us > rules->now_us + AHEAD_US)
        return refuse(refusal, VALIDATE_TOO_LATE, "created_at_us", "5 minutes");
    if (inquiry->has_created_at && inquiry->created_at_us < EARLIEST_US)
        return refuse(refusal, VALIDATE_TOO_EARLY, "created_at_us", "2000-01-01");
    if (!inquiry->has_created_at || inquiry->created_at_us > rules->now_us)
        inquiry->created_at_us = rules->now_us;
    return 0;
}

static int check_applicant_kind(struct inquiry *inquiry, const struct validate_rules *rules,
                                struct validate_refusal *refusal)
{
    (void)rules;
    if (inquiry->applicant_kind == 0)
        return refuse(refusal, VALIDATE_MISSING, "applicant_kind", KINDS);
    if (inquiry->applicant_kind < 0 || inquiry->applicant_kind > 3)
        return refuse(refusal, VALIDATE_UNKNOWN_VALUE, "applicant_kind", KINDS);
    return 0;
}

static int check_catalog(struct inquiry *inquiry, const struct validate_rules *rules,
                         struct validate_refusal *refusal)
{
    if (!*inquiry->channel)
        return refuse(refusal, VALIDATE_MISSING, "channel", "Catalog.channels");

    const struct {
        const char *field, *value, *limit;
        bool (*is_known)(void *, const char *);
    } words[] = {
        { "channel", inquiry->channel, "Catalog.channels", rules->is_channel },
        { "reply_channel", inquiry->reply_channel, "Catalog.channels", rules->is_channel },
        { "okrug", inquiry->okrug, "Catalog.okrugs", rules->is_okrug },
    };
    for (size_t i = 0; i < EKC_COUNT(words); i++)
        if (*words[i].value && !words[i].is_known(rules->catalog, words[i].value))
            return refuse(refusal, VALIDATE_UNKNOWN_VALUE, words[i].field, words[i].limit);
    return 0;
}

static int check_attachments(struct inquiry *inquiry, const struct validate_rules *rules,
                             struct validate_refusal *refusal)
{
    (void)rules;
    if (inquiry->attachment_count > LIST_MAX)
        return refuse(refusal, VALIDATE_TOO_MANY, "attachments", "20");

    int r = 0;
    for (size_t i = 0; i < inquiry->attachment_count && r == 0; i++) {
        const struct attachment *attachment = &inquiry->attachments[i];
        char path[48];
        (void)snprintf(path, sizeof path, "attachments[%zu]", i);
        r = check_texts(attachment, attachment_texts, EKC_COUNT(attachment_texts), path,
                        refusal);
        if (r == 0 && attachment->sha256_len != 0 && attachment->sha256_len != SHA256_SIZE)
            r = refuse_in(refusal, VALIDATE_MALFORMED_VALUE, path, "sha256", "32 bytes");
    }
    return r;
}

static int days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

static bool is_date(const char *text)
{
    static const char form[] = "dddd-dd-dd";
    int numbers[3] = { 0 }, *number = numbers;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !is_digit : text[i] != form[i])
            return false;
        if (is_digit)
            *number = *number * 10 + (text[i] - '0');
        else
            number++;
    }
    return text[sizeof form - 1] == '\0' && numbers[0] >= 1 && numbers[1] >= 1 &&
           numbers[1] <= 12 && numbers[2] >= 1 && numbers[2] <= days_in(numbers[0], numbers[1]);
}

static int check_references(struct inquiry *inquiry, const struct validate_rules *rules,
                            struct validate_refusal *refusal)
{
    (void)rules;
    if (inquiry->reference_count > LIST_MAX)
        return refuse(refusal, VALIDATE_TOO_MANY, "references", "20");

    int r = 0;
    for (size_t i = 0; i < inquiry->reference_count && r == 0; i++) {
        const struct reference *reference = &inquiry->references[i];
        char path[48];
        (void)snprintf(path, sizeof path, "references[%zu]", i);
        r = check_texts(reference, reference_texts, EKC_COUNT(reference_texts), path, refusal);
        if (r == 0 && *reference->date && !is_date(reference->date))
            r = refuse_in(refusal, VALIDATE_MALFORMED_VALUE, path, "date", "YYYY-MM-DD");
    }
    return r;
}

/* What became of it came after it, and has already happened. */
static int check_instant(int64_t at_us, const char *field, const struct inquiry *inquiry,
                         const struct validate_rules *rules, struct validate_refusal *refusal)
{
    bool is_in_time = at_us >= inquiry->created_at_us && at_us <= rules->now_us;
    if (at_us == 0 || is_in_time)
        return 0;
    return refuse(refusal, VALIDATE_OUT_OF_RANGE, field, "from created_at_us to now");
}

/* Stands behind check_created_at, whose outcome it uses. */
static int check_outcome(struct inquiry *inquiry, const struct validate_rules *rules,
                         struct validate_refusal *refusal)
{
    const struct outcome *outcome = &inquiry->outcome;
    if (!outcome->has)
        return 0;
    if (!rules->may_import)
        return refuse(refusal, VALIDATE_NOT_ALLOWED, "outcome", NULL);

    int r = check_instant(outcome->answered_at_us, "outcome.answered_at_us", inquiry, rules,
                          refusal);
    if (r == 0)
        r = check_instant(outcome->closed_at_us, "outcome.closed_at_us", inquiry, rules,
                          refusal);
    if (r == 0)
        r = check_texts(outcome, outcome_texts, EKC_COUNT(outcome_texts), "outcome", refusal);
    if (r == 0 && *outcome->topic && !rules->is_topic(rules->catalog, outcome->topic))
        r = refuse(refusal, VALIDATE_UNKNOWN_VALUE, "outcome.topic", "Catalog.topics");
    return r;
}

int validate_inquiry(struct inquiry *inquiry, const struct validate_rules *rules,
                     struct validate_refusal *ret_refusal)
{
    static step *const steps[] = {
        check_own_texts,   check_created_at, check_applicant_kind, check_catalog,
        check_attachments, check_references, check_outcome,
    };
    int r = 0;
    for (size_t i = 0; i < EKC_COUNT(steps) && r == 0; i++)
        r = steps[i](inquiry, rules, ret_refusal);
    return r;
}
