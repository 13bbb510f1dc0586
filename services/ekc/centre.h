/* centre.h - where a centre that `ekc up` makes has its things.
 *
 * home/centre.env    settings for the administrator's commands
 * home/keys/NAME.key   secret keys
 * home/log/NAME.log  what a worker said
 * home/run/NAME.pid  which process it is
 * home/postgres      the database; a link when it has to lie elsewhere */
#ifndef EKC_CENTRE_H
#define EKC_CENTRE_H

#include "files.h"

struct centre {
    char home[FILES_PATH_MAX / 2]; /* absolute */
    char bin[FILES_PATH_MAX / 2];  /* where this program and the services lie */
    int lock;                      /* -1 = not held */
};

/* Finds the home: EKC_HOME, else `centre` beside the folder of this program. It need not exist.
 * -ENAMETOOLONG; -errno of readlink(2) and getcwd(3). */
EKC_MUST_CHECK int centre_find(struct centre *ret_centre);

/* Makes the home and its folders. */
EKC_MUST_CHECK int centre_make(struct centre *centre);

/* Lets nobody else bring this centre up or down until centre_done. -ENOENT: there is no home.
 */
EKC_MUST_CHECK int centre_lock(struct centre *centre);
void centre_done(struct centre *centre);

/* A path in the home, made by fmt. */
EKC_PRINTF(3, 4)
void centre_path(const struct centre *centre, char path[static FILES_PATH_MAX], const char *fmt,
                 ...);

/* Loads the settings of the home's centre.env, if there is one, then checks all settings. What
 * is wrong is logged. */
EKC_MUST_CHECK int centre_enter(void);

#endif
