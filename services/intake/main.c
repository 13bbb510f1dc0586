/* main.c - wires intake: settings, loop, bus, connections, ends. */
#include <stdlib.h>

#include "ekc/log.h"
#include "ekc/settings.h"
#include "intake/handler.h"
#include "intake/health.h"
#include "intake/intake.h"
#include "intake/reader.h"
#include "intake/work.h"

static void close_all(struct intake *intake)
{
    ekc_admin_close(&intake->admin);
    handler_close(intake);
    work_close(intake);
    ekc_feed_close(&intake->feed);
    for (size_t i = 0; i < WRITERS; i++)
        writer_close(&intake->writers[i]);
    reader_close(intake);
    batch_free(&intake->open);
    while (intake->waiting_count > 0)
        batch_free(&intake->waiting[--intake->waiting_count]);
    while (intake->spare_count > 0)
        batch_free(&intake->spare[--intake->spare_count]);
    ekc_arena_free(&intake->scratch);
    ekc_arena_free(&intake->busy_arena);
    ekc_loop_free(&intake->loop);
    ekc_bus_close(&intake->bus);
}

static int open_memory(struct intake *intake)
{
    enum { SCRATCH = 1 << 20, BUSY = 4 << 20 };
    size_t limit = (size_t)ekc_setting_number("EKC_BATCH_BYTES");
    intake->max_items = (size_t)ekc_setting_number("EKC_BATCH_ITEMS");
    int r = ekc_arena_new(&intake->scratch, SCRATCH);
    if (r == 0)
        r = ekc_arena_new(&intake->busy_arena, BUSY);
    if (r == 0)
        r = batch_new(&intake->open, limit);
    for (size_t i = 0; i < BATCHES - 1 && r == 0; i++) {
        r = batch_new(&intake->spare[i], limit);
        intake->spare_count += r == 0;
    }
    return r;
}

static int open_all(struct intake *intake)
{
    int r = ekc_loop_new(&intake->loop);
    if (r == 0)
        r = open_memory(intake);
    if (r < 0)
        return ekc_fail(r, "cannot start");

    r = ekc_bus_open(&intake->bus);
    if (r < 0)
        return r;
    ekc_loop_attach(intake->loop, intake->bus);

    const char *events = ekc_setting("EKC_INTAKE_EVENTS_BIND");
    r = ekc_feed_open(&intake->feed, intake->loop, intake->bus, events,
                      EKC__V1__ROLE__ROLE_INTAKE);
    if (r < 0)
        return ekc_fail(r, "cannot bind EKC_INTAKE_EVENTS_BIND=%s", events);

    r = reader_open(intake);
    for (size_t i = 0; i < WRITERS && r == 0; i++)
        r = writer_open(&intake->writers[i], intake);
    if (r < 0)
        return ekc_fail(r, "cannot open the database door");

    r = health_open(intake);
    if (r == 0)
        r = work_open(intake);
    return r < 0 ? r : handler_open(intake);
}

int main(int argc, char **argv)
{
    static struct intake intake;
    int status = 0;
    ekc_log_open("intake");
    int r = ekc_settings_enter("ekc-intake - takes inquiries and acknowledges them.", argc,
                               argv, &status);
    if (r < 0)
        return status;

    r = open_all(&intake);
    if (r == 0) {
        ekc_info("intake %s is up", EKC_VERSION);
        r = ekc_loop_run(intake.loop);
    }
    close_all(&intake);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
