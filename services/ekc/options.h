/* options.h - long options of a command as a table: read, checked, and printed by --help. */
#ifndef EKC_OPTIONS_H
#define EKC_OPTIONS_H

#include <stdio.h>

#include "ekc/base.h"

enum {
    OPTIONS_MAX = 32,       /* rows of one command */
    OPTIONS_LIST_MAX = 16,  /* times that one OPTION_LIST may be given */
    OPTIONS_EXIT_USAGE = 2, /* exit status after wrong usage */
};

/* The values of an option that may be given again and again, in order. */
struct option_list {
    const char *items[OPTIONS_LIST_MAX];
    size_t count;
};

enum option_kind {
    OPTION_FLAG,   /* where is a bool *; takes no value */
    OPTION_TEXT,   /* where is a const char **; never empty */
    OPTION_CHOICE, /* the same; one of the words of value: "text|json" */
    OPTION_NUMBER, /* where is a long *; min..max */
    OPTION_LIST,   /* where is a struct option_list * */
};

struct option_row {
    const char *name; /* "port-base", given as --port-base */
    enum option_kind kind;
    void *where; /* holds the default before, the value after; left alone when not given */
    const char *value; /* what --help calls the value: "FILE" */
    const char *help;  /* one line; a default is told here */
    long min, max;
};

struct options {
    const char *command;   /* "ekc submit" */
    const char *arguments; /* of the usage line: "NUMBER"; NULL or "" for none */
    const char *about;     /* one or more lines below it */
    const struct option_row *rows;
    size_t row_count;
    int min_arguments, max_arguments; /* what may stand beside the options */
};

/* Reads what a command was given; --help and --home are understood for all. The index in argv
 * of the first argument (argc when there is none), 0 = --help was printed, -EINVAL = wrong
 * usage, told in one line. Values are lent by argv, which is reordered. */
EKC_MUST_CHECK int options_parse(const struct options *options, int argc, char **argv);

/* What a command starts with: options_parse, then the centre's settings (centre_enter). The
 * result is as there, also for a wrong setting. */
EKC_MUST_CHECK int options_read(const struct options *options, int argc, char **argv);

/* The exit status of a command that options_read has ended: `if (r <= 0) return
 * options_status(r);` */
int options_status(int r);

/* Tells wrong usage that only the command itself can see, in one line. OPTIONS_EXIT_USAGE. */
EKC_PRINTF(2, 3) int options_wrong(const struct options *options, const char *fmt, ...);

void options_help(const struct options *options, FILE *out);

#endif
