/* loop.c - see ekc/loop.h. */
#include "ekc/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_MAX = 256, TIMER_MAX = 32, AFTER_MAX = 16, TURN_MS = 1000 };

struct watch {
    ekc_loop_fn *fn; /* NULL = forgotten, to be swept after the turn */
    void *self;
};

struct timer {
    int64_t period_ms, due_ms;
    struct watch call;
};

struct ekc_loop {
    ekc_bus *bus;
    struct ekc_wait waits[WATCH_MAX];
    struct watch watches[WATCH_MAX];
    size_t watch_count;
    struct timer timers[TIMER_MAX];
    size_t timer_count;
    struct watch after[AFTER_MAX];
    size_t after_count;
    struct watch on_stop;
    int signals;
    bool is_asked, is_stopped;
    _Atomic int64_t turned_ms;
};

static int64_t clock_of(clockid_t id, int64_t per_second)
{
    struct timespec now;
    (void)clock_gettime(id, &now);
    return now.tv_sec * per_second + now.tv_nsec / (1000000000 / per_second);
}

int64_t ekc_now_us(void)
{
    return clock_of(CLOCK_REALTIME, 1000000);
}

int64_t ekc_tick_ms(void)
{
    return clock_of(CLOCK_MONOTONIC, 1000);
}

int64_t ekc_loop_lag_ms(const ekc_loop *loop)
{
    return ekc_tick_ms() - atomic_load(&loop->turned_ms);
}

/* The first signal asks to stop in good order, the second does not ask. */
static void take_signal(void *self)
{
    ekc_loop *loop = self;
    struct signalfd_siginfo info;
    if (read(loop->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    if (loop->is_asked || !loop->on_stop.fn) {
        ekc_loop_stop(loop);
        return;
    }
    loop->is_asked = true;
    loop->on_stop.fn(loop->on_stop.self);
}

static int block_signals(int *ret_fd)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    (void)signal(SIGPIPE, SIG_IGN);

    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

int ekc_loop_new(ekc_loop **ret_loop)
{
    EKC_CLEANUP(ekc_loop_free) ekc_loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return -ENOMEM;

    loop->signals = -1;
    atomic_store(&loop->turned_ms, ekc_tick_ms());
    int r = block_signals(&loop->signals);
    if (r < 0)
        return r;

    r = ekc_loop_fd(loop, loop->signals, true, false, take_signal, loop);
    if (r < 0)
        return r;

    *ret_loop = loop;
    loop = NULL;
    return 0;
}

void ekc_loop_attach(ekc_loop *loop, ekc_bus *bus)
{
    loop->bus = bus;
}

void ekc_loop_free(ekc_loop **loop)
{
    if (!*loop)
        return;
    if ((*loop)->signals >= 0)
        (void)close((*loop)->signals);
    free(*loop);
    *loop = NULL;
}

static struct ekc_wait *find(ekc_loop *loop, const ekc_end *end, int fd, size_t *ret_index)
{
    for (size_t i = 0; i < loop->watch_count; i++) {
        const struct ekc_wait *wait = &loop->waits[i];
        bool is_same = end ? wait->end == end : !wait->end && wait->fd == fd;
        if (is_same && loop->watches[i].fn) {
            *ret_index = i;
            return &loop->waits[i];
        }
    }
    return NULL;
}

static int watch(ekc_loop *loop, struct ekc_wait wish, struct watch call)
{
    size_t i = 0;
    if (!find(loop, wish.end, wish.fd, &i)) {
        if (loop->watch_count == WATCH_MAX)
            return -ENOSPC;
        i = loop->watch_count++;
    }
    loop->waits[i] = wish;
    loop->watches[i] = call;
    return 0;
}

int ekc_loop_end(ekc_loop *loop, ekc_end *end, ekc_loop_fn *fn, void *self)
{
    return watch(loop, (struct ekc_wait){ .end = end, .want_read = true },
                 (struct watch){ fn, self });
}

int ekc_loop_fd(ekc_loop *loop, int fd, bool want_read, bool want_write, ekc_loop_fn *fn,
                void *self)
{
    return watch(
        loop, (struct ekc_wait){ .fd = fd, .want_read = want_read, .want_write = want_write },
        (struct watch){ fn, self });
}

/* Only marked here: a turn may be walking the list. */
static void forget(ekc_loop *loop, const ekc_end *end, int fd)
{
    size_t i = 0;
    if (find(loop, end, fd, &i))
        loop->watches[i].fn = NULL;
}

void ekc_loop_forget_end(ekc_loop *loop, ekc_end *end)
{
    forget(loop, end, -1);
}

void ekc_loop_forget_fd(ekc_loop *loop, int fd)
{
    forget(loop, NULL, fd);
}

int ekc_loop_every(ekc_loop *loop, int64_t period_ms, ekc_loop_fn *fn, void *self)
{
    if (loop->timer_count == TIMER_MAX)
        return -ENOSPC;
    loop->timers[loop->timer_count++] = (struct timer){
        .period_ms = period_ms,
        .due_ms = ekc_tick_ms() + period_ms,
        .call = { fn, self },
    };
    return 0;
}

int ekc_loop_after_turn(ekc_loop *loop, ekc_loop_fn *fn, void *self)
{
    if (loop->after_count == AFTER_MAX)
        return -ENOSPC;
    loop->after[loop->after_count++] = (struct watch){ fn, self };
    return 0;
}

void ekc_loop_on_stop(ekc_loop *loop, ekc_loop_fn *fn, void *self)
{
    loop->on_stop = (struct watch){ fn, self };
}

void ekc_loop_stop(ekc_loop *loop)
{
    loop->is_stopped = true;
}

static void sweep_forgotten(ekc_loop *loop)
{
    size_t kept = 0;
    for (size_t i = 0; i < loop->watch_count; i++) {
        if (!loop->watches[i].fn)
            continue;
        loop->waits[kept] = loop->waits[i];
        loop->watches[kept++] = loop->watches[i];
    }
    loop->watch_count = kept;
}

static long until_next_timer(const ekc_loop *loop, long timeout_ms)
{
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < loop->timer_count; i++) {
        int64_t left = loop->timers[i].due_ms - now;
        if (left < timeout_ms)
            timeout_ms = left > 0 ? (long)left : 0;
    }
    return timeout_ms;
}

static void call_timers(ekc_loop *loop)
{
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < loop->timer_count; i++) {
        struct timer *timer = &loop->timers[i];
        if (timer->due_ms > now)
            continue;
        timer->due_ms = now + timer->period_ms;
        timer->call.fn(timer->call.self);
    }
}

/* Those who register during the turn wait for the next: their can_… is not known yet. */
static void call_watches(ekc_loop *loop, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool can_go = loop->waits[i].can_read || loop->waits[i].can_write;
        if (can_go && loop->watches[i].fn)
            loop->watches[i].fn(loop->watches[i].self);
    }
}

int ekc_loop_turn(ekc_loop *loop, long timeout_ms)
{
    sweep_forgotten(loop);
    size_t count = loop->watch_count;
    int r = ekc_bus_wait(loop->bus, loop->waits, count, until_next_timer(loop, timeout_ms));
    if (r < 0)
        return r;

    atomic_store(&loop->turned_ms, ekc_tick_ms());
    call_watches(loop, count);
    call_timers(loop);
    for (size_t i = 0; i < loop->after_count; i++)
        loop->after[i].fn(loop->after[i].self);
    return 0;
}

int ekc_loop_run(ekc_loop *loop)
{
    while (!loop->is_stopped) {
        int r = ekc_loop_turn(loop, TURN_MS);
        if (r < 0)
            return r;
    }
    return 0;
}
