/* check_history.c - a synthetic history keeps its figures, whatever its total and seed. */
#include "ekc/history.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/history_clock.h"
#include "ekc/history_text.h"
#include "ekc/moment.h"
#include "support/ekc_check.h"

static struct history_sample samples[PLAN_TOPICS];

/* One sample a topic, all with the same words. */
static void make_samples(void)
{
    for (size_t i = 0; i < PLAN_TOPICS; i++) {
        const char *id = plan_topics[i].id;
        bool is_ren = strncmp(id, "ren_", 4) == 0;
        samples[i] = (struct history_sample){
            .topic = id,
            .applicant = is_ren ? "resident" : "developer",
            .text =
                i % 2 ? "Прошу ответить. Дом {house}, {street}, {district}?"
                      : "Ещё раз про участок {cadastre} с {date} и {year}, № {number}. Когда?",
        };
    }
}

static history *make_history(uint64_t seed, uint32_t total)
{
    history *made = NULL;
    make_samples();
    ck_ok(history_new(samples, PLAN_TOPICS, seed, total, &made));
    return made;
}

enum { FIRST_YEAR = 2017 };

static void count_years(uint64_t seed, uint32_t total, uint32_t ret_years[static PLAN_YEARS])
{
    EKC_CLEANUP(history_free) history *made = make_history(seed, total);
    struct history_row row;
    char text[MOMENT_TEXT_SIZE], id[32];
    int64_t last_us = 0;
    uint32_t count = 0;
    memset(ret_years, 0, PLAN_YEARS * sizeof *ret_years);
    while (history_next(made, &row) == 1) {
        ck_assert_int_ge(row.created_at_us, last_us);
        last_us = row.created_at_us;
        (void)snprintf(id, sizeof id, "h-%07u", ++count);
        ck_assert_str_eq(row.external_id, id);
        moment_format(row.created_at_us, text);
        ck_assert(strcmp(text, "2017-03-01") > 0 && strcmp(text, "2023-04-01") < 0);
        ret_years[atoi(text) - FIRST_YEAR]++;
    }
    ck_assert_uint_eq(count, total);
}

static const struct {
    uint64_t seed;
    uint32_t total;
    uint32_t years[PLAN_YEARS];
} histories[] = {
    { 1, HISTORY_TOTAL, { 8400, 24100, 29000, 31600, 34700, 30500, 10000 } },
    { 99, HISTORY_TOTAL, { 8400, 24100, 29000, 31600, 34700, 30500, 10000 } },
    { 1, 1683, { 84, 241, 290, 316, 347, 305, 100 } },
    { 7, 10000, { 499, 1432, 1723, 1878, 2062, 1812, 594 } },
    { 7, 7, { 0, 1, 1, 1, 2, 1, 1 } },
    { 7, 1, { 0, 0, 0, 0, 1, 0, 0 } },
    { 7, 0, { 0 } },
};

START_TEST(every_total_is_shared_among_the_years_exactly)
{
    uint32_t years[PLAN_YEARS];
    count_years(histories[_i].seed, histories[_i].total, years);
    for (size_t i = 0; i < PLAN_YEARS; i++)
        ck_assert_uint_eq(years[i], histories[_i].years[i]);
}
END_TEST

/* All that a history says, in one number. */
static uint64_t digest(uint64_t seed, uint32_t total)
{
    EKC_CLEANUP(history_free) history *made = make_history(seed, total);
    struct history_row row;
    uint64_t sum = 0xcbf29ce484222325U;
    while (history_next(made, &row) == 1) {
        const char *parts[] = { row.external_id, row.channel, row.applicant_kind, row.okrug,
                                row.address,     row.text,    row.category };
        for (size_t i = 0; i < EKC_COUNT(parts); i++)
            for (const char *at = parts[i]; *at; at++)
                sum = (sum ^ (unsigned char)*at) * 0x100000001b3U;
        sum = (sum ^ (uint64_t)row.created_at_us) * 0x100000001b3U;
    }
    return sum;
}

START_TEST(the_same_seed_gives_the_same_bytes_and_another_others)
{
    ck_assert_uint_eq(digest(1, 5000), digest(1, 5000));
    ck_assert_uint_ne(digest(1, 5000), digest(2, 5000));
}
END_TEST

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

struct shares {
    double renovation, construction, out_of_scope, junk, weekend, day, new_year, telephone;
};

static bool begins(const char *word, const char *with)
{
    return strncmp(word, with, strlen(with)) == 0;
}

static void take_topic(struct shares *shares, const char *topic)
{
    static const char *const construction[] = { "per_", "upd_", "arc_", "exp_", "sup_gsn" };
    shares->renovation += begins(topic, "ren_");
    shares->out_of_scope += begins(topic, "oos_");
    shares->junk += begins(topic, "junk_");
    for (size_t i = 0; i < EKC_COUNT(construction); i++)
        shares->construction += begins(topic, construction[i]);
}

static void take_time(struct shares *shares, int64_t us)
{
    int64_t local_s = us / MOMENT_MICROSECONDS + 3 * 3600;
    int64_t day = local_s / MOMENT_SECONDS_A_DAY, hour = local_s / 3600 % 24;
    struct moment_date date = moment_date(day);
    shares->weekend += (day + 4) % 7 == 0 || (day + 4) % 7 == 6;
    shares->day += hour >= 9 && hour < 18;
    shares->new_year += date.month == 1 && date.day <= 8;
}

static struct shares take_shares(uint64_t seed, uint32_t total)
{
    EKC_CLEANUP(history_free) history *made = make_history(seed, total);
    struct shares shares = { 0 };
    struct history_row row;
    while (history_next(made, &row) == 1) {
        take_topic(&shares, row.category);
        take_time(&shares, row.created_at_us);
        shares.telephone += strcmp(row.channel, "telephone") == 0;
    }
    return shares;
}

static const uint64_t seeds[] = { 0, 1, 20230401 };

START_TEST(the_flow_has_the_shares_of_the_plan)
{
    const double total = 40000;
    struct shares got = take_shares(seeds[_i], (uint32_t)total);
    ck_assert_double_eq_tol(got.renovation / total, 0.55, 0.01);
    ck_assert_double_eq_tol(got.construction / total, 0.165, 0.01);
    ck_assert_double_eq_tol(got.out_of_scope / total, 0.09, 0.01);
    ck_assert_double_lt(got.junk / total, 0.02);
    ck_assert_double_eq_tol(got.weekend / total, 0.12, 0.02);
    ck_assert_double_gt(got.day / total, 0.7);
    ck_assert_double_lt(got.new_year / total, 0.004);
    ck_assert_double_gt(got.telephone / total, 0.5);
}
END_TEST

START_TEST(topics_are_all_there_and_add_up)
{
    uint32_t sum = 0, largest = 0, channels = 0;
    for (size_t i = 0; i < PLAN_TOPICS; i++) {
        ck_assert_ptr_nonnull(plan_topics[i].id);
        sum += plan_topics[i].share;
        if (plan_topics[i].share > plan_topics[largest].share)
            largest = (uint32_t)i;
    }
    for (size_t i = 0; i < PLAN_CHANNELS; i++)
        channels += plan_channels[i].share;
    ck_assert_uint_eq(sum, 10000);
    ck_assert_uint_eq(channels, 100);
    ck_assert_str_eq(plan_topics[largest].id, "ren_stage");
}
END_TEST

START_TEST(every_word_is_one_of_the_catalogue)
{
    static const char *const channels[] = { "telephone", "email", "form",
                                            "online",    "visit", "letter" };
    static const char *const kinds[] = { "resident", "developer", "unknown" };
    static const char *const okrugs[] = { "CAO",  "SAO",   "SVAO", "VAO",  "YuVAO",
                                          "YuAO", "YuZAO", "ZAO",  "SZAO", "ZelAO",
                                          "NAO",  "TAO",   "" };
    const int64_t online_from_us = 1635714000 * (int64_t)MOMENT_MICROSECONDS;
    EKC_CLEANUP(history_free) history *made = make_history(3, 20000);
    struct history_row row;
    size_t online = 0;
    while (history_next(made, &row) == 1) {
        ck_assert(is_one_of(row.channel, channels, EKC_COUNT(channels)));
        ck_assert(is_one_of(row.applicant_kind, kinds, EKC_COUNT(kinds)));
        ck_assert(is_one_of(row.okrug, okrugs, EKC_COUNT(okrugs)));
        ck_assert_ptr_null(strpbrk(row.text, "{}@#\t\n"));
        ck_assert_ptr_null(strpbrk(row.address, "{}@#\t\n"));
        ck_assert_uint_gt(strlen(row.text), 10);
        if (strcmp(row.channel, "online") != 0)
            continue;
        ck_assert_int_ge(row.created_at_us, online_from_us);
        online++;
    }
    ck_assert_uint_gt(online, 50);
}
END_TEST

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* A sample without placeholders becomes many texts, too. */
START_TEST(few_texts_are_told_twice)
{
    enum { TOTAL = 20000 };
    static char *texts[TOTAL];
    static const struct history_sample plain[] = {
        { "ren_stage", "resident", "Когда нас переселят" },
        { "per_rs", "developer", "Как получить разрешение на строительство?" },
        { "ren_offer", "unknown", "Звонит мужчина, спрашивает про второй вариант" },
    };
    EKC_CLEANUP(history_free) history *made = NULL;
    struct history_row row;
    size_t count = 0, twins = 0;
    ck_ok(history_new(plain, EKC_COUNT(plain), 5, TOTAL, &made));
    while (history_next(made, &row) == 1)
        texts[count++] = strdup(row.text);
    qsort(texts, count, sizeof *texts, compare);
    for (size_t i = 1; i < count; i++)
        twins += strcmp(texts[i - 1], texts[i]) == 0;
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    ck_assert_uint_lt(twins, TOTAL / 20);
}
END_TEST

START_TEST(junk_is_told_as_it_is)
{
    static const struct history_sample junk = { "junk_empty", "unknown", "йцукен" };
    EKC_CLEANUP(history_free) history *made = NULL;
    struct history_row row;
    ck_ok(history_new(&junk, 1, 5, 100, &made));
    while (history_next(made, &row) == 1)
        ck_assert_str_eq(row.text, "йцукен");
}
END_TEST

/* A text may be as long as allowed and all placeholders: it stays within bounds. */
START_TEST(the_longest_sample_stays_within_bounds)
{
    static char text[HISTORY_SAMPLE_MAX + 2];
    static const struct history_sample sample = { "ren_stage", "resident", text };
    EKC_CLEANUP(history_free) history *made = NULL;
    struct history_row row;
    for (size_t i = 0; i + 8 <= HISTORY_SAMPLE_MAX; i += 8)
        memcpy(text + i, "{street}", 8);
    ck_ok(history_new(&sample, 1, 5, 100, &made));
    while (history_next(made, &row) == 1)
        ck_assert_uint_lt(strlen(row.text), HISTORY_TEXT_SIZE);
    memset(text, 'x', HISTORY_SAMPLE_MAX + 1);
    history_free(&made);
    ck_fails(history_new(&sample, 1, 5, 100, &made), EINVAL);
}
END_TEST

START_TEST(samples_that_cannot_be_used_are_refused)
{
    static const struct history_sample empty = { "ren_stage", "resident", "" };
    static const struct history_sample unplanned = { "weather", "resident", "Какая погода?" };
    history *made = NULL;
    ck_fails(history_new(&empty, 1, 1, 1, &made), EINVAL);
    ck_fails(history_new(&unplanned, 1, 1, 1, &made), EINVAL);
    ck_fails(history_new(NULL, 0, 1, 1, &made), EINVAL);
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(parts_add_up_and_the_largest_remainders_come_first)
{
    static const uint32_t weights[] = { 1, 1, 1, 0, 4 };
    static const uint32_t want[] = { 2, 1, 1, 0, 6 };
    uint32_t parts[EKC_COUNT(weights)];
    history_apportion(10, weights, EKC_COUNT(weights), parts);
    for (size_t i = 0; i < EKC_COUNT(weights); i++)
        ck_assert_uint_eq(parts[i], want[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *figures = tcase_create("figures"), *texts = tcase_create("texts");
    tcase_set_timeout(figures, 60);
    tcase_set_timeout(texts, 60);
    tcase_add_loop_test(figures, every_total_is_shared_among_the_years_exactly, 0,
                        EKC_COUNT(histories));
    tcase_add_test(figures, the_same_seed_gives_the_same_bytes_and_another_others);
    tcase_add_loop_test(figures, the_flow_has_the_shares_of_the_plan, 0, EKC_COUNT(seeds));
    tcase_add_test(figures, topics_are_all_there_and_add_up);
    tcase_add_test(figures, parts_add_up_and_the_largest_remainders_come_first);
    tcase_add_test(texts, every_word_is_one_of_the_catalogue);
    tcase_add_test(texts, few_texts_are_told_twice);
    tcase_add_test(texts, junk_is_told_as_it_is);
    tcase_add_test(texts, the_longest_sample_stays_within_bounds);
    tcase_add_test(texts, samples_that_cannot_be_used_are_refused);
    suite_add_tcase(suite, figures);
    suite_add_tcase(suite, texts);
    return ekc_check_run(suite);
}
