/* ask.h - the answering side of a question: a letter's envelope read and checked the same way
 * at every endpoint, and refusals with their words in both languages. */
#ifndef EKC_ASK_H
#define EKC_ASK_H

#include "ekc/bus.h"
#include "ekc/wire.h"

enum { EKC_REQUEST_ID_MAX = 64 };

/* Reads a letter into the arena (which the caller resets): one payload frame, within the
 * limits, an envelope with a request_id and a body, sound strings (but in elements of the
 * repeated field skip, which its endpoint checks one by one; NULL = all). 0, or -EBADMSG and
 * the reason in *ret_refusal. *ret_envelope is never NULL; of a refused one only request_id may
 * be used: "" if unreadable. */
EKC_MUST_CHECK int ekc_ask_read(ekc_arena *arena, const struct ekc_letter *letter,
                                const char *skip, Ekc__V1__Envelope **ret_envelope,
                                const Ekc__V1__Refusal **ret_refusal);

/* A refusal with its texts, all copied into the arena; field and limit may be NULL. When the
 * arena is used up, one that says TOO_COMPLEX. Never NULL, never to be freed. */
const Ekc__V1__Refusal *ekc_refusal(ekc_arena *arena, Ekc__V1__RefusalCode code,
                                    const char *field, const char *limit);

/* Answers Refused; retry_after_ms is for BUSY and DRAINING, else 0.
 * Errors as ekc_post. */
EKC_MUST_CHECK int ekc_ask_refuse(ekc_end *end, const struct ekc_route *to,
                                  const char *request_id, const Ekc__V1__Refusal *refusal,
                                  uint32_t retry_after_ms);

#endif
