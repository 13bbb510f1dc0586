/* clock.c - preloaded into one worker: its wall clock is wrong by as many seconds as stand in
 * the file CHAOS_CLOCK, which may change at any time. Its monotonic clock is left alone. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t offset(void)
{
    char text[32] = { 0 };
    const char *path = getenv("CHAOS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return 0;
    ssize_t len = read(file, text, sizeof text - 1);
    close(file);
    return len > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
    int r = (int)syscall(SYS_clock_gettime, clock, ret_now);
    if (r == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        ret_now->tv_sec += offset();
    return r;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    int r = clock_gettime(CLOCK_REALTIME, &now);
    *ret_now = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
    return r;
}

time_t time(time_t *ret_now)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}
