/* reader.c - see reader.h. */
#include "intake/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/guests.h"
#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"
#include "intake/catalog.h"
#include "intake/show.h"
#include "intake/work.h"

enum { ID_BLOCK = 1000, ID_BLOCKS_LOW = 16, CATALOG_PERIOD_MS = 10000, PAUSE_MS = 1000 };

/* --- schema ------------------------------------------------------------------------------- */

static bool schema_is_due(struct intake *intake)
{
    return intake->schema_version != ekc_schema_needed();
}

static int schema_start(struct intake *intake)
{
    return ekc_db_add(intake->reader, &ekc_schema_version, NULL);
}

static void schema_done(struct intake *intake, const struct ekc_reply *reply)
{
    int found = (int)ekc_result_int(reply->results[0], 0, 0);
    if (found != ekc_schema_needed())
        intake->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
    intake->schema_version = found;
}

/* --- ids ---------------------------------------------------------------------------------- */

static bool ids_are_due(struct intake *intake)
{
    return intake->id_block_count < ID_BLOCKS_LOW;
}

static int ids_start(struct intake *intake)
{
    return store_take_ids(intake->reader, ID_BLOCKS_MAX - ID_BLOCKS_LOW);
}

static void ids_done(struct intake *intake, const struct ekc_reply *reply)
{
    const ekc_result *result = reply->results[0];
    for (int row = 0; row < ekc_result_rows(result) && intake->id_block_count < ID_BLOCKS_MAX;
         row++)
        intake->id_blocks[intake->id_block_count++] = ekc_result_int(result, row, 0);
}

int64_t ids_take(struct intake *intake)
{
    if (intake->id_block_count == 0)
        return 0;
    int64_t id = intake->id_blocks[0] + intake->ids_used++;
    if (intake->ids_used == ID_BLOCK) {
        intake->ids_used = 0;
        intake->id_block_count--;
        memmove(intake->id_blocks, intake->id_blocks + 1,
                intake->id_block_count * sizeof *intake->id_blocks);
    }
    return id;
}

void ids_forget(struct intake *intake)
{
    intake->id_block_count = 0;
    intake->ids_used = 0;
}

/* --- portals and guests ------------------------------------------------------------------- */

static bool portals_are_due(struct intake *intake)
{
    return ekc_tick_ms() >= intake->portals_due_ms;
}

static int portals_start(struct intake *intake)
{
    intake->portals_due_ms = ekc_tick_ms() + EKC_GUESTS_PERIOD_MS;
    int r = store_portals(intake->reader);
    return r < 0 ? r : ekc_db_add(intake->reader, &ekc_guests_list, NULL);
}

static void portals_done(struct intake *intake, const struct ekc_reply *reply)
{
    const ekc_result *result = reply->results[0];
    size_t count = (size_t)ekc_result_rows(result);
    struct portal *portals = calloc(count + 1, sizeof *portals);
    if (!portals)
        return;
    for (size_t i = 0; i < count; i++) {
        portals[i].id = (int32_t)ekc_result_int(result, (int)i, 0);
        (void)strncat(portals[i].name, ekc_result_text(result, (int)i, 1),
                      sizeof portals[i].name - 1);
        portals[i].is_admin = strcmp(ekc_result_text(result, (int)i, 2), "admin") == 0;
    }
    free(intake->portals);
    intake->portals = portals;
    intake->portal_count = count;
    int r = ekc_guests_admit(intake->bus, reply->results[1]);
    if (r < 0)
        (void)ekc_fail(r, "the list of keys was not taken");
}

const struct portal *portal_by_id(const struct intake *intake, int32_t id)
{
    for (size_t i = 0; i < intake->portal_count; i++)
        if (intake->portals[i].id == id)
            return &intake->portals[i];
    return NULL;
}

const struct portal *portal_by_name(const struct intake *intake, const char *name)
{
    for (size_t i = 0; i < intake->portal_count; i++)
        if (strcmp(intake->portals[i].name, name) == 0)
            return &intake->portals[i];
    return NULL;
}

/* --- catalog ------------------------------------------------------------------------------ */

static bool catalog_is_due(struct intake *intake)
{
    return ekc_tick_ms() >= intake->catalog_due_ms;
}

static int catalog_start(struct intake *intake)
{
    intake->catalog_due_ms = ekc_tick_ms() + CATALOG_PERIOD_MS;
    return store_catalog(intake->reader);
}

static void catalog_done(struct intake *intake, const struct ekc_reply *reply)
{
    struct catalog *catalog = NULL;
    int r = catalog_read(&catalog, reply);
    if (r < 0) {
        ekc_warn("no catalog in the database: run `ekc migrate`");
        return;
    }
    catalog_free(&intake->catalog);
    intake->catalog = catalog;
}

/* --- the chores --------------------------------------------------------------------------- */

struct chore {
    bool (*is_due)(struct intake *intake);
    int (*start)(struct intake *intake);
    void (*done)(struct intake *intake, const struct ekc_reply *reply);
};

static const struct chore chores[] = {
    { schema_is_due, schema_start, schema_done },
    { ids_are_due, ids_start, ids_done },
    { portals_are_due, portals_start, portals_done },
    { catalog_is_due, catalog_start, catalog_done },
    { show_is_due, show_start, show_done },
    { deaths_are_due, deaths_start, deaths_done },
    { refill_work_is_due, refill_work_start, refill_work_done },
    { refill_log_is_due, refill_log_start, refill_log_done },
};

static void replied(void *self, const struct ekc_reply *reply)
{
    struct intake *intake = self;
    const struct chore *chore = intake->chore;
    intake->chore = NULL;
    if (reply->r == 0) {
        chore->done(intake, reply);
        reader_pump(intake);
        return;
    }
    mood_note(&intake->mood, "reading failed", reply, ekc_tick_ms());
    intake->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
    if (chore->start == show_start)
        show_fail(intake);
}

void reader_pump(struct intake *intake)
{
    if (intake->chore || !ekc_db_is_idle(intake->reader) ||
        ekc_tick_ms() < intake->pause_until_ms)
        return;
    for (size_t i = 0; i < EKC_COUNT(chores); i++) {
        if (!chores[i].is_due(intake))
            continue;
        int r = chores[i].start(intake);
        if (r == 0)
            r = ekc_db_run(intake->reader, replied, intake);
        if (r == 0)
            intake->chore = &chores[i];
        else
            intake->pause_until_ms = ekc_tick_ms() + PAUSE_MS;
        return;
    }
}

static void ready(void *self)
{
    reader_pump(self);
}

static void lost(void *self)
{
    (void)self; /* the running chore's reply tells */
}

int reader_open(struct intake *intake)
{
    intake->schema_version = -1;
    return ekc_db_open(&intake->reader, intake->loop,
                       &(struct ekc_db_options){
                           .conninfo = ekc_setting("EKC_DB"),
                           .on_ready = ready,
                           .on_lost = lost,
                           .self = intake,
                       });
}

void reader_close(struct intake *intake)
{
    ekc_db_close(&intake->reader);
    catalog_free(&intake->catalog);
    free(intake->portals);
    intake->portals = NULL;
}
