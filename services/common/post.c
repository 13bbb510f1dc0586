/* post.c - see ekc/post.h. */
#include "ekc/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

int ekc_post(ekc_end *end, const struct ekc_route *to, const Ekc__V1__Envelope *envelope)
{
    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer buffer = { 0 };
    int r = ekc_wire_write(&buffer, &envelope->base);
    return r < 0 ? r : ekc_end_send(end, to, (struct ekc_bytes){ buffer.data, buffer.len });
}

void ekc_tell(ekc_end *end, const struct ekc_route *to, const Ekc__V1__Envelope *envelope)
{
    int r = ekc_post(end, to, envelope);
    (void)r;
}

void ekc_say_welcome(ekc_end *end, const struct ekc_route *to, Ekc__V1__Role role)
{
    Ekc__V1__Welcome welcome = EKC__V1__WELCOME__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    welcome.role = role;
    welcome.worker_id = (char *)ekc_self_id();
    welcome.incarnation = ekc_self_incarnation();
    welcome.version = EKC_VERSION;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_WELCOME;
    envelope.welcome = &welcome;
    ekc_tell(end, to, &envelope);
}

int ekc_say_bye(ekc_end *end, const struct ekc_route *to)
{
    Ekc__V1__Bye bye = EKC__V1__BYE__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_BYE;
    envelope.bye = &bye;
    return ekc_post(end, to, &envelope);
}

int ekc_say_pong(ekc_end *end, const struct ekc_route *to, uint64_t progress)
{
    Ekc__V1__Pong pong = EKC__V1__PONG__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    pong.progress = progress;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_PONG;
    envelope.pong = &pong;
    return ekc_post(end, to, &envelope);
}

const char *ekc_self_id(void)
{
    static char id[80];
    if (!*id) {
        char host[65] = "";
        (void)gethostname(host, sizeof host - 1);
        (void)snprintf(id, sizeof id, "%.52s-%ld", host, (long)getpid());
    }
    return id;
}

uint64_t ekc_self_incarnation(void)
{
    static uint64_t incarnation;
    while (incarnation == 0)
        if (getrandom(&incarnation, sizeof incarnation, 0) != (ssize_t)sizeof incarnation)
            incarnation = 0;
    return incarnation;
}
