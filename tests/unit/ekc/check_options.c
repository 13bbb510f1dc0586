/* check_options.c - how a command's options are read, and what wrong usage is told. */
#include "ekc/options.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "support/ekc_check.h"

enum { ARGUMENTS_MAX = 24 };

static bool is_check;
static const char *file, *format;
static long window;
static struct option_list maps;
static char *argv[ARGUMENTS_MAX], words[1024], told[4096];
static int argc, saved[2], pipe_fds[2];

static const struct option_row rows[] = {
    { "check", OPTION_FLAG, &is_check, NULL, "send nothing", 0, 0 },
    { "file", OPTION_TEXT, &file, "FILE", "what to send", 0, 0 },
    { "format", OPTION_CHOICE, &format, "text|json", "text unless given", 0, 0 },
    { "window", OPTION_NUMBER, &window, "N", "how many at once (500)", 1, 1000 },
    { "map", OPTION_LIST, &maps, "A=B", "a column; may be repeated", 0, 0 },
};

static const struct options options = {
    .command = "ekc try",
    .arguments = "NUMBER",
    .about = "Tries it.",
    .rows = rows,
    .row_count = EKC_COUNT(rows),
    .max_arguments = 1,
};

static void begin(void)
{
    is_check = false;
    file = NULL;
    format = "text";
    window = 500;
    maps = (struct option_list){ .count = 0 };
    ck_ok(pipe2(pipe_fds, O_NONBLOCK)); /* silence must not hang a test */
    for (int i = 0; i < 2; i++) {
        saved[i] = dup(STDOUT_FILENO + i);
        ck_ok(dup2(pipe_fds[1], STDOUT_FILENO + i));
    }
}

static void end(void)
{
    (void)fflush(stdout);
    for (int i = 0; i < 2; i++) {
        (void)dup2(saved[i], STDOUT_FILENO + i);
        (void)close(saved[i]);
        (void)close(pipe_fds[i]);
    }
}

static const char *heard(void)
{
    (void)fflush(stdout);
    ssize_t len = read(pipe_fds[0], told, sizeof told - 1);
    told[len > 0 ? len : 0] = '\0';
    return told;
}

/* Reads "a b|c" as the arguments "a b" and "c". */
static int parse(const struct options *what, const char *line)
{
    (void)snprintf(words, sizeof words, "try%s%s", *line ? "|" : "", line);
    argc = 0;
    for (char *rest = words, *word = strsep(&rest, "|"); word; word = strsep(&rest, "|"))
        argv[argc++] = word;
    argv[argc] = NULL;
    return options_parse(what, argc, argv);
}

START_TEST(each_kind_of_option_arrives_where_it_belongs)
{
    ck_assert_int_eq(parse(&options,
                           "--check|--file|a b.tsv|--format=json|--window|7|--map|x=1|"
                           "--map|y=2"),
                     argc);
    ck_assert(is_check);
    ck_assert_str_eq(file, "a b.tsv");
    ck_assert_str_eq(format, "json");
    ck_assert_int_eq(window, 7);
    ck_assert_uint_eq(maps.count, 2);
    ck_assert_str_eq(maps.items[1], "y=2");
    ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(what_is_not_given_keeps_its_default)
{
    ck_assert_int_eq(parse(&options, ""), 1);
    ck_assert_ptr_null(file);
    ck_assert_str_eq(format, "text");
    ck_assert_int_eq(window, 500);
}
END_TEST

static const struct {
    const char *line, *argument;
} places[] = {
    { "42", "42" },
    { "42|--check", "42" },
    { "--check|42", "42" },
    { "--window|7|42|--check", "42" },
    { "--check|--|--42", "--42" },
};

START_TEST(an_argument_may_stand_anywhere)
{
    int r = parse(&options, places[_i].line);
    ck_assert_int_gt(r, 0);
    ck_assert_int_eq(r, argc - 1);
    ck_assert_str_eq(argv[r], places[_i].argument);
}
END_TEST

static const struct {
    const char *line, *want;
} faults[] = {
    { "--chekc", "there is no option --chekc; is it --check" },
    { "--wnidow=7", "there is no option --wnidow=7; is it --window" },
    { "--zzzzzzzz", "there is no option --zzzzzzzz; see" },
    { "-x", "there is no option -x" },
    { "--check=yes", "--check takes no value" },
    { "--file", "--file wants a value: FILE" },
    { "--file=", "--file must not be empty" },
    { "--format|xml", "--format must be one of text|json, not 'xml'" },
    { "--format|text|--format=", "--format must be one of" },
    { "--format|tex", "--format must be one of" },
    { "--format|text|json", NULL },
    { "--window|0", "--window must be a whole number from 1 to 1000, not '0'" },
    { "--window|1001", "--window must be" },
    { "--window|7x", "--window must be" },
    { "--window|", "--window must be" },
    { "--window|99999999999999999999", "--window must be" },
    { "1|2", "does not know what to do with '2'" },
};

START_TEST(wrong_usage_is_one_line_that_names_it)
{
    int r = parse(&options, faults[_i].line);
    const char *line = heard();
    if (!faults[_i].want) {
        ck_assert_int_gt(r, 0);
        return;
    }
    ck_assert_int_eq(r, -EINVAL);
    ck_assert_msg(strstr(line, faults[_i].want) != NULL, "%s", line);
    ck_assert_ptr_eq(strstr(line, "ekc try: "), line);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
    ck_assert_int_eq(options_status(r), 2);
}
END_TEST

START_TEST(an_argument_that_is_missing_is_named)
{
    struct options needy = options;
    needy.min_arguments = 1;
    ck_fails(parse(&needy, "--check"), EINVAL);
    ck_assert_ptr_nonnull(strstr(heard(), "wants NUMBER"));
}
END_TEST

START_TEST(a_list_has_an_end)
{
    char line[256] = "--map=0";
    for (int i = 1; i < OPTIONS_LIST_MAX; i++)
        (void)strcat(line, "|--map=x");
    ck_assert_int_gt(parse(&options, line), 0);
    ck_assert_uint_eq(maps.count, OPTIONS_LIST_MAX);
    ck_assert_str_eq(heard(), "");

    maps.count = 0;
    (void)strcat(line, "|--map=y");
    ck_fails(parse(&options, line), EINVAL);
    ck_assert_ptr_nonnull(strstr(heard(), "--map may be given 16 times"));
}
END_TEST

START_TEST(help_tells_every_option_and_ends_the_command_well)
{
    struct options needy = options;
    needy.min_arguments = 1;
    int r = parse(&needy, "--help");
    ck_assert_int_eq(r, 0);
    ck_assert_int_eq(options_status(r), 0);
    ck_assert_ptr_nonnull(strstr(heard(), "Usage: ekc try [OPTION...] NUMBER\nTries it.\n"));
    for (size_t i = 0; i < EKC_COUNT(rows); i++)
        ck_assert_ptr_nonnull(strstr(told, rows[i].help));
    ck_assert_ptr_nonnull(strstr(told, "--home DIR"));
    ck_assert_ptr_nonnull(strstr(told, "--help "));
}
END_TEST

START_TEST(home_is_understood_by_every_command)
{
    ck_ok(unsetenv("EKC_HOME"));
    ck_assert_int_gt(parse(&options, "--home|/some/where"), 0);
    ck_assert_str_eq(getenv("EKC_HOME"), "/some/where");
}
END_TEST

START_TEST(a_wrong_setting_ends_a_command_as_wrong_usage)
{
    ck_ok(setenv("EKC_HOME", "/nonexistent", 1));
    ck_ok(setenv("EKC_BATCH_ITEMS", "many", 1));
    char *own[] = { words, NULL };
    (void)strcpy(words, "try");
    ck_fails(options_read(&options, 1, own), EINVAL);
    ck_assert_ptr_nonnull(strstr(heard(), "EKC_BATCH_ITEMS"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *all = tcase_create("options");

    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, each_kind_of_option_arrives_where_it_belongs);
    tcase_add_test(all, what_is_not_given_keeps_its_default);
    tcase_add_loop_test(all, an_argument_may_stand_anywhere, 0, EKC_COUNT(places));
    tcase_add_loop_test(all, wrong_usage_is_one_line_that_names_it, 0, EKC_COUNT(faults));
    tcase_add_test(all, an_argument_that_is_missing_is_named);
    tcase_add_test(all, a_list_has_an_end);
    tcase_add_test(all, help_tells_every_option_and_ends_the_command_well);
    tcase_add_test(all, home_is_understood_by_every_command);
    tcase_add_test(all, a_wrong_setting_ends_a_command_as_wrong_usage);
    suite_add_tcase(suite, all);
    return ekc_check_run(suite);
}
