/* main.c - wires statistics: counting, the answers about it, and the admin port. */
#include <stdlib.h>
#include <string.h>

#include "counting.h"
#include "ekc/admin.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "handler.h"

enum { METRICS = 9 };

struct statistics {
    struct counting *counting;
    struct handler *handler;
    struct ekc_metric metrics[METRICS];
};

static const char *not_ready(void *self)
{
    struct statistics *statistics = self;
    return counting_trouble(statistics->counting);
}

static void stop(void *self)
{
    struct statistics *statistics = self;
    handler_stop(statistics->handler);
    counting_stop(statistics->counting);
}

static int open_admin(ekc_admin **ret_admin, ekc_loop *loop, struct statistics *statistics)
{
    const struct counting_numbers *counted = counting_numbers(statistics->counting);
    const struct handler_numbers *asked = handler_numbers(statistics->handler);
    const struct ekc_metric metrics[METRICS] = {
        { "ekc_events_counted_total", "path=\"wire\"", "Events counted.", "counter",
          &counted->wire },
        { "ekc_events_counted_total", "path=\"sweep\"", "Events counted.", "counter",
          &counted->sweep },
        { "ekc_lag_batches", NULL, "Batches in the log that are not counted.", "gauge",
          &counted->batches_lag },
        { "ekc_pages_total", NULL, "Transactions that wrote counters.", "counter",
          &counted->pages },
        { "ekc_counting", NULL, "1 when it is this worker's turn to count.", "gauge",
          &counted->is_counting },
        { "ekc_peers", NULL, "Producers that are heard.", "gauge", &counted->peers },
        { "ekc_queries_total", NULL, "Questions answered.", "counter", &asked->queries },
        { "ekc_query_scans_total", NULL, "Questions answered from the facts.", "counter",
          &asked->scans },
        { "ekc_query_refusals_total", NULL, "Questions refused.", "counter", &asked->refusals },
    };
    memcpy(statistics->metrics, metrics, sizeof metrics);

    const char *address = ekc_setting("EKC_STATISTICS_ADMIN_BIND");
    const struct ekc_admin_options options = { .address = address,
                                               .not_ready = not_ready,
                                               .self = statistics,
                                               .metrics = statistics->metrics,
                                               .metric_count = METRICS };
    int r = ekc_admin_open(ret_admin, loop, &options);
    return r < 0 ? ekc_fail(r, "cannot open the admin port at %s", address) : 0;
}

static int run(void)
{
    EKC_CLEANUP(ekc_loop_free) ekc_loop *loop = NULL;
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = NULL;
    EKC_CLEANUP(counting_close) struct counting *counting = NULL;
    EKC_CLEANUP(handler_close) struct handler *handler = NULL;
    EKC_CLEANUP(ekc_admin_close) ekc_admin *admin = NULL;

    int r = ekc_loop_new(&loop);
    if (r < 0)
        return ekc_fail(r, "cannot make the loop");

    r = ekc_bus_open(&bus);
    if (r < 0)
        return r;
    ekc_loop_attach(loop, bus);

    r = counting_open(&counting, loop, bus);
    if (r >= 0)
        r = handler_open(&handler, loop, bus, counting);
    if (r < 0)
        return r;

    struct statistics statistics = { .counting = counting, .handler = handler };
    r = open_admin(&admin, loop, &statistics);
    if (r < 0)
        return r;

    ekc_loop_on_stop(loop, stop, &statistics);
    ekc_info("statistics answers at %s", ekc_setting("EKC_STATISTICS_QUERY_BIND"));
    r = ekc_loop_run(loop);
    return r < 0 ? ekc_fail(r, "the loop broke") : counting_result(counting);
}

int main(int argc, char **argv)
{
    int status = 0;
    ekc_log_open("statistics");
    if (ekc_settings_enter("ekc-statistics - counts what happens and answers questions.", argc,
                           argv, &status) < 0)
        return status;
    return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
