/* events.h - batches of events for the tests of statistics. */
#ifndef EVENTS_H
#define EVENTS_H

#include "ekc/wire.h"
#include "support/ekc_check.h"

/* 2022-01-05 12:00 in Moscow, and the length of a day. */
#define EVENTS_NOON_US 1641373200000000LL
#define EVENTS_DAY_US 86400000000LL

/* Appends one event: received when topic is NULL, judged else; before is the topic that a new
 * judgement replaces, or NULL. */
static inline void events_add(struct ekc_buffer *batch, int64_t inquiry, int64_t at_us,
                              const char *before, const char *topic)
{
    Ekc__V1__Dimensions after = EKC__V1__DIMENSIONS__INIT, old = EKC__V1__DIMENSIONS__INIT;
    after.channel = (char *)"form";
    after.okrug = (char *)"SAO";
    after.applicant_kind = EKC__V1__APPLICANT_KIND__APPLICANT_KIND_RESIDENT;
    old = after;
    if (topic) {
        after.verdict_status = old.verdict_status =
            EKC__V1__VERDICT_STATUS__VERDICT_STATUS_SURE;
        after.area = old.area = (char *)"land";
        after.topic = (char *)topic;
        old.topic = (char *)(before ? before : "");
    }
    Ekc__V1__Event event = EKC__V1__EVENT__INIT;
    event.portal = 1;
    event.inquiry = inquiry;
    event.n = 1;
    event.kind = topic ? EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED
                       : EKC__V1__EVENT_KIND__EVENT_KIND_RECEIVED;
    event.at_us = at_us;
    event.created_at_us = at_us;
    event.after = &after;
    event.before = before ? &old : NULL;
    ck_ok(ekc_wire_write_item(batch, &event.base));
}

static inline struct ekc_bytes events_bytes(const struct ekc_buffer *batch)
{
    return (struct ekc_bytes){ batch->data, batch->len };
}

#endif
