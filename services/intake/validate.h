/* validate.h - what makes an inquiry acceptable, and which field is wrong. */
#ifndef INTAKE_VALIDATE_H
#define INTAKE_VALIDATE_H

#include "intake/inquiry.h"

enum validate_reason {
    VALIDATE_MISSING,
    VALIDATE_TOO_LONG,
    VALIDATE_TOO_MANY,
    VALIDATE_UNKNOWN_VALUE,
    VALIDATE_TOO_EARLY,
    VALIDATE_TOO_LATE,
    VALIDATE_MALFORMED_VALUE, /* not written as this field is written */
    VALIDATE_NOT_ALLOWED,     /* not for this caller */
    VALIDATE_OUT_OF_RANGE,
};

/* What an inquiry is measured against: the clock and the catalog, as they are now. */
struct validate_rules {
    bool (*is_channel)(void *catalog, const char *id);
    bool (*is_okrug)(void *catalog, const char *id);
    bool (*is_topic)(void *catalog, const char *id);
    void *catalog;
    int64_t now_us;
    bool may_import; /* the caller may tell outcomes */
};

struct validate_refusal {
    enum validate_reason reason;
    char field[64]; /* its path in the inquiry: "text", "attachments[2].url" */
    const char
        *limit; /* static: what was passed, or what is allowed; NULL when neither says more */
};

/* 0, or -EINVAL with the first fault in *ret_refusal. An absent created_at_us, or one that is
 * less than five minutes ahead, is set to now. */
EKC_MUST_CHECK int validate_inquiry(struct inquiry *inquiry, const struct validate_rules *rules,
                                    struct validate_refusal *ret_refusal);

#endif
