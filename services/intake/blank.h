/* blank.h - white space as people type and paste it, in UTF-8. */
#ifndef INTAKE_BLANK_H
#define INTAKE_BLANK_H

#include <string.h>

#include "ekc/base.h"

/* The bytes of the white space that text begins with, one character of it; 0 = none. */
static inline size_t blank_len(const char *text)
{
    static const char *const blanks[] = {
        " ",      "\t",     "\n",     "\r",     "\v",     "\f",     "\u00a0",
        "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u200b", "\u2028",
        "\u2029", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff",
    };
    for (size_t i = 0; i < EKC_COUNT(blanks); i++) {
        size_t len = strlen(blanks[i]);
        if (strncmp(text, blanks[i], len) == 0)
            return len;
    }
    return 0;
}

#endif
