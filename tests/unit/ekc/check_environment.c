/* check_environment.c - centre.env, as we write it and as a shell would read it. */
#include "ekc/environment.h"

#include <errno.h>
#include <unistd.h>

#include "support/ekc_check.h"

static char path[] = "ekc-check-XXXXXX";

static void begin(void)
{
    int fd = mkstemp(path);
    ck_ok(fd);
    ck_ok(close(fd));
    ck_ok(unsetenv("EKC_DB"));
    ck_ok(unsetenv("EKC_PORTAL"));
}

static void end(void)
{
    (void)unlink(path);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");
    ck_assert_int_ge(fputs(text, file), 0);
    ck_ok(fclose(file));
}

static const char *const values[] = {
    "",   "dbname=ekc", "host=/a b/c dbname=ekc", "it's",
    "''", "a\\b",       "$HOME `id` \"x\"",       "ключ",
};

START_TEST(what_is_written_is_read_back)
{
    EKC_CLEANUP(environment_done) struct environment environment = { .count = 0 };
    int line = 0;
    ck_ok(environment_add(&environment, "EKC_DB", "%s", values[_i]));
    ck_ok(environment_add(&environment, "EKC_PORTAL", "demo"));
    FILE *file = fopen(path, "we");
    environment_write(&environment, file);
    ck_ok(fclose(file));

    ck_assert_int_eq(environment_load(path, &line), 2);
    ck_assert_str_eq(getenv("EKC_DB"), values[_i]);
    ck_assert_str_eq(getenv("EKC_PORTAL"), "demo");
}
END_TEST

START_TEST(a_shell_reads_the_same)
{
    EKC_CLEANUP(environment_done) struct environment environment = { .count = 0 };
    char command[128], got[256] = "";
    ck_ok(environment_add(&environment, "EKC_DB", "%s", values[_i]));
    FILE *file = fopen(path, "we");
    environment_write(&environment, file);
    ck_ok(fclose(file));

    (void)snprintf(command, sizeof command, ". ./%s; printf %%s \"$EKC_DB\"", path);
    FILE *shell = popen(command, "r");
    ck_assert_uint_eq(fread(got, 1, sizeof got - 1, shell), strlen(values[_i]));
    ck_ok(pclose(shell));
    ck_assert_str_eq(got, values[_i]);
}
END_TEST

START_TEST(what_the_environment_has_already_goes_first)
{
    int line = 0;
    ck_ok(setenv("EKC_DB", "dbname=mine", 1));
    ck_ok(setenv("EKC_PORTAL", "", 1));
    write_file("EKC_DB='dbname=other'\n\n# a remark\nEKC_PORTAL=demo\n");
    ck_ok(environment_load(path, &line));
    ck_assert_str_eq(getenv("EKC_DB"), "dbname=mine");
    ck_assert_str_eq(getenv("EKC_PORTAL"), "demo");
}
END_TEST

static const struct {
    const char *text;
    int line;
} faults[] = {
    { "EKC_DB\n", 1 },
    { "EKC_DB='a'\nPATH='/evil'\n", 2 },
    { "EKC_DB='a\n", 1 },
};

START_TEST(a_line_that_is_no_setting_is_named)
{
    int line = 0;
    write_file(faults[_i].text);
    ck_fails(environment_load(path, &line), EBADMSG);
    ck_assert_int_eq(line, faults[_i].line);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_told)
{
    int line = 0;
    ck_fails(environment_load("/nonexistent/centre.env", &line), ENOENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("environment");
    TCase *file = tcase_create("file");

    tcase_add_checked_fixture(file, begin, end);
    tcase_add_loop_test(file, what_is_written_is_read_back, 0, EKC_COUNT(values));
    tcase_add_loop_test(file, a_shell_reads_the_same, 0, EKC_COUNT(values));
    tcase_add_test(file, what_the_environment_has_already_goes_first);
    tcase_add_loop_test(file, a_line_that_is_no_setting_is_named, 0, EKC_COUNT(faults));
    tcase_add_test(file, a_file_that_is_not_there_is_told);
    suite_add_tcase(suite, file);
    return ekc_check_run(suite);
}
