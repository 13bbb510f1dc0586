/* cluster.c - see cluster.h. Trust on a socket in a folder that only its owner can enter: who
 * is let in is decided by the folder. */
#include "cluster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ekc/log.h"
#include "store.h"

static const char configuration[] = "listen_addresses = ''\n"
                                    "unix_socket_directories = '%s'\n"
                                    "port = 5432\n"
                                    "fsync = on\n"
                                    "synchronous_commit = on\n"
                                    "shared_buffers = 256MB\n"
                                    "wal_buffers = 16MB\n"
                                    "max_wal_size = 4GB\n"
                                    "checkpoint_timeout = 15min\n"
                                    "jit = off\n"
                                    "timezone = 'UTC'\n";

struct paths {
    char data[FILES_PATH_MAX], fresh[FILES_PATH_MAX], log[FILES_PATH_MAX];
    char initdb[FILES_PATH_MAX], pg_ctl[FILES_PATH_MAX];
};

static void fill(const struct cluster *cluster, struct paths *paths)
{
    (void)snprintf(paths->data, sizeof paths->data, "%s/data", cluster->dir);
    (void)snprintf(paths->fresh, sizeof paths->fresh, "%s/data.new", cluster->dir);
    (void)snprintf(paths->log, sizeof paths->log, "%s/postgres.log", cluster->dir);
    (void)snprintf(paths->initdb, sizeof paths->initdb, "%s/initdb", cluster->bin);
    (void)snprintf(paths->pg_ctl, sizeof paths->pg_ctl, "%s/pg_ctl", cluster->bin);
}

void cluster_conninfo(const struct cluster *cluster, const char *database,
                      char text[static FILES_PATH_MAX])
{
    (void)snprintf(text, FILES_PATH_MAX, "host=%s port=5432 user=ekc dbname=%s", cluster->dir,
                   database);
}

static int run(const struct cluster *cluster, const char *const *argv, const char *log)
{
    return process_run(
        &(struct process){ .argv = argv, .log = log, .account = cluster->account });
}

/* Told by what the program said last, since its own words name the cause best. */
static int tell(const struct paths *paths, long offset, int r, const char *what)
{
    char words[512];
    process_last_words(paths->log, offset, words, sizeof words);
    return ekc_fail(r < 0 ? r : -ECHILD, "%s%s%s", what, *words ? ": " : "", words);
}

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) < 0 ? 0 : (long)status.st_size;
}

static int make_folder(const struct cluster *cluster)
{
    int r = files_make_folder(cluster->dir, 0700);
    if (r == 0 && cluster->account.uid != 0 &&
        chown(cluster->dir, cluster->account.uid, cluster->account.gid) < 0)
        r = -errno;
    if (r == 0 && *cluster->link && symlink(cluster->dir, cluster->link) < 0 && errno != EEXIST)
        r = -errno;
    return r < 0 ? ekc_fail(r, "cannot make %s", cluster->dir) : 0;
}

static int configure(const struct cluster *cluster, const struct paths *paths)
{
    char path[FILES_PATH_MAX + sizeof "/postgresql.conf"];
    (void)snprintf(path, sizeof path, "%s/postgresql.conf", paths->fresh);
    FILE *file = fopen(path, "ae");
    if (!file)
        return -errno;
    (void)fprintf(file, configuration, cluster->dir);
    return fclose(file) == 0 ? 0 : -errno;
}

/* Made beside and renamed, so that an interrupted one is never taken for a cluster. */
static int make(const struct cluster *cluster, const struct paths *paths)
{
    const char *const initdb[] = { paths->initdb,
                                   "-D",
                                   paths->fresh,
                                   "-U",
                                   "ekc",
                                   "-E",
                                   "UTF8",
                                   "-A",
                                   "trust",
                                   "--locale=C.UTF-8",
                                   "--no-instructions",
                                   NULL };
    if (access(paths->data, F_OK) == 0)
        return 0;
    int r = make_folder(cluster);
    if (r < 0)
        return r;

    r = files_remove(paths->fresh);
    if (r < 0)
        return ekc_fail(r, "cannot remove %s", paths->fresh);
    long offset = size_of(paths->log);
    r = run(cluster, initdb, paths->log);
    if (r != 0)
        return tell(paths, offset, r, "initdb failed");
    r = configure(cluster, paths);
    if (r == 0 && rename(paths->fresh, paths->data) < 0)
        r = -errno;
    return r < 0 ? ekc_fail(r, "cannot set up %s", paths->data) : 0;
}

static bool is_running(const struct cluster *cluster, const struct paths *paths)
{
    const char *const status[] = { paths->pg_ctl, "-D", paths->data, "status", NULL };
    return run(cluster, status, NULL) == 0;
}

static int make_database(const struct cluster *cluster)
{
    char conninfo[FILES_PATH_MAX];
    cluster_conninfo(cluster, "postgres", conninfo);
    return store_make_database(conninfo);
}

int cluster_start(const struct cluster *cluster)
{
    struct paths paths;
    if (!*cluster->bin)
        return ekc_fail(-ENOENT, "there is no PostgreSQL 15 or newer (initdb, pg_ctl)");
    fill(cluster, &paths);
    int r = make(cluster, &paths);
    if (r < 0)
        return r;

    const char *const start[] = { paths.pg_ctl, "-D", paths.data, "-l",    paths.log, "-t",
                                  "60",         "-w", "-s",       "start", NULL };
    if (!is_running(cluster, &paths)) {
        long offset = size_of(paths.log);
        r = run(cluster, start, paths.log);
        if (r != 0)
            return tell(&paths, offset, r, "PostgreSQL does not start");
    }
    return make_database(cluster);
}

int cluster_stop(const struct cluster *cluster)
{
    struct paths paths;
    fill(cluster, &paths);
    if (access(paths.data, F_OK) < 0 || !is_running(cluster, &paths))
        return 0;

    const char *const stop[] = { paths.pg_ctl, "-D", paths.data, "-m",   "fast", "-t",
                                 "60",         "-w", "-s",       "stop", NULL };
    long offset = size_of(paths.log);
    int r = run(cluster, stop, paths.log);
    return r != 0 ? tell(&paths, offset, r, "PostgreSQL does not stop") : 0;
}

int cluster_remove(const struct cluster *cluster)
{
    int r = files_remove(cluster->dir);
    if (r == 0 && *cluster->link)
        r = files_remove(cluster->link);
    return r < 0 ? ekc_fail(r, "cannot remove %s", cluster->dir) : 0;
}
