/* cluster_find.c - where the cluster lies, whose it is, and which PostgreSQL it takes. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster.h"
#include "ekc/log.h"

enum { OLDEST_MAJOR = 15, SOCKET_PATH_MAX = 100 };

#define OUTSIDE "/var/tmp/ekc-%u"
#define SOCKET_NAME "/.s.PGSQL.5432"

static bool has_program(const char *folder, const char *name)
{
    char path[FILES_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, X_OK) == 0;
}

/* The major version of the programs in a folder; 0 when one is missing. */
static int major_of(const char *folder)
{
    char program[FILES_PATH_MAX], real[PATH_MAX];
    static const char packaged[] = "/usr/lib/postgresql/";
    if (!has_program(folder, "initdb") || !has_program(folder, "pg_ctl"))
        return 0;
    (void)snprintf(program, sizeof program, "%s/pg_ctl", folder);
    if (!realpath(program, real))
        return 0;
    if (strncmp(real, packaged, sizeof packaged - 1) == 0)
        return (int)strtol(real + sizeof packaged - 1, NULL, 10);
    return OLDEST_MAJOR; /* built by hand, and put first in PATH by somebody who knows why */
}

static void take_if_newer(struct cluster *cluster, const char *folder, int *best)
{
    int major = major_of(folder);
    if (major < OLDEST_MAJOR || major <= *best || strlen(folder) >= sizeof cluster->bin)
        return;
    *best = major;
    (void)snprintf(cluster->bin, sizeof cluster->bin, "%s", folder);
}

static void find_bin(struct cluster *cluster)
{
    int best = 0;
    char folder[sizeof cluster->bin];
    const char *rest = getenv("PATH");
    while (rest && *rest && !best) {
        size_t len = strcspn(rest, ":");
        (void)snprintf(folder, sizeof folder, "%.*s", (int)len, rest);
        if (*folder == '/')
            take_if_newer(cluster, folder, &best);
        rest += len + (rest[len] == ':');
    }
    glob_t found = { 0 };
    if (!best && glob("/usr/lib/postgresql/*/bin", GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            take_if_newer(cluster, found.gl_pathv[i], &best);
    }
    globfree(&found);
}

static int find_account(struct cluster *cluster)
{
    static const char *const names[] = { "postgres", "nobody" };
    if (geteuid() != 0)
        return 0;
    for (size_t i = 0; i < EKC_COUNT(names); i++) {
        const struct passwd *user = getpwnam(names[i]);
        if (!user)
            continue;
        cluster->account = (struct account){ user->pw_uid, user->pw_gid };
        return 0;
    }
    return ekc_fail(-ENOENT, "PostgreSQL cannot run as root, and there is no user postgres");
}

/* FNV-1a: enough to tell the homes of one user apart. */
static uint64_t hash(const char *text)
{
    uint64_t sum = 14695981039346656037U;
    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * 1099511628211U;
    return sum;
}

/* Paths of these letters need no quoting in a conninfo or a configuration file. */
static bool is_plain(const char *path)
{
    return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "/._-+@")] == '\0';
}

static bool fits_home(const struct centre *centre, const struct cluster *cluster,
                      const char *inside)
{
    return strlen(inside) + sizeof SOCKET_NAME <= SOCKET_PATH_MAX && is_plain(inside) &&
           process_can_enter(cluster->account, centre->home);
}

/* /var/tmp is everybody's: what lies there under our name must be ours. */
static int check_owner(const struct cluster *cluster)
{
    struct stat status;
    if (lstat(cluster->dir, &status) < 0)
        return errno == ENOENT ? 0 : ekc_fail(-errno, "cannot look at %s", cluster->dir);
    bool is_ours = status.st_uid == geteuid() || status.st_uid == cluster->account.uid;
    if (!S_ISDIR(status.st_mode) || !is_ours || (status.st_mode & 077) != 0)
        return ekc_fail(-EPERM, "%s is not a closed folder of our own", cluster->dir);
    return 0;
}

/* A link in the home is followed, so that a home may be moved; it may lead only to our own. */
static int follow(const char *link, char *dir, size_t size)
{
    char target[128], prefix[64];
    int len = snprintf(prefix, sizeof prefix, OUTSIDE "-", (unsigned)geteuid());
    ssize_t got = readlink(link, target, sizeof target - 1);
    if (got < 0)
        return -errno;
    target[got] = '\0';
    if (strncmp(target, prefix, (size_t)len) != 0 || strchr(target + len, '/'))
        return ekc_fail(-EPERM, "%s leads where no cluster of ours lies", link);
    (void)snprintf(dir, size, "%s", target);
    return 0;
}

static int find_dir(const struct centre *centre, struct cluster *cluster)
{
    char inside[FILES_PATH_MAX], outside[64];
    struct stat status;
    centre_path(centre, inside, "postgres");
    bool is_there = lstat(inside, &status) == 0;
    if (is_there && S_ISLNK(status.st_mode)) {
        (void)snprintf(cluster->link, sizeof cluster->link, "%s", inside);
        return follow(inside, cluster->dir, sizeof cluster->dir);
    }
    (void)snprintf(outside, sizeof outside, OUTSIDE "-%016" PRIx64, (unsigned)geteuid(),
                   hash(centre->home));
    bool is_inside =
        is_there || (lstat(outside, &status) < 0 && fits_home(centre, cluster, inside));
    int len = snprintf(cluster->dir, sizeof cluster->dir, "%s", is_inside ? inside : outside);
    if (len >= (int)sizeof cluster->dir)
        return ekc_fail(-ENAMETOOLONG, "%s", inside);
    (void)snprintf(cluster->link, sizeof cluster->link, "%s", is_inside ? "" : inside);
    return 0;
}

int cluster_find(const struct centre *centre, struct cluster *ret_cluster)
{
    struct cluster cluster = { .bin = "" };
    find_bin(&cluster);
    int r = find_account(&cluster);
    if (r == 0)
        r = find_dir(centre, &cluster);
    if (r == 0)
        r = check_owner(&cluster);
    if (r < 0)
        return r;

    *ret_cluster = cluster;
    return 0;
}
