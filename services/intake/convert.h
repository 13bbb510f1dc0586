/* convert.h - an inquiry of the wire as the hearts of intake see it. */
#ifndef INTAKE_CONVERT_H
#define INTAKE_CONVERT_H

#include "ekc/wire.h"
#include "intake/inquiry.h"

/* Strings are lent by the message, lists live in the arena. -ENOMEM: it is used up. */
EKC_MUST_CHECK int convert_inquiry(ekc_arena *arena, const Ekc__V1__Inquiry *from,
                                   struct inquiry *ret_inquiry);

/* What is stored as it came, packed into the arena; no bytes when there is nothing. */
EKC_MUST_CHECK int convert_extras(ekc_arena *arena, const Ekc__V1__Inquiry *from,
                                  struct ekc_bytes *ret_extras);

#endif
