/* resolve.c - see ekc/resolve.h. The thread lays down what it found, and asks no more until
 * the loop has taken it up; who of both is last frees what they share. */
#include "ekc/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { HOST_SIZE = 256, PATIENCE_MS = 200, BOTH = 2 };

struct ekc_resolve {
    ekc_loop *loop;
    pthread_t thread;
    struct ekc_resolve_options options;
    char host[HOST_SIZE];
    int news; /* an eventfd: something has been laid down */

    atomic_int holders;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t change;
    struct ekc_found found;
    bool is_laid_down, is_closed;
};

/* Several families and kinds of sockets would repeat each address. */
static void ask_system(void *self, const char *host, struct ekc_found *found)
{
    (void)self;
    const struct addrinfo wanted = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    int r = getaddrinfo(host, NULL, &wanted, &list);
    if (r != 0) {
        found->trouble = gai_strerror(r);
        return;
    }
    for (const struct addrinfo *at = list; at && found->count < EKC_FOUND_MAX; at = at->ai_next)
        if (inet_ntop(AF_INET,
                      &((const struct sockaddr_in *)(const void *)at->ai_addr)->sin_addr,
                      found->addresses[found->count], EKC_FOUND_SIZE))
            found->count++;
    freeaddrinfo(list);
}

static struct timespec from_now(int64_t wait_ms)
{
    struct timespec at;
    int64_t at_ms = ekc_tick_ms() + wait_ms;
    at.tv_sec = at_ms / 1000;
    at.tv_nsec = at_ms % 1000 * 1000000;
    return at;
}

static void release(struct ekc_resolve *resolve)
{
    if (atomic_fetch_sub(&resolve->holders, 1) > 1)
        return;
    if (resolve->news >= 0)
        (void)close(resolve->news);
    (void)pthread_cond_destroy(&resolve->change);
    (void)pthread_mutex_destroy(&resolve->lock);
    free(resolve);
}

/* --- the thread --------------------------------------------------------------------------- */

static void lay_down(struct ekc_resolve *resolve, const struct ekc_found *found)
{
    (void)pthread_mutex_lock(&resolve->lock);
    resolve->found = *found;
    resolve->is_laid_down = true;
    (void)eventfd_write(resolve->news, 1);
    while (resolve->is_laid_down && !resolve->is_closed)
        (void)pthread_cond_wait(&resolve->change, &resolve->lock);
    (void)pthread_mutex_unlock(&resolve->lock);
}

/* False when it is time to end. */
static bool rest(struct ekc_resolve *resolve)
{
    const struct timespec until = from_now(resolve->options.period_ms);
    (void)pthread_mutex_lock(&resolve->lock);
    int r = 0;
    while (!resolve->is_closed && r != ETIMEDOUT)
        r = pthread_cond_timedwait(&resolve->change, &resolve->lock, &until);
    bool is_closed = resolve->is_closed;
    (void)pthread_mutex_unlock(&resolve->lock);
    return !is_closed;
}

static void *look_up(void *self)
{
    struct ekc_resolve *resolve = self;
    struct ekc_found found;
    do {
        found = (struct ekc_found){ .count = 0 };
        resolve->options.lookup(resolve->options.lookup_self, resolve->host, &found);
        lay_down(resolve, &found);
    } while (rest(resolve));
    release(resolve);
    return NULL;
}

/* --- the loop ----------------------------------------------------------------------------- */

static void take_up(void *self)
{
    struct ekc_resolve *resolve = self;
    struct ekc_found found;
    eventfd_t count = 0;
    (void)eventfd_read(resolve->news, &count);

    (void)pthread_mutex_lock(&resolve->lock);
    bool is_laid_down = resolve->is_laid_down;
    if (is_laid_down)
        found = resolve->found;
    resolve->is_laid_down = false;
    (void)pthread_cond_signal(&resolve->change);
    (void)pthread_mutex_unlock(&resolve->lock);
    if (is_laid_down)
        resolve->options.on_found(resolve->options.self, &found);
}

static int init(struct ekc_resolve *resolve)
{
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&resolve->lock, NULL);
    (void)pthread_cond_init(&resolve->change, &clock);
    (void)pthread_condattr_destroy(&clock);
    resolve->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return resolve->news < 0 ? -errno : 0;
}

/* Signals are the loop's. */
static int start(struct ekc_resolve *resolve)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    atomic_store(&resolve->holders, BOTH);
    int r = pthread_create(&resolve->thread, NULL, look_up, resolve);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -r;
}

static int begin(struct ekc_resolve *resolve)
{
    int r = init(resolve);
    if (r < 0)
        return r;

    r = ekc_loop_fd(resolve->loop, resolve->news, true, false, take_up, resolve);
    if (r < 0)
        return r;

    r = start(resolve);
    if (r < 0)
        ekc_loop_forget_fd(resolve->loop, resolve->news);
    return r;
}

int ekc_resolve_open(ekc_resolve **ret_resolve, ekc_loop *loop,
                     const struct ekc_resolve_options *options)
{
    if (strlen(options->host) >= HOST_SIZE)
        return -ENAMETOOLONG;
    struct ekc_resolve *resolve = calloc(1, sizeof *resolve);
    if (!resolve)
        return -ENOMEM;

    resolve->loop = loop;
    resolve->options = *options;
    if (!options->lookup)
        resolve->options.lookup = ask_system;
    (void)strncpy(resolve->host, options->host, HOST_SIZE - 1);
    int r = begin(resolve);
    if (r < 0) {
        atomic_store(&resolve->holders, 1);
        release(resolve);
        return r;
    }
    *ret_resolve = resolve;
    return 0;
}

static void end_thread(struct ekc_resolve *resolve)
{
    const struct timespec until = from_now(PATIENCE_MS);
    (void)pthread_mutex_lock(&resolve->lock);
    resolve->is_closed = true;
    (void)pthread_cond_signal(&resolve->change);
    (void)pthread_mutex_unlock(&resolve->lock);
    if (pthread_clockjoin_np(resolve->thread, NULL, CLOCK_MONOTONIC, &until) != 0)
        (void)pthread_detach(resolve->thread);
}

void ekc_resolve_close(ekc_resolve **resolve)
{
    if (!*resolve)
        return;
    ekc_loop_forget_fd((*resolve)->loop, (*resolve)->news);
    end_thread(*resolve);
    release(*resolve);
    *resolve = NULL;
}
