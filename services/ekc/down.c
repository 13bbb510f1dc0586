/* down.c - `ekc down`; see take_down.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "options.h"
#include "take_down.h"
#include "workers.h"

int take_down(const struct centre *centre, const struct cluster *cluster)
{
    workers_end(centre);
    return cluster_stop(cluster);
}

/* Only what `ekc up` made: a home may hold other people's files. */
static int purge(const struct centre *centre, const struct cluster *cluster)
{
    static const char *const ours[] = { "centre.env", "keys", "log", "run", "lock" };
    char path[FILES_PATH_MAX];
    int r = cluster_remove(cluster);
    for (size_t i = 0; i < EKC_COUNT(ours) && r == 0; i++) {
        centre_path(centre, path, "%s", ours[i]);
        r = files_remove(path);
        if (r < 0)
            return ekc_fail(r, "cannot remove %s", path);
    }
    if (r == 0)
        (void)rmdir(centre->home);
    return r;
}

static int down(struct centre *centre, bool is_purge)
{
    struct cluster cluster;
    int r = centre_lock(centre);
    if (r < 0 && r != -ENOENT)
        return ekc_fail(r, "cannot lock %s", centre->home);
    r = cluster_find(centre, &cluster);
    if (r == 0)
        r = take_down(centre, &cluster);
    if (r == 0 && is_purge)
        r = purge(centre, &cluster);
    if (r == 0)
        (void)printf("The centre in %s is down%s.\n", centre->home,
                     is_purge ? " and removed" : "");
    return r;
}

int command_down(int argc, char **argv)
{
    bool is_purge = false;
    const struct option_row rows[] = {
        { "purge", OPTION_FLAG, &is_purge, NULL, "remove its data, keys and logs as well", 0,
          0 },
    };
    const struct options options = {
        .command = "ekc down",
        .about = "Takes a centre down that `ekc up` has brought up.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    EKC_CLEANUP(centre_done) struct centre centre = { .lock = -1 };
    int r = options_parse(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (ekc_settings_load() < 0)
        return OPTIONS_EXIT_USAGE;
    r = centre_find(&centre);
    if (r < 0)
        return ekc_fail(r, "cannot find the centre's home"), EXIT_FAILURE;
    return down(&centre, is_purge) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
