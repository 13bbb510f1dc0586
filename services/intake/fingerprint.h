/* fingerprint.h - tells whether two inquiries say the same. */
#ifndef INTAKE_FINGERPRINT_H
#define INTAKE_FINGERPRINT_H

#include "intake/inquiry.h"

enum { FINGERPRINT_SALT = 16, FINGERPRINT_SIZE = 32 };

/* The digest of what the applicant said and who the applicant is: subject, text, channel,
 * applicant fields and contact. Stored digests are compared with it: it never changes. */
void fingerprint_of(const struct inquiry *inquiry, const uint8_t salt[static FINGERPRINT_SALT],
                    uint8_t ret_digest[static FINGERPRINT_SIZE]);

#endif
