/* wait.c - see wait.h. */
#include "wait.h"

#include <errno.h>
#include <time.h>

#include "ekc/log.h"
#include "ekc/loop.h"
#include "store.h"

enum { LOOK_MS = 100, PATIENCE_MS = 60000 };

int wait_until_counted(void)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int64_t left = -1, moved_ms = ekc_tick_ms();
    int r = store_open(&sql);
    while (r == 0) {
        int64_t now_left = 0;
        r = store_left(sql, &now_left);
        if (r < 0 || now_left == 0)
            return r;
        if (now_left != left)
            moved_ms = ekc_tick_ms();
        left = now_left;
        if (ekc_tick_ms() - moved_ms > PATIENCE_MS)
            return ekc_fail(-ETIMEDOUT,
                            "%lld events and inquiries still wait; are classifier and "
                            "statistics up?",
                            (long long)left);
        const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
        (void)nanosleep(&pause, NULL);
    }
    return r;
}
