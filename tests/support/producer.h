/* producer.h - a bare end where consumers come, that says exactly what a test tells it to. */
#ifndef EKC_PRODUCER_H
#define EKC_PRODUCER_H

#include <errno.h>

#include "ekc/loop.h"
#include "ekc/post.h"
#include "support/ekc_check.h"

enum { PRODUCER_TURNS = 2000, PRODUCER_TURN_MS = 10 };

struct producer {
    ekc_loop *loop; /* the consumer's */
    ekc_arena *arena;
    ekc_end *end;
    struct ekc_letter letter;    /* the last that has come, */
    Ekc__V1__Envelope *envelope; /* and what was in it */
};

static inline void producer_open(struct producer *self, ekc_loop *loop, ekc_bus *bus,
                                 const char *address)
{
    *self = (struct producer){ .loop = loop };
    ck_ok(ekc_arena_new(&self->arena, 64 * 1024));
    ck_ok_when_free(ekc_end_bind(bus, address, &self->end), ekc_loop_turn(loop, 10));
}

static inline void producer_close(struct producer *self)
{
    ekc_end_close(&self->end);
    ekc_arena_free(&self->arena);
}

/* What has come next, or BODY__NOT_SET when nothing has. */
static inline Ekc__V1__Envelope__BodyCase producer_poll(struct producer *self)
{
    struct ekc_letter letter;
    if (ekc_end_receive(self->end, &letter) <= 0)
        return EKC__V1__ENVELOPE__BODY__NOT_SET;
    self->letter = letter;
    ekc_arena_reset(self->arena);
    ck_ok(ekc_wire_read(self->arena, self->letter.payload, &self->envelope));
    return self->envelope->body_case;
}

/* Turns until something has come. */
static inline Ekc__V1__Envelope__BodyCase producer_next(struct producer *self)
{
    for (int i = 0; i < PRODUCER_TURNS; i++) {
        Ekc__V1__Envelope__BodyCase what = producer_poll(self);
        if (what != EKC__V1__ENVELOPE__BODY__NOT_SET)
            return what;
        ck_ok(ekc_loop_turn(self->loop, PRODUCER_TURN_MS));
    }
    ck_abort_msg("the producer waited in vain");
}

/* Passes over what comes before it. */
static inline void producer_await(struct producer *self, Ekc__V1__Envelope__BodyCase what)
{
    while (producer_next(self) != what)
        continue;
}

static inline void producer_greeted(struct producer *self)
{
    ck_assert_int_eq(producer_next(self), EKC__V1__ENVELOPE__BODY_HELLO);
}

static inline void producer_say(struct producer *self, const Ekc__V1__Envelope *envelope)
{
    ck_ok(ekc_post(self->end, &self->letter.route, envelope));
}

static inline void producer_welcome(struct producer *self, Ekc__V1__Role role)
{
    Ekc__V1__Welcome welcome = EKC__V1__WELCOME__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    welcome.role = role;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WELCOME;
    envelope.welcome = &welcome;
    producer_say(self, &envelope);
}

static inline void producer_credit(struct producer *self, uint32_t number)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    credit.credit = number;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_CREDIT;
    envelope.credit = &credit;
    producer_say(self, &envelope);
}

static inline void producer_pong(struct producer *self)
{
    Ekc__V1__Pong pong = EKC__V1__PONG__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_PONG;
    envelope.pong = &pong;
    producer_say(self, &envelope);
}

static inline void producer_bye(struct producer *self)
{
    Ekc__V1__Bye bye = EKC__V1__BYE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_BYE;
    envelope.bye = &bye;
    producer_say(self, &envelope);
}

#endif
