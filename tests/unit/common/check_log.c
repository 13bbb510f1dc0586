/* check_log.c - what a line of the log must be. */
#include "ekc/log.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "support/ekc_check.h"

static int saved_stderr, pipe_fds[2];
static char line[16384];

static void catch_stderr(void)
{
    saved_stderr = dup(STDERR_FILENO);
    ck_ok(pipe(pipe_fds));
    ck_ok(dup2(pipe_fds[1], STDERR_FILENO));
    ekc_log_open("intake");
}

static void free_stderr(void)
{
    (void)dup2(saved_stderr, STDERR_FILENO);
    (void)close(saved_stderr);
    (void)close(pipe_fds[0]);
    (void)close(pipe_fds[1]);
}

static const char *logged(void)
{
    ssize_t len = read(pipe_fds[0], line, sizeof line - 1);
    ck_assert_int_gt(len, 0);
    line[len] = '\0';
    return line;
}

START_TEST(an_error_is_told_in_words_and_handed_back)
{
    ck_fails(ekc_fail(-EADDRINUSE, "cannot bind %s", "127.0.0.1:5510"), EADDRINUSE);
    ck_assert_ptr_nonnull(strstr(logged(),
                                 " level=error svc=intake msg=\"cannot bind "
                                 "127.0.0.1:5510\" err=\"Address already in use\"\n"));
}
END_TEST

START_TEST(a_line_begins_with_the_time_in_utc)
{
    int year = 0, ms = -1, end = 0;
    ekc_info("ready");
    int got =
        sscanf(logged(), "ts=%4d-%*2d-%*2dT%*2d:%*2d:%*2d.%3dZ level=info%n", &year, &ms, &end);
    ck_assert_int_eq(got, 2);
    ck_assert_int_ge(year, 2024);
    ck_assert_int_ge(ms, 0);
    ck_assert_int_gt(end, 0);
}
END_TEST

static const struct {
    const char *given, *want;
} texts[] = {
    { "two\nlines", "msg=\"two\\nlines\"\n" },
    { "a \"quote\" and a \\", "msg=\"a \\\"quote\\\" and a \\\\\"\n" },
    { "a\ttab", "msg=\"a\\ttab\"\n" },
    { "a bell \a", "msg=\"a bell \\x07\"\n" },
    { "по-русски", "msg=\"по-русски\"\n" },
    { "", "msg=\"\"\n" },
};

START_TEST(whatever_the_text_is_it_stays_one_line)
{
    ekc_warn("%s", texts[_i].given);
    ck_assert_ptr_nonnull(strstr(logged(), texts[_i].want));
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_cut_between_letters)
{
    char text[3001];
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = i % 2 ? '\xb6' : '\xd0';
    text[sizeof text - 1] = '\0';
    ekc_info("%s%s", _i ? "x" : "", text);
    ck_assert_ptr_nonnull(strstr(logged(), "\xd0\xb6\"\n"));
}
END_TEST

START_TEST(a_text_of_nothing_but_escapes_still_ends_its_line)
{
    char text[1001];
    memset(text, '\a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ekc_fail(-EIO, "%s", text);
    ck_assert_ptr_nonnull(strstr(logged(), "err=\"Input/output error\"\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *lines = tcase_create("lines");

    tcase_add_checked_fixture(lines, catch_stderr, free_stderr);
    tcase_add_test(lines, an_error_is_told_in_words_and_handed_back);
    tcase_add_test(lines, a_line_begins_with_the_time_in_utc);
    tcase_add_loop_test(lines, whatever_the_text_is_it_stays_one_line, 0, EKC_COUNT(texts));
    tcase_add_loop_test(lines, a_text_that_is_too_long_is_cut_between_letters, 0, 2);
    tcase_add_test(lines, a_text_of_nothing_but_escapes_still_ends_its_line);
    suite_add_tcase(suite, lines);
    return ekc_check_run(suite);
}
