/* z85.c - see ekc/z85.h. */
#include "ekc/z85.h"

#include <string.h>

enum { KEY_LENGTH = 40 };

bool ekc_is_key(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-:+=^!/*?&<>()[]{}@%$#";
    return strlen(text) == KEY_LENGTH && strspn(text, letters) == KEY_LENGTH;
}
