/* listener.h - a bare end that listens to a feed, and says exactly what a test tells it to. */
#ifndef EKC_LISTENER_H
#define EKC_LISTENER_H

#include <errno.h>

#include "ekc/loop.h"
#include "ekc/post.h"
#include "support/ekc_check.h"

enum { LISTENER_TURNS = 1000, LISTENER_TURN_MS = 10 };

struct listener {
    ekc_loop *loop; /* the feed's */
    ekc_arena *arena;
    ekc_end *end;
    uint64_t incarnation;  /* as whom it says Hello; each is another unless a test says so */
    int welcomes, batches; /* heard so far */
    int byes, pongs;
    uint64_t progress;   /* of the last Pong */
    int64_t first, last; /* seq of the batches */
};

static inline void listener_open(struct listener *self, ekc_loop *loop, ekc_bus *bus,
                                 const char *address)
{
    static uint64_t incarnations;
    *self = (struct listener){ .loop = loop, .incarnation = ++incarnations };
    ck_ok(ekc_arena_new(&self->arena, 1 << 20));
    ck_ok(ekc_end_connect(bus, address, &self->end));
}

static inline void listener_close(struct listener *self)
{
    ekc_end_close(&self->end);
    ekc_arena_free(&self->arena);
}

/* Batches come in order and whole. */
static inline void listener_note_batch(struct listener *self, const Ekc__V1__Envelope *envelope)
{
    ck_assert_int_eq(envelope->body_case, EKC__V1__ENVELOPE__BODY_EVENTS);
    ck_assert_int_eq(envelope->events->lane, 3);
    ck_assert_uint_eq(envelope->events->count, 2);
    ck_assert_mem_eq(envelope->events->batch.data, "batch", 5);
    if (self->batches++ == 0)
        self->first = envelope->events->seq;
    else
        ck_assert_int_eq(envelope->events->seq, self->last + 1);
    self->last = envelope->events->seq;
}

static inline void listener_note(struct listener *self, const Ekc__V1__Envelope *envelope)
{
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_WELCOME:
        ck_assert_int_eq(envelope->welcome->role, EKC__V1__ROLE__ROLE_INTAKE);
        self->welcomes++;
        return;
    case EKC__V1__ENVELOPE__BODY_PONG:
        self->progress = envelope->pong->progress;
        self->pongs++;
        return;
    case EKC__V1__ENVELOPE__BODY_BYE:
        self->byes++;
        return;
    default: /* anything else is wrong */
        listener_note_batch(self, envelope);
    }
}

/* One turn of the feed, and what has come by then. */
static inline void listener_turn(struct listener *self, long timeout_ms)
{
    struct ekc_letter letter;
    Ekc__V1__Envelope *envelope = NULL;
    ck_ok(ekc_loop_turn(self->loop, timeout_ms));
    while (ekc_end_receive(self->end, &letter) > 0) {
        ekc_arena_reset(self->arena);
        ck_ok(ekc_wire_read(self->arena, letter.payload, &envelope));
        listener_note(self, envelope);
    }
}

/* Turns until it has heard so many welcomes and batches; it must not have heard more. */
static inline void listener_hears(struct listener *self, int welcomes, int batches)
{
    int turns = LISTENER_TURNS;
    while (turns-- > 0 && (self->welcomes < welcomes || self->batches < batches))
        listener_turn(self, LISTENER_TURN_MS);
    ck_assert_int_eq(self->welcomes, welcomes);
    ck_assert_int_eq(self->batches, batches);
}

/* Turns until a number, which is the listener's own, has come to a value. */
static inline void listener_await(struct listener *self, const int *number, int value)
{
    for (int i = 0; i < LISTENER_TURNS && *number < value; i++)
        listener_turn(self, LISTENER_TURN_MS);
    ck_assert_int_eq(*number, value);
}

/* Says it as soon as it is let in. */
static inline void listener_say(struct listener *self, struct ekc_bytes words)
{
    int r = -EAGAIN;
    for (int i = 0; i < LISTENER_TURNS && r == -EAGAIN; i++) {
        r = ekc_end_send(self->end, NULL, words);
        ck_ok(ekc_loop_turn(self->loop, r == -EAGAIN ? LISTENER_TURN_MS : 0));
    }
    ck_ok(r);
}

static inline void listener_send(struct listener *self, const Ekc__V1__Envelope *envelope)
{
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer buffer = { 0 };
    ck_ok(ekc_wire_write(&buffer, &envelope->base));
    listener_say(self, (struct ekc_bytes){ buffer.data, buffer.len });
}

/* As one who may hold so many batches, and of them so many bytes; 0 = any. */
static inline void listener_hello_of(struct listener *self, uint32_t credit, uint32_t bytes)
{
    Ekc__V1__Hello hello = EKC__V1__HELLO__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    hello.incarnation = self->incarnation;
    hello.credit = credit;
    hello.credit_bytes = bytes;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_HELLO;
    envelope.hello = &hello;
    listener_send(self, &envelope);
}

static inline void listener_hello(struct listener *self, uint32_t credit)
{
    listener_hello_of(self, credit, 0);
}

static inline void listener_ping(struct listener *self, uint64_t progress)
{
    Ekc__V1__Ping ping = EKC__V1__PING__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    ping.progress = progress;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_PING;
    envelope.ping = &ping;
    listener_send(self, &envelope);
}

static inline void listener_credit(struct listener *self, uint32_t number)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    credit.credit = number;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_CREDIT;
    envelope.credit = &credit;
    listener_send(self, &envelope);
}

static inline void listener_bye(struct listener *self)
{
    Ekc__V1__Bye bye = EKC__V1__BYE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_BYE;
    envelope.bye = &bye;
    listener_send(self, &envelope);
}

#endif
