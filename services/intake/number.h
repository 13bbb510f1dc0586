/* number.h - the number that an applicant is told: the id and a check digit, in groups of four.
 */
#ifndef INTAKE_NUMBER_H
#define INTAKE_NUMBER_H

#include "ekc/base.h"

enum { NUMBER_SIZE = 16 }; /* 12 digits, two dashes and the NUL fit */

/* Prints "1000-0004". -ERANGE when id is not 1 to 99,999,999,999. */
EKC_MUST_CHECK int number_print(int64_t id, char ret_text[static NUMBER_SIZE]);

/* Reads a number with spaces and dashes anywhere. -EINVAL: not 8 to 12 digits, or anything
 * else in it; -EBADMSG: the check digit says that it was mistyped. */
EKC_MUST_CHECK int number_parse(const char *text, int64_t *ret_id);

#endif
