/* check_history.c - a synthetic history goes through a centre that nothing disturbs, and comes
 * out as figures. */
#include "support/centre.h"
#include "support/shell.h"

static const struct {
    const char *total, *seed;
} histories[] = { { "5000", "7" }, { "3000", "11" }, { "20000", "2" } };

START_TEST(a_history_is_taken_judged_and_counted)
{
    const char *total = histories[_i].total, *seed = histories[_i].seed;
    char sum[64];
    (void)snprintf(sum, sizeof sum, "durable %s, duplicate 0, refused 0", total);
    (void)shell_ok("ekc sample --history --total %s --seed %s --out $WORK/history-%d.tsv",
                   total, seed, _i);
    /* All histories name their inquiries alike: the names of the files are different. */
    const char *said = shell_ok("ekc submit --file $WORK/history-%d.tsv --map external_id=- "
                                "--journal $WORK/journal --wait",
                                _i);
    ck_assert_msg(strstr(said, sum), "%s is not in: %s", sum, said);
}
END_TEST

/* Which column of the files is counted by a section of the report; of a date so many letters.
 */
static const struct {
    const char *section;
    int column, len;
    const char *options;
} figures[] = {
    { "years", 2, 4, "" },     { "months", 2, 7, "--by month" }, { "days", 2, 10, "--by day" },
    { "channels", 3, 99, "" }, { "okrugs", 5, 99, "" },
};

START_TEST(the_report_shows_what_the_files_hold)
{
    const char *section = figures[_i].section;
    int len = figures[_i].len;
    (void)shell_ok("cat $WORK/history-*.tsv | awk -F'\\t' '$1 != \"external_id\" "
                   "{ n[substr($%d, 1, %d)]++ } END { for (key in n) print key, n[key] }' | "
                   "sort >$WORK/%s.expected",
                   figures[_i].column, len, section);
    (void)shell_ok("ekc report %s --format csv | awk -F, '$1 == \"%s\" && $(NF - 3) > 0 "
                   "{ print substr($2, 1, %d), $(NF - 3) }' | sort >$WORK/%s.got",
                   figures[_i].options, section, len, section);
    (void)shell_ok("diff $WORK/%s.expected $WORK/%s.got", section, section);
}
END_TEST

START_TEST(the_wire_brings_all_of_it)
{
    const char *said = shell_ok("ekc status --format json");
    ck_assert_msg(!strstr(said, "\"path\": \"sweep\""), "verdicts by sweep: %s", said);
    const char *statistics = strstr(said, "\"consumer\": \"statistics\"");
    ck_assert_msg(statistics, "no statistics: %s", said);
    const char *by_sweep = strstr(statistics, "\"by_sweep\": ");
    ck_assert_msg(by_sweep && by_sweep[strlen("\"by_sweep\": ")] == '0', "events by sweep: %s",
                  statistics);
}
END_TEST

START_TEST(every_promise_holds)
{
    (void)shell_ok("ekc verify --journal $WORK/journal");
}
END_TEST

static void up(void)
{
    centre_up("");
}

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *undisturbed = tcase_create("undisturbed");
    tcase_set_timeout(undisturbed, 60);
    tcase_add_unchecked_fixture(undisturbed, up, centre_down);
    tcase_add_loop_test(undisturbed, a_history_is_taken_judged_and_counted, 0,
                        EKC_COUNT(histories));
    tcase_add_loop_test(undisturbed, the_report_shows_what_the_files_hold, 0,
                        EKC_COUNT(figures));
    tcase_add_test(undisturbed, the_wire_brings_all_of_it);
    tcase_add_test(undisturbed, every_promise_holds);
    suite_add_tcase(suite, undisturbed);
    return ekc_check_run(suite);
}
