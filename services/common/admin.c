/* admin.c - see ekc/admin.h. The one file that knows libmicrohttpd; what /metrics says is in
 * metrics.c. */
#include "ekc/admin.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ekc/log.h"
#include "listen.h"
#include "metrics.h"

enum {
    ALIVE_MS = 10000,  /* a loop that has not turned for so long is not healthy */
    TICK_MS = 1000,    /* how often connections are looked at that time out */
    IDLE_S = 10,       /* a client that is silent for so long is cut off */
    CLIENTS_MAX = 32,  /* scrapers and probes; more would be a mistake or an attack */
    MEMORY_MAX = 8192, /* of a connection: no request here is long */
    STEPS_MAX = 64,    /* in one turn, so that clients cannot hold the loop */
};

struct ekc_admin {
    struct MHD_Daemon *daemon;
    ekc_loop *loop;
    int epoll_fd;
    struct ekc_admin_options options;
    char told[320]; /* the state that was last logged */
};

struct page {
    unsigned status;
    const char *type;
    char *body; /* from malloc */
};

typedef void page_fn(const ekc_admin *admin, struct page *page);

static void say(struct page *page, unsigned status, const char *first, const char *second)
{
    page->status = status;
    page->type = "text/plain; charset=utf-8";
    page->body = malloc(strlen(first) + strlen(second) + 2);
    if (page->body)
        (void)stpcpy(stpcpy(stpcpy(page->body, first), second), "\n");
}

static void show_health(const ekc_admin *admin, struct page *page)
{
    bool is_alive = ekc_loop_lag_ms(admin->loop) < ALIVE_MS;
    say(page, is_alive ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
        is_alive ? "ok" : "the loop stands still", "");
}

static void show_readiness(const ekc_admin *admin, struct page *page)
{
    const char *reason = admin->options.not_ready(admin->options.self);
    say(page, reason ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
        reason ? "not ready: " : "ready", reason ? reason : "");
}

static void show_metrics(const ekc_admin *admin, struct page *page)
{
    page->status = MHD_HTTP_OK;
    page->type = "text/plain; version=0.0.4; charset=utf-8";
    page->body = metrics_text(admin->options.metrics, admin->options.metric_count);
}

static const struct {
    const char *path;
    page_fn *show;
} pages[] = {
    { "/healthz", show_health },
    { "/readyz", show_readiness },
    { "/metrics", show_metrics },
};

static void find_page(const ekc_admin *admin, const char *path, const char *method,
                      struct page *page)
{
    bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    for (size_t i = 0; i < EKC_COUNT(pages); i++) {
        if (strcmp(path, pages[i].path) != 0)
            continue;
        if (is_read)
            pages[i].show(admin, page);
        else
            say(page, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD", "");
        return;
    }
    say(page, MHD_HTTP_NOT_FOUND, "only /healthz, /readyz and /metrics", "");
}

static enum MHD_Result answer(void *self, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **state)
{
    (void)version, (void)upload, (void)state;
    *upload_len = 0; /* a body is not read */
    struct page page = { 0 };
    find_page(self, path, method, &page);
    if (!page.body)
        return MHD_NO;

    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(page.body), page.body, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(page.body);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page.type);
    if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, page.status, response);
    MHD_destroy_response(response);
    return queued;
}

/* A zero timeout says that the library has more to do which its epoll does not announce. */
static void serve(void *self)
{
    const ekc_admin *admin = self;
    MHD_UNSIGNED_LONG_LONG timeout_ms = 0;
    for (int i = 0; i < STEPS_MAX && timeout_ms == 0; i++) {
        (void)MHD_run(admin->daemon);
        if (MHD_get_timeout(admin->daemon, &timeout_ms) != MHD_YES)
            return;
    }
}

/* Each new state is told once. */
static void tell_state(ekc_admin *admin)
{
    const char *reason = admin->options.not_ready(admin->options.self);
    const char *state = reason ? reason : "ready";
    if (strcmp(admin->told, state) == 0)
        return;
    admin->told[0] = '\0';
    (void)strncat(admin->told, state, sizeof admin->told - 1);
    if (reason)
        ekc_warn("not ready: %s", admin->told);
    else
        ekc_info("ready");
}

static void tick(void *self)
{
    serve(self);
    tell_state(self);
}

static int start(ekc_admin *admin, int listen_fd)
{
    admin->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, answer, admin, MHD_OPTION_LISTEN_SOCKET, listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX,
        MHD_OPTION_END);
    if (!admin->daemon) {
        (void)close(listen_fd);
        return -ENOMEM;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(admin->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info)
        return -ENOTSUP;
    admin->epoll_fd = info->epoll_fd;
    return ekc_loop_fd(admin->loop, admin->epoll_fd, true, false, serve, admin);
}

int ekc_admin_open(ekc_admin **ret_admin, ekc_loop *loop,
                   const struct ekc_admin_options *options)
{
    EKC_CLEANUP(ekc_admin_close) ekc_admin *admin = calloc(1, sizeof *admin);
    if (!admin)
        return -ENOMEM;

    *admin = (struct ekc_admin){ .loop = loop, .epoll_fd = -1, .options = *options };
    int fd = listen_at(options->address);
    if (fd < 0)
        return fd;

    int r = start(admin, fd);
    if (r < 0)
        return r;

    r = ekc_loop_every(loop, TICK_MS, tick, admin);
    if (r < 0)
        return r;

    *ret_admin = admin;
    admin = NULL;
    return 0;
}

void ekc_admin_close(ekc_admin **admin)
{
    if (!*admin)
        return;
    if ((*admin)->epoll_fd >= 0)
        ekc_loop_forget_fd((*admin)->loop, (*admin)->epoll_fd);
    if ((*admin)->daemon)
        MHD_stop_daemon((*admin)->daemon);
    free(*admin);
    *admin = NULL;
}
