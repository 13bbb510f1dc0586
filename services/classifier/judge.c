/* judge.c - see judge.h. */
#include "judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/fault.h"

#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name
#define APPLICANT(name) EKC__V1__APPLICANT_KIND__APPLICANT_KIND_##name

static const Ekc__V1__VerdictStatus statuses[] = {
    [CLASSIFY_UNSURE] = STATUS(UNSURE),
    [CLASSIFY_SURE] = STATUS(SURE),
};

static const Ekc__V1__ApplicantKind applicants[] = {
    [CLASSIFY_UNKNOWN] = APPLICANT(UNKNOWN),
    [CLASSIFY_RESIDENT] = APPLICANT(RESIDENT),
    [CLASSIFY_DEVELOPER] = APPLICANT(DEVELOPER),
};

void judge_done(struct judge *judge)
{
    ekc_buffer_done(&judge->text);
}

static int append(struct ekc_buffer *buffer, const char *text)
{
    return ekc_buffer_append(buffer, (struct ekc_bytes){ text, strlen(text) });
}

/* Subject and text speak alike. */
static int join(struct ekc_buffer *buffer, const char *subject, const char *text)
{
    int r = append(buffer, subject);
    r = r < 0 ? r : append(buffer, "\n");
    return r < 0 ? r : append(buffer, text);
}

static int consider(struct judge *judge, const struct model *model,
                    const Ekc__V1__WorkItem *item, struct classify_verdict *ret_verdict)
{
    if (!*item->subject) {
        classify_text(model->heart, item->text, strlen(item->text), ret_verdict);
        return 0;
    }

    judge->text.len = 0;
    int r = join(&judge->text, item->subject, item->text);
    if (r < 0)
        return r;
    classify_text(model->heart, (const char *)judge->text.data, judge->text.len, ret_verdict);
    return 0;
}

static Ekc__V1__ApplicantKind who_asks(const Ekc__V1__WorkItem *item,
                                       const struct classify_verdict *verdict)
{
    bool is_given = item->applicant_kind == APPLICANT(RESIDENT) ||
                    item->applicant_kind == APPLICANT(DEVELOPER);
    return is_given ? item->applicant_kind : applicants[verdict->applicant];
}

/* What was appended to the batch's text since at. */
static struct batch_span since(const struct batch *batch, size_t at)
{
    return (struct batch_span){ (uint32_t)at, (uint32_t)(batch->text.len - at) };
}

static int keep_text(struct batch *batch, const char *text, struct batch_span *ret_span)
{
    size_t at = batch->text.len;
    int r = append(&batch->text, text);
    *ret_span = since(batch, at);
    return r;
}

static int keep_ranking(struct batch *batch, const struct model *model,
                        const struct classify_verdict *verdict, struct batch_span *ret_span)
{
    size_t at = batch->text.len;
    for (size_t i = 0; i < verdict->alternative_count; i++) {
        const struct classify_alternative *alternative = &verdict->alternatives[i];
        char share[32];
        (void)snprintf(share, sizeof share, "=%.3f", alternative->share);
        int r = i > 0 ? append(&batch->text, " ") : 0;
        r = r < 0 ? r : append(&batch->text, model->topics[alternative->topic].id);
        r = r < 0 ? r : append(&batch->text, share);
        if (r < 0)
            return r;
    }
    *ret_span = since(batch, at);
    return 0;
}

static int keep_event(struct batch *batch, const Ekc__V1__Event *event,
                      struct batch_span *ret_span)
{
    size_t at = batch->text.len;
    int r = ekc_wire_write_item(&batch->text, &event->base);
    *ret_span = since(batch, at);
    return r;
}

static int tell(struct batch *batch, const Ekc__V1__WorkItem *item, const char *topic,
                const char *area, struct batch_row *row)
{
    Ekc__V1__Dimensions after = EKC__V1__DIMENSIONS__INIT;
    after.channel = item->channel;
    after.applicant_kind = row->applicant_kind;
    after.okrug = item->okrug;
    after.regime = item->regime;
    after.verdict_status = row->status;
    after.area = (char *)area;
    after.topic = (char *)topic;

    Ekc__V1__Event event = EKC__V1__EVENT__INIT;
    event.portal = item->portal;
    event.inquiry = item->inquiry;
    event.n = (uint32_t)batch->n + 1; /* the first event says that it was received */
    event.kind = EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED;
    event.at_us = row->at_us;
    event.created_at_us = item->created_at_us;
    event.after = &after;
    event.before = (Ekc__V1__Dimensions *)batch->before;
    return keep_event(batch, &event, &row->event);
}

static int keep(struct batch *batch, const struct model *model, const Ekc__V1__WorkItem *item,
                const struct classify_verdict *verdict, struct batch_row *row)
{
    bool has_topic = verdict->status == CLASSIFY_SURE && verdict->alternative_count > 0;
    static const struct model_topic none = { (char *)"", (char *)"" };
    const struct model_topic *topic =
        has_topic ? &model->topics[verdict->alternatives[0].topic] : &none;

    int r = keep_text(batch, topic->id, &row->topic);
    r = r < 0 ? r : keep_ranking(batch, model, verdict, &row->ranking);
    r = r < 0 ? r : tell(batch, item, topic->id, topic->area, row);
    return r < 0 ? r : batch_add_row(batch, row);
}

int judge_item(struct judge *judge, const struct model *model, const Ekc__V1__WorkItem *item,
               int64_t at_us, struct batch *batch)
{
    struct classify_verdict verdict;
    EKC_FAULT("before_judge");
    EKC_FAULT_POISON(item->text);
    int r = consider(judge, model, item, &verdict);
    if (r < 0)
        return r;

    struct batch_row row = {
        .portal = item->portal,
        .inquiry = item->inquiry,
        .at_us = at_us,
        .status = statuses[verdict.status],
        .applicant_kind = who_asks(item, &verdict),
        .confidence = (float)verdict.confidence,
    };
    return keep(batch, model, item, &verdict, &row);
}

int judge_unread(const Ekc__V1__WorkItem *item, int64_t at_us, struct batch *batch)
{
    struct batch_row row = {
        .portal = item->portal,
        .inquiry = item->inquiry,
        .at_us = at_us,
        .status = STATUS(DEAD),
        .applicant_kind = item->applicant_kind,
    };
    int r = tell(batch, item, "", "", &row);
    return r < 0 ? r : batch_add_row(batch, &row);
}

int judge_dead(ekc_arena *arena, struct batch *batch, struct batch_row *row)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(arena);
    int r = ekc_wire_unpack(arena, &ekc__v1__event_batch__descriptor,
                            batch_bytes(batch, row->event), &message);
    if (r < 0)
        return r;

    Ekc__V1__Event *event = ((Ekc__V1__EventBatch *)message)->events[0];
    event->after->verdict_status = row->status = STATUS(DEAD);
    event->after->topic = event->after->area = (char *)"";
    row->topic = row->ranking = (struct batch_span){ 0 };
    row->confidence = 0;
    return keep_event(batch, event, &row->event);
}
