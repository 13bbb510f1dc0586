/* inquiry.h - an inquiry as a portal sent it, in plain C.
 *
 * It borrows everything: whoever fills it keeps the memory. Strings are never NULL; "" is an
 * absent value. Lengths and meanings are those of portal.proto. */
#ifndef INTAKE_INQUIRY_H
#define INTAKE_INQUIRY_H

#include "ekc/base.h"

struct contact {
    const char *name, *phone, *email, *address;
};

struct attachment {
    const char *name, *type, *url;
    size_t sha256_len; /* bytes; the digest itself is only stored */
    uint64_t size;     /* bytes */
};

/* How another system knows the same matter. */
struct reference {
    const char *system, *number, *date;
};

/* What became of it before we knew it; imported history only. */
struct outcome {
    bool has;
    int64_t answered_at_us, closed_at_us; /* 0 = not yet */
    const char *operator, * topic;
};

struct inquiry {
    const char *external_id, *channel, *subject, *text;
    int applicant_kind; /* the number of an ApplicantKind */
    const char *applicant_key;
    struct contact contact;
    const char *reply_channel, *identified_by, *okrug, *address, *cadastral_number, *category;
    const char *correlation_id, *taken_by;
    int64_t created_at_us; /* UTC, since 1970 */
    bool has_created_at;
    const struct attachment *attachments;
    size_t attachment_count;
    const struct reference *references;
    size_t reference_count;
    struct outcome outcome; /* its strings may be NULL unless it has one */
};

#endif
