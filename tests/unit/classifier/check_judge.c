/* check_judge.c - what a verdict's row and event must say. */
#include "classifier/judge.h"

#include <string.h>

#include "support/ekc_check.h"

#define APPLICANT(name) EKC__V1__APPLICANT_KIND__APPLICANT_KIND_##name
#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name

static const char *const moving[] = { "переселение", "смотровой ордер", "новая квартира" };
static const char *const permits[] = { "разрешение на строительство",
                                       "градостроительный план" };
static const struct classify_topic topics[] = {
    { "ren_moving", "renovation", "resident", moving, EKC_COUNT(moving) },
    { "per_rs", "construction", "developer", permits, EKC_COUNT(permits) },
};

static const char clear_text[] = "Когда переселение? Смотровой ордер и новая квартира где?";

static struct model *model;
static struct batch *batch;
static struct judge judge;
static ekc_arena *arena;

static void set_up(void)
{
    ck_ok(model_new(&model, 7, topics, EKC_COUNT(topics)));
    ck_ok(batch_new(&batch, model->name));
    ck_ok(ekc_arena_new(&arena, 1 << 16));
}

static void tear_down(void)
{
    ekc_arena_free(&arena);
    judge_done(&judge);
    batch_free(&batch);
    model_free(&model);
}

static Ekc__V1__WorkItem an_item(const char *text)
{
    Ekc__V1__WorkItem item = EKC__V1__WORK_ITEM__INIT;
    item.portal = 3;
    item.inquiry = 1000007;
    item.created_at_us = 5000;
    item.channel = (char *)"telephone";
    item.applicant_kind = APPLICANT(UNKNOWN);
    item.okrug = (char *)"SAO";
    item.regime = (char *)"consultation";
    item.text = (char *)text;
    return item;
}

static const struct batch_row *judged(const Ekc__V1__WorkItem *item)
{
    ck_ok(judge_item(&judge, model, item, 9000, batch));
    return &batch->rows[batch->count - 1];
}

static bool says(struct batch_span span, const char *text)
{
    struct ekc_bytes bytes = batch_bytes(batch, span);
    return bytes.len == strlen(text) &&
           (bytes.len == 0 || !memcmp(bytes.data, text, bytes.len));
}

/* The event of a row, in the arena. */
static const Ekc__V1__Event *event_of(const struct batch_row *row)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(arena);
    ck_ok(ekc_wire_unpack(arena, &ekc__v1__event_batch__descriptor,
                          batch_bytes(batch, row->event), &message));
    const Ekc__V1__EventBatch *events = (const Ekc__V1__EventBatch *)message;
    ck_assert_uint_eq(events->n_events, 1);
    return events->events[0];
}

START_TEST(a_sure_verdict_has_its_topic_and_area)
{
    Ekc__V1__WorkItem item = an_item(clear_text);
    const struct batch_row *row = judged(&item);
    ck_assert_int_eq(row->status, STATUS(SURE));
    ck_assert(says(row->topic, "ren_moving"));
    ck_assert_str_eq(event_of(row)->after->topic, "ren_moving");
    ck_assert_str_eq(event_of(row)->after->area, "renovation");
    ck_assert(row->confidence > 0 && row->confidence <= 1);
    ck_assert(memcmp(batch_bytes(batch, row->ranking).data, "ren_moving=", 11) == 0);
}
END_TEST

START_TEST(an_unsure_verdict_has_neither_topic_nor_area)
{
    Ekc__V1__WorkItem item = an_item("абв");
    const struct batch_row *row = judged(&item);
    ck_assert_int_eq(row->status, STATUS(UNSURE));
    ck_assert(says(row->topic, ""));
    ck_assert_str_eq(event_of(row)->after->topic, "");
    ck_assert_str_eq(event_of(row)->after->area, "");
}
END_TEST

START_TEST(the_subject_counts_as_well_as_the_text)
{
    Ekc__V1__WorkItem item = an_item("Когда?");
    item.subject = (char *)clear_text;
    ck_assert(says(judged(&item)->topic, "ren_moving"));
}
END_TEST

START_TEST(the_event_stands_alone)
{
    Ekc__V1__WorkItem item = an_item(clear_text);
    const Ekc__V1__Event *event = event_of(judged(&item));
    ck_assert_int_eq(event->portal, 3);
    ck_assert_int_eq(event->inquiry, 1000007);
    ck_assert_uint_eq(event->n, 2);
    ck_assert_int_eq(event->kind, EKC__V1__EVENT_KIND__EVENT_KIND_JUDGED);
    ck_assert_int_eq(event->at_us, 9000);
    ck_assert_int_eq(event->created_at_us, 5000);
    ck_assert_int_eq(event->after->verdict_status, STATUS(SURE));
    ck_assert_str_eq(event->after->channel, "telephone");
    ck_assert_str_eq(event->after->okrug, "SAO");
    ck_assert_str_eq(event->after->regime, "consultation");
    ck_assert_ptr_null(event->before);
}
END_TEST

static const struct {
    Ekc__V1__ApplicantKind given, want;
} kinds[] = {
    { APPLICANT(DEVELOPER), APPLICANT(DEVELOPER) },
    { APPLICANT(RESIDENT), APPLICANT(RESIDENT) },
    { APPLICANT(UNKNOWN), APPLICANT(RESIDENT) },
    { APPLICANT(UNSPECIFIED), APPLICANT(RESIDENT) },
};

START_TEST(the_portals_applicant_kind_counts_where_it_is_given)
{
    Ekc__V1__WorkItem item = an_item("Я житель, где новая квартира и смотровой ордер?");
    item.applicant_kind = kinds[_i].given;
    const struct batch_row *row = judged(&item);
    ck_assert_int_eq(row->applicant_kind, kinds[_i].want);
    ck_assert_int_eq(event_of(row)->after->applicant_kind, kinds[_i].want);
}
END_TEST

START_TEST(a_dead_verdict_keeps_everything_but_what_was_judged)
{
    Ekc__V1__WorkItem item = an_item(clear_text);
    (void)judged(&item);
    ck_ok(judge_dead(arena, batch, &batch->rows[0]));
    const struct batch_row *row = &batch->rows[0];
    ck_assert_int_eq(row->status, STATUS(DEAD));
    ck_assert(says(row->topic, "") && says(row->ranking, ""));
    const Ekc__V1__Event *event = event_of(row);
    ck_assert_int_eq(event->after->verdict_status, STATUS(DEAD));
    ck_assert_str_eq(event->after->topic, "");
    ck_assert_str_eq(event->after->area, "");
    ck_assert_str_eq(event->after->okrug, "SAO");
    ck_assert_int_eq(event->inquiry, 1000007);
}
END_TEST

START_TEST(the_model_names_its_taxonomy)
{
    ck_assert_str_eq(model->name, CLASSIFY_MODEL_NAME "/taxonomy-7");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("judge");
    TCase *verdicts = tcase_create("verdicts");

    tcase_add_checked_fixture(verdicts, set_up, tear_down);
    tcase_add_test(verdicts, a_sure_verdict_has_its_topic_and_area);
    tcase_add_test(verdicts, an_unsure_verdict_has_neither_topic_nor_area);
    tcase_add_test(verdicts, the_subject_counts_as_well_as_the_text);
    tcase_add_test(verdicts, the_event_stands_alone);
    tcase_add_loop_test(verdicts, the_portals_applicant_kind_counts_where_it_is_given, 0,
                        EKC_COUNT(kinds));
    tcase_add_test(verdicts, a_dead_verdict_keeps_everything_but_what_was_judged);
    tcase_add_test(verdicts, the_model_names_its_taxonomy);
    suite_add_tcase(suite, verdicts);
    return ekc_check_run(suite);
}
