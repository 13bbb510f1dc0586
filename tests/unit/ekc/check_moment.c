/* check_moment.c - instants as people write them, and the history of Moscow's clocks. */
#include "ekc/moment.h"

#include <errno.h>

#include "support/ekc_check.h"

static struct ekc_bytes bytes(const char *text)
{
    return (struct ekc_bytes){ text, strlen(text) };
}

static const struct {
    const char *text, *format, *want; /* want in Moscow time; NULL = refused */
} written[] = {
    { "2023-01-05T09:30:00Z", NULL, "2023-01-05T12:30:00+03:00" },
    { "2023-01-05T09:30:00+03:00", NULL, "2023-01-05T09:30:00+03:00" },
    { "2023-01-05T09:30:00.5-0530", NULL, "2023-01-05T18:00:00.500000+03:00" },
    { "2023-01-05 09:30:00+03", NULL, "2023-01-05T09:30:00+03:00" },
    { " 2023-01-05 09:30 ", NULL, "2023-01-05T09:30:00+03:00" },
    { "2023-01-05", NULL, "2023-01-05T00:00:00+03:00" },
    { "2023-01-05T09:30:00,123456789", NULL, "2023-01-05T09:30:00.123456+03:00" },
    { "05.01.2023 09:30", "%d.%m.%Y %H:%M[:%S]", "2023-01-05T09:30:00+03:00" },
    { "05.01.2023 09:30:15", "%d.%m.%Y %H:%M[:%S]", "2023-01-05T09:30:15+03:00" },
    { "5.1.23", "%d.%m.%y", "2023-01-05T00:00:00+03:00" },
    { "100%/05012023", "100%%/%d%m%Y", "2023-01-05T00:00:00+03:00" },
    { "1672900200", "%s", "2023-01-05T09:30:00+03:00" },
    { "1672900200.25", "%s[%f]", "2023-01-05T09:30:00.250000+03:00" },
    { "-1", "%s", "1970-01-01T02:59:59+03:00" },
    { "2024-02-29", NULL, "2024-02-29T00:00:00+03:00" },
    { "2000-02-29", NULL, "2000-02-29T00:00:00+03:00" },
    { "2023-02-29", NULL, NULL },
    { "2100-02-29", NULL, NULL },
    { "31.02.2020", "%d.%m.%Y", NULL },
    { "2023-13-01", NULL, NULL },
    { "2023-00-10", NULL, NULL },
    { "2023-01-05T24:00", NULL, NULL },
    { "2023-01-05T10:60", NULL, NULL },
    { "2023-01-05T10:00+15", NULL, NULL },
    { "2023-01-05T", NULL, NULL },
    { "2023-01-05 and more", NULL, NULL },
    { "05.01.2023", NULL, NULL },
    { "", NULL, NULL },
    { "   ", NULL, NULL },
    { "1", "%d", NULL },
    { "2023", "%Y", NULL },
    { "2023-01-05", "%Y-%m-%d %Q", NULL },
};

START_TEST(each_way_of_writing_gives_its_instant)
{
    int64_t us = 77;
    char text[MOMENT_TEXT_SIZE];
    int r = moment_parse(bytes(written[_i].text), written[_i].format, &us);
    if (!written[_i].want) {
        ck_assert_int_eq(r, -EINVAL);
        ck_assert_int_eq(us, 77);
        return;
    }
    ck_ok(r);
    moment_format(us, text);
    ck_assert_str_eq(text, written[_i].want);
}
END_TEST

/* UTC seconds of what Moscow's clocks showed. */
static const struct {
    const char *text;
    int64_t want_s;
} clocks[] = {
    { "1999-07-01T12:00", 930819600 },  /* before the table: the third hour */
    { "2005-01-15T12:00", 1105779600 }, /* winter */
    { "2005-07-15T12:00", 1121414400 }, /* summer */
    { "2005-03-27T02:30", 1111879800 }, /* skipped: 03:30 */
    { "2005-10-30T02:30", 1130625000 }, /* lived twice: the first */
    { "2012-01-15T12:00", 1326614400 }, /* the fourth hour in winter */
    { "2014-10-26T00:59", 1414270740 }, /* the last of it */
    { "2014-10-26T02:00", 1414278000 }, /* the third again */
    { "2022-07-15T12:00", 1657875600 }, /* and in summer */
};

START_TEST(moscow_time_has_its_own_history)
{
    int64_t us;
    ck_ok(moment_parse(bytes(clocks[_i].text), NULL, &us));
    ck_assert_int_eq(us / MOMENT_MICROSECONDS, clocks[_i].want_s);
}
END_TEST

START_TEST(every_day_is_found_again_by_its_number)
{
    struct moment_date before = moment_date(-200000);
    for (int64_t day = -199999; day < 200000; day++) {
        struct moment_date date = moment_date(day);
        ck_assert_int_eq(moment_days(date), day);
        bool is_next_day = date.day == before.day + 1 && date.month == before.month;
        ck_assert(is_next_day || date.day == 1);
        before = date;
    }
    ck_assert_int_eq(moment_days((struct moment_date){ 1970, 1, 1 }), 0);
    ck_assert_int_eq(moment_days((struct moment_date){ 2000, 3, 1 }), 11017);
}
END_TEST

static const struct {
    const char *format;
    bool is_good;
} formats[] = {
    { "%d.%m.%Y", true },    { "%d.%m.%y[ %H:%M[:%S]]", true },
    { "%s", true },          { "%Y-%m-%d%z", true },
    { "%d.%m", false },      { "%d.%m.%Y %Q", false },
    { "%d.%m.%Y %", false }, { "%d.%m.%Y]", false },
    { "%d.%m.%Y[", false },  { "", false },
};

START_TEST(a_format_is_known_to_be_good_or_not_beforehand)
{
    ck_assert_int_eq(moment_is_format(formats[_i].format), formats[_i].is_good);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("moment");
    TCase *moments = tcase_create("moments");
    tcase_add_loop_test(moments, each_way_of_writing_gives_its_instant, 0, EKC_COUNT(written));
    tcase_add_loop_test(moments, moscow_time_has_its_own_history, 0, EKC_COUNT(clocks));
    tcase_add_test(moments, every_day_is_found_again_by_its_number);
    tcase_add_loop_test(moments, a_format_is_known_to_be_good_or_not_beforehand, 0,
                        EKC_COUNT(formats));
    suite_add_tcase(suite, moments);
    return ekc_check_run(suite);
}
