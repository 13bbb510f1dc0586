/* post.h - envelopes over ends: what we send of our own, and who we say we are. */
#ifndef EKC_POST_H
#define EKC_POST_H

#include "ekc/bus.h"
#include "ekc/wire.h"

/* Packs and sends one envelope; errors as ekc_end_send, or -ENOMEM. */
EKC_MUST_CHECK int ekc_post(ekc_end *end, const struct ekc_route *to,
                            const Ekc__V1__Envelope *envelope);

/* The same where a loss costs only time: whoever needs it will ask or be told again. */
void ekc_tell(ekc_end *end, const struct ekc_route *to, const Ekc__V1__Envelope *envelope);

/* What workers say to each other on both kinds of end; who does not hear it asks again. Errors
 * as ekc_post. */
void ekc_say_welcome(ekc_end *end, const struct ekc_route *to, Ekc__V1__Role role);
int ekc_say_bye(ekc_end *end, const struct ekc_route *to);
int ekc_say_pong(ekc_end *end, const struct ekc_route *to, uint64_t progress);

/* Who this process is: "host-pid" for people, a random number for machines. */
const char *ekc_self_id(void);
uint64_t ekc_self_incarnation(void);

#endif
