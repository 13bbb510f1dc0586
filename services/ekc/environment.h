/* environment.h - variables as a list, as an environment and as a file that a shell reads too.
 */
#ifndef EKC_ENVIRONMENT_H
#define EKC_ENVIRONMENT_H

#include <stdio.h>

#include "ekc/base.h"

enum { ENVIRONMENT_MAX = 24 };

/* Zeroed memory is an empty one. */
struct environment {
    char *variables[ENVIRONMENT_MAX + 1]; /* "NAME=value", NULL at the end */
    size_t count;
};

/* Adds a variable; the value is made by fmt. -ENOMEM. */
EKC_PRINTF(3, 4)
EKC_MUST_CHECK int environment_add(struct environment *environment, const char *name,
                                   const char *fmt, ...);
/* Adds all of from; to owns its copies. -ENOMEM. */
EKC_MUST_CHECK int environment_copy(const struct environment *from, struct environment *to);
void environment_done(struct environment *environment);

/* Writes NAME='value' lines. */
void environment_write(const struct environment *environment, FILE *out);

/* Sets what a file names and this process has not, or has empty. The number of lines,
 * -errno of open(2), or -EBADMSG: a line that is none, told in *ret_line. */
EKC_MUST_CHECK int environment_load(const char *path, int *ret_line);

#endif
