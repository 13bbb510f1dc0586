/* health.c - see health.h. */
#include "intake/health.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "intake/batches.h"
#include "intake/reader.h"
#include "intake/work.h"

enum { PULSE_MS = 50, DRAIN_MS = 15000, FAREWELL_MS = 500 };

/* Why intake cannot take inquiries now, or NULL. */
static const char *not_ready(void *self)
{
    static char text[320];
    struct intake *intake = self;
    if (intake->is_draining)
        return "draining";
    if (!ekc_db_is_connected(intake->reader)) {
        (void)snprintf(text, sizeof text, "no database: %s", ekc_db_trouble(intake->reader));
        return text;
    }
    if (intake->schema_version < 0)
        return mood_is_well(&intake->mood) ? "the schema has not been read yet"
                                           : intake->mood.text;
    if (intake->schema_version != ekc_schema_needed()) {
        (void)snprintf(text, sizeof text, "the schema has version %d, this build needs %d",
                       intake->schema_version, ekc_schema_needed());
        return text;
    }
    if (!intake->catalog)
        return "no catalog";
    if (!mood_is_well(&intake->mood))
        return intake->mood.text;
    for (size_t i = 0; i < WRITERS; i++)
        if (!writer_is_ready(&intake->writers[i]))
            return "no lane";
    return NULL;
}

static bool is_empty(const struct intake *intake)
{
    if (intake->open->count > 0 || intake->waiting_count > 0 || intake->show_count > 0)
        return false;
    for (size_t i = 0; i < WRITERS; i++)
        if (intake->writers[i].batch)
            return false;
    return true;
}

static void say_farewell(struct intake *intake)
{
    intake->left_ms = ekc_tick_ms();
    work_say_bye(intake);
    ekc_feed_leave(intake->feed);
}

/* When all is answered, and what classifiers hold is done, the lanes are given back: whoever
 * takes them next finds only what nobody holds. */
static void leave(struct intake *intake)
{
    bool is_late = ekc_tick_ms() - intake->draining_since_ms > DRAIN_MS;
    bool has_ended = work_has_ended(intake);
    bool has_left = is_empty(intake) && has_ended;
    for (size_t i = 0; has_left && i < WRITERS; i++)
        has_left = writer_leave(&intake->writers[i]);
    if (has_left && !intake->left_ms)
        say_farewell(intake);
    bool is_heard =
        ekc_feed_has_left(intake->feed) || ekc_tick_ms() - intake->left_ms > FAREWELL_MS;
    if ((has_left && is_heard) || is_late)
        ekc_loop_stop(intake->loop);
}

static void pump(void *self)
{
    struct intake *intake = self;
    reader_pump(intake);
    for (size_t i = 0; i < WRITERS; i++)
        writer_pump(&intake->writers[i]);
    batches_give_up(intake);
    intake->counters.open_items = (double)intake->open->count;
    if (intake->is_draining)
        leave(intake);
}

/* The loop's timers turn it at least this often, so that pauses end without an event. */
static void pulse(void *self)
{
    (void)self;
}

static void drain(void *self)
{
    struct intake *intake = self;
    intake->is_draining = true;
    intake->draining_since_ms = ekc_tick_ms();
    ekc_info("draining: %zu inquiries are open", intake->open->count);
}

#define ANSWERED "Inquiries answered, by answer."

/* What counters hold, and how a scrape calls it. */
static const struct {
    const char *name, *labels, *help, *type;
    size_t offset;
} rows[METRICS] = {
    { "ekc_inquiries_total", "answer=\"durable\"", ANSWERED, "counter",
      offsetof(struct counters, durable) },
    { "ekc_inquiries_total", "answer=\"duplicate\"", ANSWERED, "counter",
      offsetof(struct counters, duplicate) },
    { "ekc_inquiries_total", "answer=\"invalid\"", ANSWERED, "counter",
      offsetof(struct counters, invalid) },
    { "ekc_inquiries_total", "answer=\"key_reused\"", ANSWERED, "counter",
      offsetof(struct counters, reused) },
    { "ekc_inquiries_total", "answer=\"busy\"", ANSWERED, "counter",
      offsetof(struct counters, busy) },
    { "ekc_inquiries_total", "answer=\"draining\"", ANSWERED, "counter",
      offsetof(struct counters, draining) },
    { "ekc_requests_refused_total", NULL, "Messages refused as a whole.", "counter",
      offsetof(struct counters, refused) },
    { "ekc_batches_total", NULL, "Batches committed.", "counter",
      offsetof(struct counters, batches) },
    { "ekc_batch_failures_total", NULL, "Batches that had to be tried again.", "counter",
      offsetof(struct counters, failures) },
    { "ekc_redeliveries_total", NULL, "Deliveries that had to be sent again.", "counter",
      offsetof(struct counters, redeliveries) },
    { "ekc_deaths_total", NULL, "Inquiries that a classifier died holding.", "counter",
      offsetof(struct counters, deaths) },
    { "ekc_refilled_inquiries_total", NULL, "Inquiries offered from the log for want of room.",
      "counter", offsetof(struct counters, refills) },
    { "ekc_window_items", NULL, "Inquiries held for classifiers.", "gauge",
      offsetof(struct counters, window_items) },
    { "ekc_classifiers", NULL, "Classifiers that are being served.", "gauge",
      offsetof(struct counters, workers) },
    { "ekc_open_items", NULL, "Inquiries in the open batch.", "gauge",
      offsetof(struct counters, open_items) },
};

static void fill_metrics(struct intake *intake)
{
    for (size_t i = 0; i < METRICS; i++)
        intake->metrics[i] = (struct ekc_metric){
            .name = rows[i].name,
            .labels = rows[i].labels,
            .help = rows[i].help,
            .type = rows[i].type,
            .value = (const double *)(const void *)((const char *)&intake->counters +
                                                    rows[i].offset),
        };
}

int health_open(struct intake *intake)
{
    fill_metrics(intake);
    const char *address = ekc_setting("EKC_INTAKE_ADMIN_BIND");
    int r = ekc_admin_open(&intake->admin, intake->loop,
                           &(struct ekc_admin_options){
                               .address = address,
                               .not_ready = not_ready,
                               .self = intake,
                               .metrics = intake->metrics,
                               .metric_count = METRICS,
                           });
    if (r < 0)
        return ekc_fail(r, "cannot bind EKC_INTAKE_ADMIN_BIND=%s", address);

    ekc_loop_on_stop(intake->loop, drain, intake);
    r = ekc_loop_every(intake->loop, PULSE_MS, pulse, intake);
    return r < 0 ? r : ekc_loop_after_turn(intake->loop, pump, intake);
}
