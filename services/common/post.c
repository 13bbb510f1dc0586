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
