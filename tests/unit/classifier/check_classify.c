/* check_classify.c - what a verdict must be, whatever the text. */
#include "classifier/classify.h"

#include <errno.h>

#include "support/ekc_check.h"

#define PHRASES(...)                                                                           \
    .phrases = (const char *const[]){ __VA_ARGS__ },                                           \
    .phrase_count = EKC_COUNT(((const char *const[]){ __VA_ARGS__ }))

/* Most topics are about other things: only so can a word be told to be rare. */
enum { METRO, ROAD, PLAN, NOISE, OTHERS, TOPICS = 60 };

static struct classify_topic topics[TOPICS] = {
    [METRO] = { .id = "metro",
                .area = "objects",
                .applicant = "resident",
                PHRASES("метро", "станция метро", "открытие станции", "город") },
    [ROAD] = { .id = "road",
               .area = "objects",
               .applicant = "resident",
               PHRASES("дорога", "эстакада", "строительство дороги", "город") },
    [PLAN] = { .id = "plan",
               .area = "planning",
               .applicant = "developer",
               PHRASES("ГПЗУ", "получить ГПЗУ", "градостроительный план земельного участка",
                       "город") },
    [NOISE] = { .id = "noise",
                .area = "supervision",
                .applicant = "both",
                PHRASES("шум", "стройка ночью", "работы в ночное время", "город") },
};

static classify_model *model;

static void open_model(void)
{
    for (size_t i = OTHERS; i < TOPICS; i++)
        topics[i] = (struct classify_topic){ .id = "other", .area = "other", .applicant = "" };
    ck_ok(classify_model_new(&model, topics, TOPICS));
}

static void close_model(void)
{
    classify_model_free(&model);
}

static struct classify_verdict judge(const char *text)
{
    struct classify_verdict verdict;

    classify_text(model, text, strlen(text), &verdict);
    return verdict;
}

static const struct {
    const char *text;
    size_t topic;
} clear[] = {
    { "Когда откроют станцию метро?", METRO },
    { "МЕТРО!!! МЕТРО!!! СТАНЦИИ ГДЕ", METRO },
    { "построили эстакаду, дорог не стало", ROAD },
    { "Просим выдать градостроительный план земельного участка", PLAN },
    { "как быстро можно получить гпзу", PLAN },
    { "на стройке ночью шум", NOISE },
    { "городу шум, город строит ночью стройку ночью",
      NOISE }, /* what all topics have says nothing */
};

START_TEST(a_clear_text_finds_its_topic)
{
    struct classify_verdict verdict = judge(clear[_i].text);

    ck_assert_int_eq(verdict.status, CLASSIFY_SURE);
    ck_assert_uint_eq(verdict.alternatives[0].topic, clear[_i].topic);
}
END_TEST

START_TEST(a_phrase_outweighs_a_word)
{
    struct classify_verdict verdict = judge("дорога, работы в ночное время");

    ck_assert_uint_eq(verdict.alternatives[0].topic, NOISE);
    ck_assert_uint_eq(verdict.alternatives[1].topic, ROAD);
}
END_TEST

static const char *const mute[] = {
    "",       "   ", "12345 67",     "и не в на по", "кошка",
    "qwerty", "!!!", "\xFF\xFE\xD0", "город",        "эстакада",
};

START_TEST(where_nothing_or_one_word_speaks_it_is_unsure)
{
    struct classify_verdict verdict = judge(mute[_i]);

    ck_assert_int_eq(verdict.status, CLASSIFY_UNSURE);
    ck_assert(verdict.confidence >= 0 && verdict.confidence < 0.5);
}
END_TEST

START_TEST(nothing_known_gives_no_alternatives)
{
    struct classify_verdict verdict = judge("кошка");

    ck_assert_uint_eq(verdict.alternative_count, 0);
    ck_assert_int_eq(verdict.applicant, CLASSIFY_UNKNOWN);
    ck_assert_double_eq(verdict.confidence, 0);
}
END_TEST

#define TWIN PHRASES("метро", "станция метро", "вестибюль", "эскалатор", "платформа")

/* Two topics with the same words cannot be told apart, however much is said. */
START_TEST(a_tie_is_left_to_a_human_in_the_order_of_topics)
{
    const struct classify_topic twins[] = {
        { .id = "b", .area = "x", .applicant = "", TWIN },
        { .id = "a", .area = "y", .applicant = "", TWIN },
        { .id = "c", .area = "z", .applicant = "", PHRASES("дорога") },
        { .id = "d", .area = "w", .applicant = "", PHRASES("шум") },
    };
    static const char text[] = "станция метро: вестибюль, эскалатор, платформа";
    EKC_CLEANUP(classify_model_free) classify_model *own = NULL;
    struct classify_verdict verdict;

    ck_ok(classify_model_new(&own, twins, EKC_COUNT(twins)));
    classify_text(own, text, strlen(text), &verdict);
    ck_assert_int_eq(verdict.status, CLASSIFY_UNSURE);
    ck_assert_uint_eq(verdict.alternative_count, 2);
    ck_assert_uint_eq(verdict.alternatives[0].topic, 0);
    ck_assert_uint_eq(verdict.alternatives[1].topic, 1);
    ck_assert_double_eq(verdict.confidence, verdict.alternatives[1].share);
    ck_assert(verdict.confidence > 0.45);
}
END_TEST

static const struct {
    const char *text;
    enum classify_applicant applicant;
} writers[] = {
    { "Когда откроют метро?", CLASSIFY_RESIDENT }, /* as the topic has it */
    { "Наша компания строит у станции метро", CLASSIFY_DEVELOPER },
    { "ООО «Ромашка», технический заказчик, шум", CLASSIFY_DEVELOPER },
    { "под окнами нашего дома шум", CLASSIFY_RESIDENT },
    { "ГПЗУ", CLASSIFY_DEVELOPER },
    { "Мы с мужем живём на даче, нужен градостроительный план", CLASSIFY_RESIDENT },
    { "шум", CLASSIFY_UNKNOWN },
};

START_TEST(signs_in_the_text_tell_the_applicant_before_the_topic_does)
{
    ck_assert_int_eq(judge(writers[_i].text).applicant, writers[_i].applicant);
}
END_TEST

static void expect_sound(const struct classify_verdict *verdict)
{
    double sum = 0;

    ck_assert_uint_le(verdict->alternative_count, CLASSIFY_RANKS);
    ck_assert_double_eq(verdict->confidence, verdict->alternatives[0].share);
    for (size_t i = 0; i < verdict->alternative_count; i++) {
        ck_assert_uint_lt(verdict->alternatives[i].topic, TOPICS);
        ck_assert(i == 0 ||
                  verdict->alternatives[i].share <= verdict->alternatives[i - 1].share);
        sum += verdict->alternatives[i].share;
    }
    ck_assert(sum >= 0 && sum <= 1 + 1e-5);
}

/* Bytes of every kind, 64 KiB at a time, from a small generator of our own. */
START_TEST(no_bytes_make_it_fail)
{
    static char text[65536];
    struct classify_verdict verdict;
    uint32_t state = (uint32_t)_i + 1;

    for (size_t i = 0; i < sizeof(text); i++) {
        state = state * 1664525U + 1013904223U;
        uint32_t high = state >> 24;
        text[i] = (char)(_i % 2 ? high : 0xD0 | (high & 0x3));
    }
    for (size_t len = 0; len <= sizeof(text); len = len * 3 + 1) {
        classify_text(model, text, len, &verdict);
        expect_sound(&verdict);
    }
    classify_text(model, text, sizeof(text), &verdict);
    expect_sound(&verdict);
}
END_TEST

START_TEST(a_text_gets_the_same_verdict_whatever_came_before)
{
    struct classify_verdict alone = judge("шум у станции метро, эстакада и дорога");

    for (size_t i = 0; i < EKC_COUNT(clear); i++)
        (void)judge(clear[i].text);
    close_model();
    open_model();
    for (size_t i = 0; i < EKC_COUNT(writers); i++)
        (void)judge(writers[i].text);

    struct classify_verdict again = judge("шум у станции метро, эстакада и дорога");
    ck_assert_uint_eq(alone.alternative_count, again.alternative_count);
    ck_assert_int_eq(alone.status, again.status);
    ck_assert_int_eq(alone.applicant, again.applicant);
    for (size_t i = 0; i < CLASSIFY_RANKS; i++) {
        ck_assert_uint_eq(alone.alternatives[i].topic, again.alternatives[i].topic);
        ck_assert_mem_eq(&alone.alternatives[i].share, &again.alternatives[i].share,
                         sizeof(double));
    }
}
END_TEST

START_TEST(saying_a_thing_twice_changes_nothing)
{
    struct classify_verdict once = judge("шум метро");
    struct classify_verdict twice = judge("шум метро метро метро");

    ck_assert_double_eq(once.confidence, twice.confidence);
}
END_TEST

static const struct classify_topic broken[] = {
    { .id = NULL, .area = "x", .applicant = "" },
    { .id = "a", .area = NULL, .applicant = "" },
    { .id = "a", .area = "x", .applicant = NULL },
    { .id = "a", .area = "x", .applicant = "", .phrases = NULL, .phrase_count = 1 },
};

START_TEST(a_topic_that_is_not_whole_is_refused)
{
    classify_model *none = NULL;

    ck_fails(classify_model_new(&none, &broken[_i], 1), EINVAL);
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(no_topics_and_too_many_are_refused)
{
    classify_model *none = NULL;

    ck_fails(classify_model_new(&none, topics, 0), EINVAL);
    ck_fails(classify_model_new(&none, topics, CLASSIFY_TOPICS_MAX + 1), EINVAL);
}
END_TEST

START_TEST(topics_without_a_word_leave_all_to_a_human)
{
    static const struct classify_topic wordless = { .id = "a", .area = "x", .applicant = "" };
    EKC_CLEANUP(classify_model_free) classify_model *own = NULL;
    struct classify_verdict verdict;

    ck_ok(classify_model_new(&own, &wordless, 1));
    classify_text(own, "метро", strlen("метро"), &verdict);
    ck_assert_int_eq(verdict.status, CLASSIFY_UNSURE);
    ck_assert_uint_eq(verdict.alternative_count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("classify");
    TCase *verdicts = tcase_create("verdicts");
    TCase *models = tcase_create("models");

    tcase_add_checked_fixture(verdicts, open_model, close_model);
    tcase_add_loop_test(verdicts, a_clear_text_finds_its_topic, 0, EKC_COUNT(clear));
    tcase_add_test(verdicts, a_phrase_outweighs_a_word);
    tcase_add_loop_test(verdicts, where_nothing_or_one_word_speaks_it_is_unsure, 0,
                        EKC_COUNT(mute));
    tcase_add_test(verdicts, nothing_known_gives_no_alternatives);
    tcase_add_loop_test(verdicts, signs_in_the_text_tell_the_applicant_before_the_topic_does, 0,
                        EKC_COUNT(writers));
    tcase_add_loop_test(verdicts, no_bytes_make_it_fail, 0, 4);
    tcase_add_test(verdicts, a_text_gets_the_same_verdict_whatever_came_before);
    tcase_add_test(verdicts, saying_a_thing_twice_changes_nothing);
    suite_add_tcase(suite, verdicts);

    tcase_add_test(models, a_tie_is_left_to_a_human_in_the_order_of_topics);
    tcase_add_loop_test(models, a_topic_that_is_not_whole_is_refused, 0, EKC_COUNT(broken));
    tcase_add_test(models, no_topics_and_too_many_are_refused);
    tcase_add_test(models, topics_without_a_word_leave_all_to_a_human);
    suite_add_tcase(suite, models);
    return ekc_check_run(suite);
}
