/* options.c - see options.h. */
#include "options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "centre.h"
#include "ekc/nearest.h"

/* What getopt_long hands back for row i is FIRST_VALUE + i: no letter, and not 0. */
enum { FIRST_VALUE = 256, COMMON = 2 };

static const char *home;
static bool is_help;

static const struct option_row common_rows[COMMON] = {
    { "home", OPTION_TEXT, &home, "DIR", "folder of the centre, instead of EKC_HOME", 0, 0 },
    { "help", OPTION_FLAG, &is_help, NULL, "this text", 0, 0 },
};

static size_t count_rows(const struct options *options)
{
    return options->row_count + COMMON;
}

static const struct option_row *row_at(const struct options *options, size_t i)
{
    return i < options->row_count ? &options->rows[i] : &common_rows[i - options->row_count];
}

static void print_option(const struct option_row *row, FILE *out)
{
    char left[64];
    (void)snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "",
                   row->value ? row->value : "");
    (void)fprintf(out, "  %-24s %s\n", left, row->help);
}

void options_help(const struct options *options, FILE *out)
{
    const char *arguments = options->arguments ? options->arguments : "";
    (void)fprintf(out, "Usage: %s [OPTION...]%s%s\n%s\n\n", options->command,
                  *arguments ? " " : "", arguments, options->about);
    for (size_t i = 0; i < count_rows(options); i++)
        print_option(row_at(options, i), out);
}

int options_wrong(const struct options *options, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)fprintf(stderr, "%s: %s; see %s --help\n", options->command, text, options->command);
    return OPTIONS_EXIT_USAGE;
}

int options_status(int r)
{
    return r < 0 ? OPTIONS_EXIT_USAGE : EXIT_SUCCESS;
}

static bool is_one_of(const char *value, const char *choices)
{
    size_t len = strlen(value);
    for (const char *word = choices; word; word = strchr(word, '|')) {
        word += *word == '|';
        if (len > 0 && strcspn(word, "|") == len && memcmp(word, value, len) == 0)
            return true;
    }
    return false;
}

static bool take_number(const struct option_row *row, const char *value)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (end == value || *end || errno || number < row->min || number > row->max)
        return false;
    *(long *)row->where = number;
    return true;
}

static bool take_item(const struct option_row *row, const char *value)
{
    struct option_list *list = row->where;
    if (list->count == OPTIONS_LIST_MAX)
        return false;
    list->items[list->count++] = value;
    return true;
}

static bool take_text(const struct option_row *row, const char *value)
{
    if (!*value)
        return false;
    *(const char **)row->where = value;
    return true;
}

/* 0, or the exit status of what options_wrong has told; so do those below. */
static int take(const struct options *options, const struct option_row *row, const char *value)
{
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)row->where = true;
        return 0;
    case OPTION_TEXT:
        if (!take_text(row, value))
            return options_wrong(options, "--%s must not be empty", row->name);
        return 0;
    case OPTION_CHOICE:
        if (!is_one_of(value, row->value) || !take_text(row, value))
            return options_wrong(options, "--%s must be one of %s, not '%s'", row->name,
                                 row->value, value);
        return 0;
    case OPTION_NUMBER:
        if (!take_number(row, value))
            return options_wrong(options,
                                 "--%s must be a whole number from %ld to %ld, not '%s'",
                                 row->name, row->min, row->max, value);
        return 0;
    case OPTION_LIST:
        if (!take_item(row, value))
            return options_wrong(options, "--%s may be given %d times at most", row->name,
                                 OPTIONS_LIST_MAX);
        return 0;
    }
    return 0;
}

static const char *name_at(const void *words, size_t i)
{
    return row_at(words, i)->name;
}

static int tell_unknown(const struct options *options, const char *given)
{
    char name[64];
    size_t dashes = strspn(given, "-");
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(given + dashes, "="),
                   given + dashes);
    const char *nearest = ekc_nearest(name, options, count_rows(options), name_at);
    return options_wrong(options, "there is no option %s%s%s", given,
                         nearest ? "; is it --" : "", nearest ? nearest : "");
}

/* got is what getopt_long said of an option that it could not take. */
static int tell_fault(const struct options *options, int got, const char *given)
{
    if (optopt < FIRST_VALUE)
        return tell_unknown(options, given);
    const struct option_row *row = row_at(options, (size_t)(optopt - FIRST_VALUE));
    if (got == ':')
        return options_wrong(options, "--%s wants a value: %s", row->name, row->value);
    return options_wrong(options, "--%s takes no value", row->name);
}

static void fill(const struct options *options, struct option *longs)
{
    for (size_t i = 0; i < count_rows(options); i++) {
        const struct option_row *row = row_at(options, i);
        longs[i] = (struct option){
            .name = row->name,
            .has_arg = row->kind == OPTION_FLAG ? no_argument : required_argument,
            .val = FIRST_VALUE + (int)i,
        };
    }
}

static int take_all(const struct options *options, int argc, char **argv)
{
    struct option longs[OPTIONS_MAX + COMMON + 1] = { 0 };
    assert(options->row_count <= OPTIONS_MAX);
    fill(options, longs);
    optind = 0; /* so that GNU's getopt begins anew */
    opterr = 0;
    for (;;) {
        int got = getopt_long(argc, argv, ":", longs, NULL);
        if (got == -1)
            return 0;
        if (got < FIRST_VALUE)
            return tell_fault(options, got, argv[optind - 1]);
        int wrong = take(options, row_at(options, (size_t)(got - FIRST_VALUE)), optarg);
        if (wrong)
            return wrong;
    }
}

static int check_arguments(const struct options *options, int count, char *const *arguments)
{
    if (count < options->min_arguments)
        return options_wrong(options, "wants %s", options->arguments);
    if (count > options->max_arguments)
        return options_wrong(options, "does not know what to do with '%s'",
                             arguments[options->max_arguments]);
    return 0;
}

int options_parse(const struct options *options, int argc, char **argv)
{
    home = NULL;
    is_help = false;
    if (take_all(options, argc, argv) != 0)
        return -EINVAL;

    if (is_help) {
        options_help(options, stdout);
        return 0;
    }
    if (check_arguments(options, argc - optind, argv + optind) != 0)
        return -EINVAL;
    if (home && setenv("EKC_HOME", home, 1) < 0)
        return -EINVAL;
    return optind;
}

int options_read(const struct options *options, int argc, char **argv)
{
    int r = options_parse(options, argc, argv);
    if (r > 0 && centre_enter() < 0)
        return -EINVAL;
    return r;
}
