/* files.c - see files.h. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 16 };

int files_make_folder(const char *path, mode_t mode)
{
    char part[FILES_PATH_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return -ENAMETOOLONG;
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS)
            return -errno;
        *slash = '/';
    }
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return 0;
    return -errno;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status, (void)kind, (void)ftw;
    return remove(path) < 0 ? -errno : 0;
}

int files_remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0)
        return errno == ENOENT ? 0 : -errno;
    return nftw(path, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

char *files_read(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    if (getdelim(&text, &room, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    (void)fclose(file);
    return text;
}

static int write_all(int fd, const char *text)
{
    size_t len = strlen(text);
    while (len) {
        ssize_t done = write(fd, text, len);
        if (done < 0)
            return -errno;
        text += done;
        len -= (size_t)done;
    }
    return 0;
}

int files_write(const char *path, const char *text, mode_t mode)
{
    char fresh[FILES_PATH_MAX];
    int len = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (len >= (int)sizeof fresh)
        return -ENAMETOOLONG;

    (void)unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    int r = write_all(fd, text);
    if (close(fd) < 0 && r == 0)
        r = -errno;
    if (r == 0 && rename(fresh, path) < 0)
        r = -errno;
    return r;
}
