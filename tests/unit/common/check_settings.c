/* check_settings.c - settings are checked at the start, and each fault is told by name. */
#include "ekc/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "support/ekc_check.h"

static int saved_stderr, pipe_fds[2];
static char told[4096];

static void begin(void)
{
    ck_ok(clearenv());
    saved_stderr = dup(STDERR_FILENO);
    ck_ok(pipe2(pipe_fds, O_NONBLOCK)); /* silence must not hang a test */
    ck_ok(dup2(pipe_fds[1], STDERR_FILENO));
}

static void end(void)
{
    (void)dup2(saved_stderr, STDERR_FILENO);
    (void)close(saved_stderr);
    (void)close(pipe_fds[0]);
    (void)close(pipe_fds[1]);
}

static const char *logged(void)
{
    ssize_t len = read(pipe_fds[0], told, sizeof told - 1);
    told[len > 0 ? len : 0] = '\0';
    return told;
}

static const struct {
    const char *name, *value;
    bool is_good;
} values[] = {
    { "EKC_CURVE", "on", true },
    { "EKC_CURVE", "0", true },
    { "EKC_CURVE", "true", true },
    { "EKC_CURVE", "yes", false },
    { "EKC_BATCH_ITEMS", "1", true },
    { "EKC_BATCH_ITEMS", "10000", true },
    { "EKC_BATCH_ITEMS", "0", false },
    { "EKC_BATCH_ITEMS", "10001", false },
    { "EKC_BATCH_ITEMS", "12x", false },
    { "EKC_BATCH_ITEMS", " 12", false },
    { "EKC_BATCH_ITEMS", "99999999999999999999", false },
    { "EKC_BATCH_ITEMS", "", true },
    { "EKC_INTAKE_ADMIN_BIND", "0.0.0.0:5519", true },
    { "EKC_INTAKE_ADMIN_BIND", "[::1]:5519", true },
    { "EKC_INTAKE_ADMIN_BIND", "intake:65535", true },
    { "EKC_INTAKE_ADMIN_BIND", "intake", false },
    { "EKC_INTAKE_ADMIN_BIND", ":5519", false },
    { "EKC_INTAKE_ADMIN_BIND", "intake:", false },
    { "EKC_INTAKE_ADMIN_BIND", "intake:0", false },
    { "EKC_INTAKE_ADMIN_BIND", "intake:65536", false },
    { "EKC_INTAKE_ADMIN_BIND", "intake:-1", false },
    { "EKC_INTAKE_ADMIN_BIND", "tcp://intake:5519", false },
    { "EKC_INTAKE_ADMIN_BIND", "a:1,b:2", false },
    { "EKC_WORK", "a:1,b:2", true },
    { "EKC_WORK", "a:1, b:2 , [::1]:3", true },
    { "EKC_WORK", "a:1,,b:2", false },
    { "EKC_WORK", "a:1,", false },
    { "EKC_WORK", " ", false },
    { "EKC_LANG", "ru", true },
    { "EKC_LANG", "de", false },
    { "EKC_LANG", "ru|en", false },
    { "EKC_KEY_FILE", "/dev/null", true },
    { "EKC_KEY_FILE", "/nonexistent/key", false },
    { "EKC_SERVER_KEY", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", true },
    { "EKC_SERVER_KEY", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI", false },
    { "EKC_SERVER_KEY", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\"", false },
};

START_TEST(each_value_must_have_its_form)
{
    ck_ok(setenv(values[_i].name, values[_i].value, 1));
    ck_assert_int_eq(ekc_settings_load(), values[_i].is_good ? 0 : -EINVAL);
    ck_assert_int_eq(strstr(logged(), values[_i].name) == NULL, values[_i].is_good);
}
END_TEST

START_TEST(a_wrong_value_is_told_with_what_is_expected)
{
    ck_ok(setenv("EKC_BATCH_ITEMS", "many", 1));
    ck_fails(ekc_settings_load(), EINVAL);
    ck_assert_ptr_nonnull(
        strstr(logged(), "EKC_BATCH_ITEMS must be a whole number from 1 to 10000, not 'many'"));
}
END_TEST

START_TEST(a_key_is_never_shown)
{
    ck_ok(setenv("EKC_SERVER_KEY", "topsecret", 1));
    ck_fails(ekc_settings_load(), EINVAL);
    ck_assert_ptr_nonnull(strstr(logged(), "EKC_SERVER_KEY"));
    ck_assert_ptr_null(strstr(told, "topsecret"));
}
END_TEST

START_TEST(each_of_several_faults_is_told)
{
    ck_ok(setenv("EKC_BATCH_ITEMS", "many", 1));
    ck_ok(setenv("EKC_LANG", "de", 1));
    ck_ok(setenv("EKC_WORK", "a:1", 1));
    ck_fails(ekc_settings_load(), EINVAL);
    ck_assert_ptr_nonnull(strstr(logged(), "EKC_BATCH_ITEMS"));
    ck_assert_ptr_nonnull(strstr(told, "EKC_LANG"));
}
END_TEST

START_TEST(an_unknown_name_is_a_warning_with_the_nearest_known)
{
    ck_ok(setenv("EKC_BATHC_ITEMS", "5", 1));
    ck_ok(ekc_settings_load());
    ck_assert_ptr_nonnull(strstr(logged(), "level=warning"));
    ck_assert_ptr_nonnull(strstr(told, "EKC_BATHC_ITEMS; is it EKC_BATCH_ITEMS"));
}
END_TEST

START_TEST(an_unknown_name_is_an_error_when_strict)
{
    ck_ok(setenv("EKC_QWERTYUIOPASDFGHJKL", "5", 1));
    ck_ok(setenv("EKC_STRICT", "1", 1));
    ck_fails(ekc_settings_load(), EINVAL);
    ck_assert_ptr_nonnull(strstr(logged(), "level=error"));
    ck_assert_ptr_null(strstr(told, "is it"));
}
END_TEST

START_TEST(what_is_not_ours_is_left_alone)
{
    ck_ok(setenv("EKCX", "5", 1));
    ck_ok(setenv("PATH", "", 1));
    ck_ok(ekc_settings_load());
    ck_assert_str_eq(logged(), "");
}
END_TEST

START_TEST(a_setting_that_is_absent_or_empty_has_its_default)
{
    ck_assert_str_eq(ekc_setting("EKC_DB"), "dbname=ekc");
    ck_ok(setenv("EKC_BATCH_ITEMS", "", 1));
    ck_assert_int_eq(ekc_setting_number("EKC_BATCH_ITEMS"), 1000);
    ck_assert(ekc_setting_flag("EKC_CURVE"));
    ck_ok(setenv("EKC_CURVE", "off", 1));
    ck_assert(!ekc_setting_flag("EKC_CURVE"));
}
END_TEST

static int join(void *self, const char *address)
{
    char *text = self;
    (void)strcat(strcat(text, address), ";");
    return strcmp(address, "stop:1") == 0 ? -ECANCELED : 0;
}

START_TEST(an_address_list_is_visited_in_order)
{
    char text[128] = "";
    ck_ok(setenv("EKC_WORK", "a:1, [::1]:2 ,c:3", 1));
    ck_assert_int_eq(ekc_setting_each("EKC_WORK", join, text), 3);
    ck_assert_str_eq(text, "a:1;[::1]:2;c:3;");
}
END_TEST

START_TEST(a_visit_that_fails_ends_the_list)
{
    char text[128] = "";
    ck_ok(setenv("EKC_WORK", "a:1,stop:1,c:3", 1));
    ck_fails(ekc_setting_each("EKC_WORK", join, text), ECANCELED);
    ck_assert_str_eq(text, "a:1;stop:1;");
}
END_TEST

START_TEST(help_names_every_setting_once_with_its_form)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    ekc_settings_help(out);
    ck_ok(fclose(out));
    ck_assert_ptr_nonnull(strstr(text, "EKC_WINDOW_ITEMS=8192\n"));
    ck_assert_ptr_nonnull(strstr(text, "(a whole number from 1 to 1000000)"));
    ck_assert_ptr_nonnull(strstr(text, "(one of ru|en)"));
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *all = tcase_create("settings");

    tcase_add_checked_fixture(all, begin, end);
    tcase_add_loop_test(all, each_value_must_have_its_form, 0, EKC_COUNT(values));
    tcase_add_test(all, a_wrong_value_is_told_with_what_is_expected);
    tcase_add_test(all, a_key_is_never_shown);
    tcase_add_test(all, each_of_several_faults_is_told);
    tcase_add_test(all, an_unknown_name_is_a_warning_with_the_nearest_known);
    tcase_add_test(all, an_unknown_name_is_an_error_when_strict);
    tcase_add_test(all, what_is_not_ours_is_left_alone);
    tcase_add_test(all, a_setting_that_is_absent_or_empty_has_its_default);
    tcase_add_test(all, an_address_list_is_visited_in_order);
    tcase_add_test(all, a_visit_that_fails_ends_the_list);
    tcase_add_test(all, help_names_every_setting_once_with_its_form);
    suite_add_tcase(suite, all);
    return ekc_check_run(suite);
}
