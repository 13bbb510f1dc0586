/* answer.c - what a portal hears of its Submit, one result for each inquiry. */
#include <stdio.h>
#include <string.h>

#include "ekc/ask.h"
#include "ekc/fault.h"
#include "ekc/post.h"
#include "intake/intake.h"
#include "intake/number.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

static void identify(Ekc__V1__SubmitResult *result, const struct item *item, ekc_arena *arena)
{
    char *number = ekc_arena_take(arena, NUMBER_SIZE);
    result->id = (uint64_t)item->id;
    if (number && number_print(item->id, number) == 0)
        result->number = number;
}

static const Ekc__V1__Refusal *refusal_of(const struct item *item, size_t index,
                                          ekc_arena *arena)
{
    char field[64];
    if (item->refusal)
        return item->refusal;
    (void)snprintf(field, sizeof field, "inquiries[%zu].external_id", index);
    return ekc_refusal(arena, CODE(KEY_REUSED), field, NULL);
}

static void settle(struct intake *intake, const struct item *item,
                   Ekc__V1__SubmitResult *result)
{
    struct counters *counters = &intake->counters;
    switch (item->state) {
    case ITEM_STORED:
        result->answer = EKC__V1__ANSWER__ANSWER_DURABLE;
        identify(result, item, intake->scratch);
        counters->durable++;
        return;
    case ITEM_DUPLICATE:
        result->answer = EKC__V1__ANSWER__ANSWER_DUPLICATE;
        identify(result, item, intake->scratch);
        counters->duplicate++;
        return;
    case ITEM_REUSED:
        result->answer = EKC__V1__ANSWER__ANSWER_KEY_REUSED;
        result->refusal = (Ekc__V1__Refusal *)refusal_of(item, result->index, intake->scratch);
        counters->reused++;
        return;
    case ITEM_REFUSED:
        result->answer = EKC__V1__ANSWER__ANSWER_INVALID;
        result->refusal = (Ekc__V1__Refusal *)refusal_of(item, result->index, intake->scratch);
        counters->invalid++;
        return;
    case ITEM_PENDING:
    case ITEM_KNOWN:
        result->answer = intake->is_draining ? EKC__V1__ANSWER__ANSWER_DRAINING
                                             : EKC__V1__ANSWER__ANSWER_BUSY;
        result->retry_after_ms = mood_retry_after_ms(&intake->mood);
        *(intake->is_draining ? &counters->draining : &counters->busy) += 1;
        return;
    }
}

static void send(struct intake *intake, const struct ekc_route *to, const char *request_id,
                 Ekc__V1__SubmitResult **results, size_t count)
{
    Ekc__V1__Submitted submitted = EKC__V1__SUBMITTED__INIT;
    submitted.results = results;
    submitted.n_results = count;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.request_id = (char *)request_id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_SUBMITTED;
    envelope.submitted = &submitted;
    ekc_tell(intake->portals_end, to, &envelope); /* unheard, the portal asks again */
}

/* A list of count results, numbered, in the scratch arena; NULL without memory. */
static Ekc__V1__SubmitResult **make_results(ekc_arena *arena, size_t count)
{
    ekc_arena_reset(arena);
    Ekc__V1__SubmitResult **list = ekc_arena_take(arena, count * sizeof *list);
    Ekc__V1__SubmitResult *results = ekc_arena_take(arena, count * sizeof *results);
    for (size_t i = 0; list && results && i < count; i++) {
        list[i] = &results[i];
        ekc__v1__submit_result__init(&results[i]);
        results[i].index = (uint32_t)i;
    }
    return results ? list : NULL;
}

/* The scratch arena holds nothing else at this time. */
void answer_request(struct intake *intake, struct batch *batch, const struct request *request)
{
    Ekc__V1__SubmitResult **results = make_results(intake->scratch, request->count);
    if (!results)
        return;
    for (size_t i = 0; i < request->count; i++) {
        const struct item *item = &batch->items[request->first + i];
        results[i]->external_id = (char *)item->inquiry.external_id;
        settle(intake, item, results[i]);
    }
    send(intake, &request->route, request->id, results, request->count);
}

void answer_turned_away(struct intake *intake, const struct ekc_route *to,
                        const char *request_id, const Ekc__V1__Submit *submit)
{
    static const struct item waiting = { .state = ITEM_PENDING };
    Ekc__V1__SubmitResult **results = make_results(intake->scratch, submit->n_inquiries);
    if (!results)
        return;
    for (size_t i = 0; i < submit->n_inquiries; i++) {
        char *external_id = submit->inquiries[i]->external_id;
        bool can_be_told = ekc_is_utf8(external_id, strlen(external_id));
        results[i]->external_id = can_be_told ? external_id : results[i]->external_id;
        settle(intake, &waiting, results[i]);
    }
    send(intake, to, request_id, results, submit->n_inquiries);
}

void answer_batch(struct intake *intake, struct batch *batch)
{
    if (batch->request_count == 0)
        return;
    EKC_FAULT("before_answer");
    for (size_t i = 0; i < batch->request_count; i++)
        answer_request(intake, batch, &batch->requests[i]);
    EKC_FAULT("after_answer");
}
