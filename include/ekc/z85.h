/* z85.h - how keys look as text. */
#ifndef EKC_Z85_H
#define EKC_Z85_H

#include "ekc/base.h"

/* Whether text could be a key, public or secret: 40 letters of Z85. */
bool ekc_is_key(const char *text);

#endif
