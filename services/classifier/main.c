/* main.c - wires the classifier, and takes it down in good order. What it does with work is in
 * handler.c, what it finds by itself in sweep.c, what it knows in classify.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/admin.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "handler.h"
#include "revive.h"
#include "sweep.h"

enum { DRAIN_MS = 15000, FAREWELL_MS = 500, DRAIN_TICK_MS = 50 };

struct worker {
    ekc_loop *loop;
    ekc_bus *bus;
    ekc_feed *feed;
    struct writer *writer, *sweeper; /* two connections, each with its lane */
    struct refresh *refresh;
    struct handler *handler;
    struct sweep *sweep;
    struct revive *revive;
    ekc_admin *admin;
    struct counts counts;
    struct ekc_metric metrics[COUNTS_METRICS];
    int64_t stop_ms; /* when it was asked to stop; 0 = not yet */
    int64_t left_ms; /* when farewell was said; 0 = not yet */
    bool is_late;
};

static void close_worker(struct worker *worker)
{
    ekc_admin_close(&worker->admin);
    revive_close(&worker->revive);
    sweep_close(&worker->sweep);
    handler_close(&worker->handler);
    refresh_close(&worker->refresh);
    writer_close(&worker->sweeper);
    writer_close(&worker->writer);
    ekc_feed_close(&worker->feed);
    ekc_bus_close(&worker->bus);
    ekc_loop_free(&worker->loop);
}

static const char *not_ready(void *self)
{
    struct worker *worker = self;
    if (worker->stop_ms)
        return "it is stopping";
    const char *trouble = writer_trouble(worker->writer);
    return trouble ? trouble : refresh_trouble(worker->refresh);
}

static void begin_stop(void *self)
{
    struct worker *worker = self;
    ekc_info("stopping");
    worker->stop_ms = ekc_tick_ms();
    handler_leave(worker->handler);
    sweep_leave(worker->sweep);
    revive_leave(worker->revive);
}

/* Lanes go last: what is in hand must be written first. */
static void go_on_stopping(void *self)
{
    struct worker *worker = self;
    if (!worker->stop_ms)
        return;
    if (handler_has_left(worker->handler)) {
        writer_leave(worker->writer);
        writer_leave(worker->sweeper);
    }
    bool has_left = writer_has_left(worker->writer) && writer_has_left(worker->sweeper);
    if (has_left && !worker->left_ms) {
        worker->left_ms = ekc_tick_ms();
        ekc_feed_leave(worker->feed);
    }
    bool is_heard =
        ekc_feed_has_left(worker->feed) || ekc_tick_ms() - worker->left_ms > FAREWELL_MS;
    worker->is_late = ekc_tick_ms() - worker->stop_ms >= DRAIN_MS;
    if ((has_left && is_heard) || worker->is_late)
        ekc_loop_stop(worker->loop);
}

static int open_bus(struct worker *worker)
{
    int r = ekc_loop_new(&worker->loop);
    if (r < 0)
        return ekc_fail(r, "cannot make the loop");

    r = ekc_bus_open(&worker->bus);
    if (r < 0)
        return r;
    ekc_loop_attach(worker->loop, worker->bus);

    const char *address = ekc_setting("EKC_CLASSIFIER_EVENTS_BIND");
    r = ekc_feed_open(&worker->feed, worker->loop, worker->bus, address,
                      EKC__V1__ROLE__ROLE_CLASSIFIER);
    return r < 0 ? ekc_fail(r, "cannot tell events at %s", address) : 0;
}

static int open_writers(struct worker *worker)
{
    struct writer_options options = { .loop = worker->loop,
                                      .errors = &worker->counts.database_errors };
    int r = writer_open(&worker->writer, &options);
    options.is_quiet = true;
    r = r < 0 ? r : writer_open(&worker->sweeper, &options);
    return r < 0 ? ekc_fail(r, "cannot use EKC_DB") : 0;
}

/* In this order they come to their turn, too: a chore of two statements before a sweep. */
static int open_rooms(struct worker *worker)
{
    int r = refresh_open(&worker->refresh, worker->loop, worker->bus, worker->sweeper);
    r = r < 0 ? r
              : handler_open(&worker->handler,
                             &(struct handler_options){ .loop = worker->loop,
                                                        .bus = worker->bus,
                                                        .feed = worker->feed,
                                                        .writer = worker->writer,
                                                        .refresh = worker->refresh,
                                                        .counts = &worker->counts });
    r = r < 0
            ? r
            : sweep_open(&worker->sweep, &(struct sweep_options){ .loop = worker->loop,
                                                                  .feed = worker->feed,
                                                                  .writer = worker->sweeper,
                                                                  .refresh = worker->refresh,
                                                                  .counts = &worker->counts });
    r = r < 0 ? r
              : revive_open(&worker->revive,
                            &(struct revive_options){ .loop = worker->loop,
                                                      .feed = worker->feed,
                                                      .writer = worker->sweeper,
                                                      .refresh = worker->refresh,
                                                      .counts = &worker->counts });
    return r < 0 ? ekc_fail(r, "cannot set up the work") : 0;
}

static int open_admin(struct worker *worker)
{
    const char *address = ekc_setting("EKC_CLASSIFIER_ADMIN_BIND");
    counts_metrics(&worker->counts, worker->metrics);
    int r = ekc_admin_open(&worker->admin, worker->loop,
                           &(struct ekc_admin_options){ .address = address,
                                                        .not_ready = not_ready,
                                                        .self = worker,
                                                        .metrics = worker->metrics,
                                                        .metric_count = COUNTS_METRICS });
    return r < 0 ? ekc_fail(r, "cannot serve the admin port at %s", address) : 0;
}

static int open_worker(struct worker *worker)
{
    int r = open_bus(worker);
    r = r < 0 ? r : open_writers(worker);
    r = r < 0 ? r : open_rooms(worker);
    r = r < 0 ? r : open_admin(worker);
    return r < 0 ? r : ekc_loop_every(worker->loop, DRAIN_TICK_MS, go_on_stopping, worker);
}

static int run(struct worker *worker)
{
    int r = open_worker(worker);
    if (r < 0)
        return r;

    ekc_info("classifier " EKC_VERSION " up");
    ekc_loop_on_stop(worker->loop, begin_stop, worker);
    r = ekc_loop_run(worker->loop);
    if (r < 0)
        return ekc_fail(r, "the loop broke");
    if (worker->is_late)
        return ekc_fail(-ETIMEDOUT, "stopped with work in hand: it will be found in the log");
    ekc_info("down");
    return handler_fault(worker->handler);
}

int main(int argc, char **argv)
{
    static struct worker worker;
    ekc_log_open("classifier");
    int status = 0;
    int r = ekc_settings_enter("ekc-classifier - judges what inquiries are about.", argc, argv,
                               &status);
    if (r < 0)
        return status;

    r = run(&worker);
    close_worker(&worker);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
