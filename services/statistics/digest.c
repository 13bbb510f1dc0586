/* digest.c - see digest.h. */
#include "digest.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/words.h"
#include "period.h"

static int add(struct tally *tally, const Ekc__V1__Event *event,
               const Ekc__V1__Dimensions *dimensions, int64_t delta)
{
    char portal[12];
    (void)snprintf(portal, sizeof portal, "%d", event->portal);
    const struct tally_fact fact = {
        .measure = event->kind == EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED ? MEASURE_JUDGED
                                                                         : MEASURE_RECEIVED,
        .day = period_day(event->created_at_us),
        .values = { [DIMENSION_NONE] = "",
                    [DIMENSION_AREA] = dimensions->area,
                    [DIMENSION_TOPIC] = dimensions->topic,
                    [DIMENSION_APPLICANT_KIND] = ekc_kind_word(dimensions->applicant_kind),
                    [DIMENSION_CHANNEL] = dimensions->channel,
                    [DIMENSION_PORTAL] = portal,
                    [DIMENSION_OKRUG] = dimensions->okrug,
                    [DIMENSION_VERDICT_STATUS] = ekc_status_word(dimensions->verdict_status) },
    };
    return tally_add(tally, &fact, delta);
}

/* A judgement that was changed leaves the counters it was in. Kinds of event that are not known
 * here change no counter. */
static int add_event(struct tally *tally, const Ekc__V1__Event *event)
{
    bool is_judged = event->kind == EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED;
    if (!is_judged && event->kind != EKC__V1__EVENT_KIND__EVENT_KIND_RECEIVED)
        return 0;

    int r = is_judged && event->before ? add(tally, event, event->before, -1) : 0;
    if (r < 0 || !event->after)
        return r;
    return add(tally, event, event->after, 1);
}

int digest_batch(ekc_arena *arena, struct ekc_bytes bytes, struct tally *tally,
                 struct digest *ret_digest)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(arena);
    int r = ekc_wire_unpack(arena, &ekc__v1__event_batch__descriptor, bytes, &message);
    if (r < 0)
        return r;

    const Ekc__V1__EventBatch *batch = (const Ekc__V1__EventBatch *)message;
    struct digest digest = { .events = (int64_t)batch->n_events };
    for (size_t i = 0; i < batch->n_events; i++) {
        if (add_event(tally, batch->events[i]) < 0)
            return -ENOMEM;
        if (batch->events[i]->at_us > digest.newest_us)
            digest.newest_us = batch->events[i]->at_us;
    }
    *ret_digest = digest;
    return 0;
}
