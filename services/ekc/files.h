/* files.h - folders and files of a centre: made, read, removed. */
#ifndef EKC_FILES_H
#define EKC_FILES_H

#include <sys/types.h>

#include "ekc/base.h"

enum { FILES_PATH_MAX = 768 };

/* Makes a folder and those above it, with mode for the last. 0 also when it is there. */
EKC_MUST_CHECK int files_make_folder(const char *path, mode_t mode);

/* Removes a file, a link or a folder with all that is in it; 0 also when it is not there. */
EKC_MUST_CHECK int files_remove(const char *path);

/* All of a small file as text, for free(); NULL when it cannot be read. */
char *files_read(const char *path);

/* Replaces a file at once by text. */
EKC_MUST_CHECK int files_write(const char *path, const char *text, mode_t mode);

#endif
