/* events.c - see events.h. */
#include "intake/events.h"

#include "intake/store.h"

/* Generated structs take char * for what is only read. */
static char *text(const char *value)
{
    return (char *)value;
}

int events_write_received(struct ekc_buffer *buffer, const struct item *item)
{
    Ekc__V1__Dimensions after = EKC__V1__DIMENSIONS__INIT;
    after.channel = text(item->inquiry.channel);
    after.applicant_kind = (Ekc__V1__ApplicantKind)item->inquiry.applicant_kind;
    after.okrug = text(item->inquiry.okrug);
    after.regime = text(store_regime(item->inquiry.channel));

    Ekc__V1__Event event = EKC__V1__EVENT__INIT;
    event.portal = item->portal;
    event.inquiry = item->id;
    event.n = 1;
    event.kind = EKC__V1__EVENT_KIND__EVENT_KIND_RECEIVED;
    event.at_us = item->received_at_us;
    event.created_at_us = item->inquiry.created_at_us;
    event.after = &after;
    return ekc_wire_write_item(buffer, &event.base);
}

int events_write_work(struct ekc_buffer *buffer, const struct item *item)
{
    Ekc__V1__WorkItem work = EKC__V1__WORK_ITEM__INIT;
    work.portal = item->portal;
    work.inquiry = item->id;
    work.created_at_us = item->inquiry.created_at_us;
    work.channel = text(item->inquiry.channel);
    work.applicant_kind = (Ekc__V1__ApplicantKind)item->inquiry.applicant_kind;
    work.okrug = text(item->inquiry.okrug);
    work.regime = text(store_regime(item->inquiry.channel));
    work.subject = text(item->inquiry.subject);
    work.text = text(item->inquiry.text);
    return ekc_wire_write_item(buffer, &work.base);
}
