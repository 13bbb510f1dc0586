/* consult.h - asks a service of the centre one question and waits for the answer. */
#ifndef EKC_CONSULT_H
#define EKC_CONSULT_H

#include "ekc/bus.h"
#include "ekc/wire.h"

/* Sends a question to the addresses of a setting, one after another, until one answers; sends
 * it again when told BUSY. *ret_answer lives in the arena, which is not reset, and is no
 * Refused. What is wrong is logged. -ETIMEDOUT: nobody answers; -EBADMSG: it was refused. */
EKC_MUST_CHECK int consult(ekc_bus *bus, ekc_arena *arena, const char *setting,
                           Ekc__V1__Envelope *question, const Ekc__V1__Envelope **ret_answer);

#endif
