/* check_mood.c - a database that is not well is spared, probed now and then, and told of once.
 */
#include "intake/mood.h"

#include "support/ekc_check.h"

static struct mood mood;

static void begin(void)
{
    mood = (struct mood){ 0 };
}

static void hear(int r, const char *sqlstate, int64_t now_ms)
{
    struct ekc_reply reply = { .r = r, .message = "could not extend file" };
    memcpy(reply.sqlstate, sqlstate, strlen(sqlstate) + 1);
    mood_hear(&mood, &reply, now_ms);
}

static const struct {
    int r;
    const char *sqlstate, *begins;
    enum mood_kind kind;
    uint32_t retry_after_ms;
} replies[] = {
    { -ENOSPC, "53100", "the database's disk is full: could not extend", MOOD_SICK, 2000 },
    { -ENOSPC, "XX001", "the database is sick: could not", MOOD_SICK, 2000 },
    { -EINVAL, "42P01", "the database does not let us write: could", MOOD_UNFIT, 2000 },
    { -EAGAIN, "40P01", "", MOOD_WELL, 500 },
    { -ENOTCONN, "", "", MOOD_WELL, 500 },
    { -EREMOTEIO, "XX000", "", MOOD_WELL, 500 },
};

START_TEST(each_reply_has_its_mood)
{
    hear(replies[_i].r, replies[_i].sqlstate, 1000);
    ck_assert_int_eq(mood.kind, replies[_i].kind);
    ck_assert_uint_eq(mood_retry_after_ms(&mood), replies[_i].retry_after_ms);
    ck_assert_int_eq(strncmp(mood.text, replies[_i].begins, strlen(replies[_i].begins)), 0);
    hear(0, "", 1001);
    ck_assert(mood_is_well(&mood));
    ck_assert_str_eq(mood.text, "");
}
END_TEST

START_TEST(a_sick_database_is_probed_once_a_second)
{
    ck_assert(!mood_take_probe(&mood, 1000));
    hear(-ENOSPC, "53100", 1000);
    ck_assert(!mood_take_probe(&mood, 1999));
    ck_assert(mood_take_probe(&mood, 2000));
    ck_assert(!mood_take_probe(&mood, 2000)); /* the other writer */
    hear(-ENOSPC, "53100", 2010);
    ck_assert(!mood_take_probe(&mood, 2999));
    ck_assert(mood_take_probe(&mood, 3000));
}
END_TEST

/* Each second another file may be the one that cannot grow; whoever watches /readyz is not to
 * be told so each time. */
START_TEST(the_first_reason_stands_until_the_database_is_well)
{
    hear(-ENOSPC, "53100", 1000);
    hear(-ENOSPC, "58030", 2000);
    ck_assert_ptr_nonnull(strstr(mood.text, "53100"));
    hear(0, "", 3000);
    hear(-ENOSPC, "58030", 4000);
    ck_assert_ptr_nonnull(strstr(mood.text, "58030"));
}
END_TEST

/* It may have been the one batch: then nobody is to wait for it. */
START_TEST(an_unfit_database_is_probed_at_once_and_then_once_a_second)
{
    hear(-EINVAL, "42P01", 1000);
    ck_assert(mood_take_probe(&mood, 1000));
    hear(-EINVAL, "42P01", 1001);
    ck_assert(!mood_take_probe(&mood, 1999));
    ck_assert(mood_take_probe(&mood, 2000));
}
END_TEST

START_TEST(a_sickness_is_told_once_and_one_that_flickers_no_oftener)
{
    hear(-ENOSPC, "53100", 1000);
    ck_assert(mood.is_told && mood.told_ms == 1000);
    for (int64_t now_ms = 2000; now_ms < 60000; now_ms += 1000)
        hear(-ENOSPC, "53100", now_ms);
    ck_assert_int_eq(mood.told_ms, 1000);

    hear(0, "", 60000);
    hear(-ENOSPC, "53100", 60001);
    ck_assert_int_eq(mood.told_ms, 60001);
    hear(0, "", 61000);
    hear(-ENOSPC, "53100", 62000);
    ck_assert_int_eq(mood.told_ms, 60001);
    ck_assert(!mood.is_told);
    hear(-ENOSPC, "53100", 65001);
    ck_assert_int_eq(mood.told_ms, 65001);
}
END_TEST

START_TEST(failures_between_two_lines_are_counted)
{
    const struct ekc_reply reply = { .r = -EAGAIN, .message = "deadlock" };
    for (int64_t now_ms = 1000; now_ms < 6000; now_ms += 100)
        mood_note(&mood, "batch not stored", &reply, now_ms);
    ck_assert_int_eq(mood.noted_ms, 1000);
    ck_assert_uint_eq(mood.noted, 49);
    mood_note(&mood, "batch not stored", &reply, 6000);
    ck_assert_int_eq(mood.noted_ms, 6000);
    ck_assert_uint_eq(mood.noted, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mood");
    TCase *moods = tcase_create("moods");
    tcase_add_checked_fixture(moods, begin, NULL);
    tcase_add_loop_test(moods, each_reply_has_its_mood, 0, EKC_COUNT(replies));
    tcase_add_test(moods, a_sick_database_is_probed_once_a_second);
    tcase_add_test(moods, the_first_reason_stands_until_the_database_is_well);
    tcase_add_test(moods, an_unfit_database_is_probed_at_once_and_then_once_a_second);
    tcase_add_test(moods, a_sickness_is_told_once_and_one_that_flickers_no_oftener);
    tcase_add_test(moods, failures_between_two_lines_are_counted);
    suite_add_tcase(suite, moods);
    return ekc_check_run(suite);
}
