/* settings_form.h - the forms that a setting's value may have; pure. */
#ifndef EKC_COMMON_SETTINGS_FORM_H
#define EKC_COMMON_SETTINGS_FORM_H

#include "ekc/base.h"

enum { ADDRESS_MAX = 264 }; /* a host name of 255 bytes, a port and the NUL */

enum form {
    FORM_TEXT,
    FORM_FLAG,
    FORM_NUMBER,
    FORM_ADDRESS,
    FORM_ADDRESSES,
    FORM_CHOICE,
    FORM_FILE,
    FORM_KEY,
};

struct setting {
    const char *name, *fallback;
    enum form form;
    long min, max;       /* of a number */
    const char *choices; /* of a choice: "ru|en" */
    const char *help;
};

/* Whether a value that is not empty has the setting's form. */
bool form_fits(const struct setting *setting, const char *value);

/* What the value must be, in words that follow "must be". */
void form_wanted(const struct setting *setting, char *text, size_t size);

bool form_is_on(const char *value);

/* Cuts the next address off a comma list, without blanks; false at the end. One that is too
 * long comes out empty. */
bool form_next_address(const char **list, char address[static ADDRESS_MAX]);

#endif
