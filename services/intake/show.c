/* show.c - see show.h. */
#include "intake/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/ask.h"
#include "ekc/post.h"
#include "ekc/words.h"
#include "intake/number.h"

enum { RETRY_AFTER_MS = 500, ALTERNATIVES_MAX = 8 };

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

int show_ask(struct intake *intake, const struct asking *asking)
{
    if (intake->show_count == SHOWS_MAX)
        return -ENOSPC;
    intake->shows[intake->show_count++] = *asking;
    return 0;
}

bool show_is_due(struct intake *intake)
{
    return intake->show_count > 0;
}

int show_start(struct intake *intake)
{
    int r = 0;
    for (size_t i = 0; i < intake->show_count && r == 0; i++) {
        const struct asking *asking = &intake->shows[i];
        r = store_show(intake->reader, asking->portal, asking->id,
                       *asking->external_id ? asking->external_id : NULL);
    }
    intake->shows_running = intake->show_count;
    return r;
}

/* "topic=0.61 topic=0.20" as a list; text is cut into its words. */
static void read_ranking(char *text, Ekc__V1__TopicShare *shares, Ekc__V1__Verdict *verdict)
{
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        if (!equals || verdict->n_alternatives == ALTERNATIVES_MAX)
            return;
        *equals = '\0';
        Ekc__V1__TopicShare *share = &shares[verdict->n_alternatives];
        ekc__v1__topic_share__init(share);
        share->topic = word;
        share->share = strtof(equals + 1, NULL);
        verdict->alternatives[verdict->n_alternatives++] = share;
    }
}

static void read_verdict(const ekc_result *row, Ekc__V1__Verdict *verdict)
{
    verdict->n = (uint32_t)ekc_result_int(row, 0, SHOW_VERDICT_N);
    verdict->status = ekc_status_of(ekc_result_text(row, 0, SHOW_VERDICT_STATUS));
    verdict->confidence = (float)ekc_result_float(row, 0, SHOW_VERDICT_CONFIDENCE);
    verdict->applicant_kind = ekc_kind_of(ekc_result_text(row, 0, SHOW_VERDICT_APPLICANT_KIND));
    verdict->model = (char *)ekc_result_text(row, 0, SHOW_VERDICT_MODEL);
    verdict->judged_at_us = ekc_result_moment(row, 0, SHOW_VERDICT_AT);
    verdict->topic = (char *)ekc_result_text(row, 0, SHOW_VERDICT_TOPIC);
    verdict->area = (char *)ekc_result_text(row, 0, SHOW_VERDICT_AREA);
}

static void read_inquiry(const ekc_result *row, Ekc__V1__Shown *shown, char *number)
{
    int64_t id = ekc_result_int(row, 0, SHOW_ID);
    shown->id = (uint64_t)id;
    shown->number = number_print(id, number) == 0 ? number : shown->number;
    shown->portal = (char *)ekc_result_text(row, 0, SHOW_PORTAL);
    shown->external_id = (char *)ekc_result_text(row, 0, SHOW_EXTERNAL_ID);
    shown->created_at_us = ekc_result_moment(row, 0, SHOW_CREATED_AT);
    shown->received_at_us = ekc_result_moment(row, 0, SHOW_RECEIVED_AT);
    shown->channel = (char *)ekc_result_text(row, 0, SHOW_CHANNEL);
    shown->applicant_kind = ekc_kind_of(ekc_result_text(row, 0, SHOW_APPLICANT_KIND));
    shown->okrug = (char *)ekc_result_text(row, 0, SHOW_OKRUG);
    shown->category = (char *)ekc_result_text(row, 0, SHOW_CATEGORY);
    shown->subject = (char *)ekc_result_text(row, 0, SHOW_SUBJECT);
    shown->status = EKC__V1__INQUIRY_STATUS__INQUIRY_STATUS_REGISTERED;
}

static void refuse(struct intake *intake, const struct asking *asking,
                   Ekc__V1__RefusalCode code, uint32_t retry_after_ms)
{
    ekc_arena_reset(intake->scratch);
    const char *field = *asking->external_id ? "external_id" : "number";
    const Ekc__V1__Refusal *refusal = ekc_refusal(intake->scratch, code, field, NULL);
    int r = ekc_ask_refuse(intake->portals_end, &asking->route, asking->request_id, refusal,
                           retry_after_ms);
    (void)r; /* an asker that has gone asks again */
}

static void answer(struct intake *intake, const struct asking *asking, const ekc_result *row)
{
    if (ekc_result_rows(row) == 0) {
        refuse(intake, asking, CODE(NOT_FOUND), 0);
        return;
    }
    char number[NUMBER_SIZE], ranking[1024] = "";
    Ekc__V1__TopicShare shares[ALTERNATIVES_MAX], *list[ALTERNATIVES_MAX];
    Ekc__V1__Verdict verdict = EKC__V1__VERDICT__INIT;
    Ekc__V1__Shown shown = EKC__V1__SHOWN__INIT;
    read_inquiry(row, &shown, number);
    if (!ekc_result_is_null(row, 0, SHOW_VERDICT_N)) {
        verdict.alternatives = list;
        read_verdict(row, &verdict);
        (void)snprintf(ranking, sizeof ranking, "%s",
                       ekc_result_text(row, 0, SHOW_VERDICT_RANKING));
        read_ranking(ranking, shares, &verdict);
        shown.verdict = &verdict;
        shown.status = EKC__V1__INQUIRY_STATUS__INQUIRY_STATUS_JUDGED;
    }
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.request_id = (char *)asking->request_id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_SHOWN;
    envelope.shown = &shown;
    ekc_tell(intake->portals_end, &asking->route, &envelope);
}

static void drop_running(struct intake *intake)
{
    intake->show_count -= intake->shows_running;
    memmove(intake->shows, intake->shows + intake->shows_running,
            intake->show_count * sizeof *intake->shows);
    intake->shows_running = 0;
}

void show_done(struct intake *intake, const struct ekc_reply *reply)
{
    for (size_t i = 0; i < intake->shows_running; i++)
        answer(intake, &intake->shows[i], reply->results[i]);
    drop_running(intake);
}

void show_fail(struct intake *intake)
{
    for (size_t i = 0; i < intake->shows_running; i++)
        refuse(intake, &intake->shows[i], CODE(BUSY), RETRY_AFTER_MS);
    drop_running(intake);
}
