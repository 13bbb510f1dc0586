/* submit.h - a Submit: who asks, for whom, and its inquiries put into the open batch. */
#ifndef INTAKE_SUBMIT_H
#define INTAKE_SUBMIT_H

#include "intake/intake.h"

/* One letter while it is being handled. */
struct asked {
    struct intake *intake;
    const struct ekc_letter *letter;
    ekc_arena *arena;
    const Ekc__V1__Envelope *envelope;
    const struct portal *caller; /* NULL in plaintext: anybody on this host */
};

/* Refuses the letter as a whole; field and limit may be NULL. */
void asked_refuse(const struct asked *asked, Ekc__V1__RefusalCode code, const char *field,
                  const char *limit);

/* An administrator, and in plaintext anybody on this host, may ask for any portal. */
bool asked_may_name_any(const struct asked *asked);

/* The portal that a request is for; NULL after a refusal. */
const struct portal *asked_portal(const struct asked *asked, const char *name);

/* True when the request stays in the batch, and its bytes with it; else it has been answered.
 */
bool submit_take(const struct asked *asked, bool is_full);

#endif
