/* keys.c - see keys.h. */
#include "keys.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "ekc/log.h"
#include "files.h"

int keys_make(const char *path, struct ekc_keypair *ret_pair)
{
    char line[EKC_KEY_SIZE + 1];
    if (access(path, F_OK) == 0)
        return ekc_fail(-EEXIST, "will not write over %s", path);
    int r = ekc_keypair_new(ret_pair);
    if (r < 0)
        return ekc_fail(r, "cannot make a key");

    (void)snprintf(line, sizeof line, "%s\n", ret_pair->secret_key);
    r = files_write(path, line, 0600);
    return r < 0 ? ekc_fail(r, "cannot write %s", path) : 0;
}

int keys_read(const char *path, struct ekc_keypair *ret_pair)
{
    int r = ekc_keypair_read(path, ret_pair);
    return r < 0 ? ekc_fail(r, "no secret key in %s", path) : 0;
}

int keys_take(const char *path, struct ekc_keypair *ret_pair)
{
    return access(path, F_OK) == 0 ? keys_read(path, ret_pair) : keys_make(path, ret_pair);
}
