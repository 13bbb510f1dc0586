/* centre.c - see centre.h. */
#include "centre.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "ekc/log.h"
#include "ekc/settings.h"
#include "environment.h"

static int join(char *to, size_t size, const char *folder, const char *name)
{
    int len = snprintf(to, size, "%s%s%s", folder, *name ? "/" : "", name);
    return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

static int find_bin(struct centre *centre)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len < 0)
        return -errno;
    path[len] = '\0';
    *strrchr(path, '/') = '\0';
    return join(centre->bin, sizeof centre->bin, path, "");
}

/* A home that exists is known by its real name, so that a way through a link leads to the same.
 */
static int find_home(struct centre *centre, const char *wanted)
{
    char path[PATH_MAX], here[PATH_MAX];
    if (realpath(wanted, path))
        return join(centre->home, sizeof centre->home, path, "");
    if (*wanted == '/')
        return join(centre->home, sizeof centre->home, wanted, "");
    if (!getcwd(here, sizeof here))
        return -errno;
    return join(centre->home, sizeof centre->home, here, wanted);
}

int centre_find(struct centre *ret_centre)
{
    struct centre centre = { .lock = -1 };
    int r = find_bin(&centre);
    if (r < 0)
        return r;

    char beside[sizeof centre.bin + sizeof "/centre"];
    const char *last = strrchr(centre.bin, '/');
    (void)snprintf(beside, sizeof beside, "%.*s/centre", last ? (int)(last - centre.bin) : 0,
                   centre.bin);
    const char *wanted = ekc_setting("EKC_HOME");
    r = find_home(&centre, *wanted ? wanted : beside);
    if (r < 0)
        return r;

    *ret_centre = centre;
    return 0;
}

int centre_make(struct centre *centre)
{
    static const struct {
        const char *name;
        mode_t mode;
    } folders[] = { { "keys", 0700 }, { "log", 0755 }, { "run", 0755 } };
    char path[PATH_MAX];

    int r = files_make_folder(centre->home, 0755);
    if (r == 0 && realpath(centre->home, path))
        r = join(centre->home, sizeof centre->home, path, "");
    for (size_t i = 0; r == 0 && i < EKC_COUNT(folders); i++) {
        centre_path(centre, path, "%s", folders[i].name);
        r = files_make_folder(path, folders[i].mode);
    }
    return r;
}

int centre_lock(struct centre *centre)
{
    char path[FILES_PATH_MAX];
    centre_path(centre, path, "lock");
    centre->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (centre->lock < 0)
        return -errno;
    return flock(centre->lock, LOCK_EX) < 0 ? -errno : 0;
}

void centre_done(struct centre *centre)
{
    if (centre->lock >= 0)
        (void)close(centre->lock);
    centre->lock = -1;
}

void centre_path(const struct centre *centre, char path[static FILES_PATH_MAX], const char *fmt,
                 ...)
{
    int len = snprintf(path, FILES_PATH_MAX, "%s/", centre->home);
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(path + len, (size_t)(FILES_PATH_MAX - len), fmt, args);
    va_end(args);
}

int centre_enter(void)
{
    struct centre centre;
    char path[FILES_PATH_MAX];
    int line = 0;
    int r = centre_find(&centre);
    if (r < 0)
        return ekc_fail(r, "cannot find the centre's home");

    centre_path(&centre, path, "centre.env");
    r = environment_load(path, &line);
    if (r == -EBADMSG)
        return ekc_fail(r, "%s, line %d is no setting", path, line);
    if (r < 0 && r != -ENOENT && r != -ENOTDIR)
        return ekc_fail(r, "cannot read %s", path);
    return ekc_settings_load();
}
