/* writer.c - see writer.h. */
#include "writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/schema.h"
#include "ekc/settings.h"

/* A sick database gets longer rests. It is taken to be well when something went through while
 * nothing has failed for SICK_MS, which is longer than the rest before the next try. */
enum { TICK_MS = 200, RENEW_MS = 5000, SICK_REST_MS = 1000, SICK_MS = 1500, LOG_MS = 5000 };

struct writer {
    ekc_db *db;
    struct writer_options options;
    int schema; /* the version that the database was last seen to have; -1 = not yet */
    int schema_told;
    struct ekc_lane lane;
    int64_t renewed_ms;
    bool is_lane_in_doubt;
    bool is_resting; /* until a tick, after a failure */
    int64_t rest_until_ms, sick_ms, told_ms;
    bool is_leaving, has_left;
    ekc_db_fn *fn; /* of the batch that is running */
    void *self;
    char trouble[320], sickness[320]; /* "" = well */
};

static bool fits(const struct writer *writer)
{
    return writer->schema == ekc_schema_needed();
}

static void forget_schema(void *self)
{
    ((struct writer *)self)->schema = -1;
}

/* The lane stays ours by its lease, whatever becomes of the connection. */
static void lose(void *self)
{
    struct writer *writer = self;
    forget_schema(writer);
    if (!writer->options.is_quiet)
        ekc_warn("the database has gone");
}

static void warn(struct writer *writer, const char *what, const char *why)
{
    int64_t now = ekc_tick_ms();
    if (writer->options.is_quiet || (writer->told_ms && now - writer->told_ms < LOG_MS))
        return;
    writer->told_ms = now;
    ekc_warn("%s: %s", what, why);
}

/* Its disk is full, or it is not as we need it: both may be mended while we wait, so we do. */
static void fall_sick(struct writer *writer, const struct ekc_reply *reply)
{
    const char *what = "the database does not let us write";
    if (reply->r == -ENOSPC)
        what = strcmp(reply->sqlstate, "53100") == 0 ? "the database's disk is full"
                                                     : "the database is sick";
    bool is_news = !*writer->sickness;
    if (is_news)
        (void)snprintf(writer->sickness, sizeof writer->sickness, "%s: %s %s", what,
                       reply->message, reply->sqlstate);
    writer->sick_ms = ekc_tick_ms();
    writer->rest_until_ms = writer->sick_ms + ekc_db_jitter(SICK_REST_MS);
    if (reply->r == -EINVAL)
        writer->schema = -1; /* has it been migrated under us? */
    if (is_news)
        warn(writer, what, reply->message);
}

static void feel(struct writer *writer, const struct ekc_reply *reply)
{
    if (reply->r == -ENOSPC || reply->r == -EINVAL)
        fall_sick(writer, reply);
    else if (reply->r == 0 && ekc_tick_ms() - writer->sick_ms >= SICK_MS)
        writer->sickness[0] = '\0';
}

static void hear(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    feel(writer, reply);
    if (reply->r < 0 && reply->r != -EPROTO)
        (*writer->options.errors)++;
    if (reply->r == -EPROTO)
        writer->is_lane_in_doubt = true;
    writer->is_resting = reply->r == -EAGAIN || reply->r == -ENOSPC || reply->r == -EINVAL;
    writer->fn(writer->self, reply);
}

int writer_run(struct writer *writer, ekc_db_fn *fn, void *self)
{
    writer->fn = fn;
    writer->self = self;
    return ekc_db_run(writer->db, hear, writer);
}

/* A chore that failed is tried again after a rest, whatever the reason. */
static bool has_failed(struct writer *writer, const struct ekc_reply *reply, const char *what)
{
    if (reply->r == 0)
        return false;
    writer->is_resting = true;
    if (reply->r != -ENOTCONN)
        warn(writer, what, reply->message);
    return true;
}

static void take_schema(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    if (has_failed(writer, reply, "cannot read the schema's version"))
        return;

    writer->schema = (int)ekc_result_int(reply->results[0], 0, 0);
    writer->is_resting = !fits(writer);
    if (fits(writer) || writer->options.is_quiet || writer->schema == writer->schema_told)
        return;
    writer->schema_told = writer->schema;
    ekc_warn("the database has schema %d, this program needs %d", writer->schema,
             ekc_schema_needed());
}

static void take_lane(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    if (has_failed(writer, reply, "cannot take a lane"))
        return;
    if (ekc_lane_taken(&writer->lane, writer->lane.owner, reply->results[0]) < 0)
        writer->is_resting = true;
    writer->renewed_ms = ekc_tick_ms();
    writer->is_lane_in_doubt = false;
}

static void keep_lane(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    if (has_failed(writer, reply, "cannot renew the lane"))
        return;
    if (ekc_result_rows(reply->results[0]) == 0) {
        ekc_warn("lane %d has been lost", (int)writer->lane.id);
        writer->lane.id = 0;
    }
    writer->renewed_ms = ekc_tick_ms();
    writer->is_lane_in_doubt = false;
}

static void drop_lane(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    if (has_failed(writer, reply, "cannot give the lane back"))
        return;
    writer->lane.id = 0;
    writer->has_left = true;
}

static void run_chore(struct writer *writer, const struct ekc_statement *statement,
                      const struct ekc_params *params, ekc_db_fn *fn)
{
    int r = ekc_db_add(writer->db, statement, params);
    r = r < 0 ? r : writer_run(writer, fn, writer);
    if (r < 0)
        writer->is_resting = true;
}

static void run_lane_chore(struct writer *writer, const struct ekc_statement *statement,
                           ekc_db_fn *fn)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    if (statement == &ekc_lane_take)
        ekc_params_text(&params, "classifier");
    else
        ekc_params_int4(&params, writer->lane.id);
    ekc_params_int8(&params, writer->lane.owner);
    run_chore(writer, statement, &params, fn);
}

static bool is_renewal_due(const struct writer *writer)
{
    return writer->is_lane_in_doubt || ekc_tick_ms() - writer->renewed_ms >= RENEW_MS;
}

static void tend(void *self)
{
    struct writer *writer = self;
    if (writer->is_leaving && (!ekc_db_is_connected(writer->db) || writer->lane.id == 0))
        writer->has_left = true;
    if (writer->has_left || writer->is_resting || !ekc_db_is_idle(writer->db))
        return;

    if (!fits(writer)) {
        run_chore(writer, &ekc_schema_version, NULL, take_schema);
    } else if (writer->is_leaving) {
        run_lane_chore(writer, &ekc_lane_leave, drop_lane);
    } else if (writer->lane.id == 0) {
        writer->lane.owner = ekc_lane_owner();
        run_lane_chore(writer, &ekc_lane_take, take_lane);
    } else if (is_renewal_due(writer)) {
        run_lane_chore(writer, &ekc_lane_renew, keep_lane);
    }
}

const char *writer_trouble(struct writer *writer)
{
    const char *reason = ekc_db_trouble(writer->db);
    bool is_connected = ekc_db_is_connected(writer->db);
    if (is_connected && *writer->sickness && (fits(writer) || writer->schema < 0))
        return writer->sickness;
    if (is_connected && fits(writer) && writer->lane.id != 0)
        return NULL;

    if (!is_connected)
        (void)snprintf(writer->trouble, sizeof writer->trouble, "no database%s%s",
                       *reason ? ": " : "", reason);
    else if (fits(writer) || writer->schema < 0)
        (void)snprintf(writer->trouble, sizeof writer->trouble, "no lane yet");
    else
        (void)snprintf(writer->trouble, sizeof writer->trouble,
                       "the database has schema %d, this program needs %d", writer->schema,
                       ekc_schema_needed());
    return writer->trouble;
}

static void tick(void *self)
{
    struct writer *writer = self;
    if (ekc_tick_ms() >= writer->rest_until_ms)
        writer->is_resting = false;
}

int writer_open(struct writer **ret_writer, const struct writer_options *options)
{
    EKC_CLEANUP(writer_close) struct writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return -ENOMEM;

    writer->options = *options;
    writer->schema = writer->schema_told = -1;
    int r = ekc_db_open(&writer->db, options->loop,
                        &(struct ekc_db_options){ .conninfo = ekc_setting("EKC_DB"),
                                                  .on_ready = forget_schema,
                                                  .on_lost = lose,
                                                  .self = writer });
    if (r < 0)
        return r;

    r = ekc_loop_every(options->loop, TICK_MS, tick, writer);
    r = r < 0 ? r : ekc_loop_after_turn(options->loop, tend, writer);
    if (r < 0)
        return r;

    *ret_writer = writer;
    writer = NULL;
    return 0;
}

void writer_close(struct writer **writer)
{
    if (!*writer)
        return;
    ekc_db_close(&(*writer)->db);
    free(*writer);
    *writer = NULL;
}

ekc_db *writer_db(const struct writer *writer)
{
    return writer->db;
}

const struct ekc_lane *writer_lane(const struct writer *writer)
{
    return &writer->lane;
}

bool writer_can_read(const struct writer *writer)
{
    return fits(writer) && !writer->is_resting && !writer->has_left &&
           ekc_db_is_idle(writer->db);
}

bool writer_can_write(const struct writer *writer)
{
    return writer_can_read(writer) && writer->lane.id != 0 && !writer->is_lane_in_doubt &&
           !writer->is_leaving;
}

void writer_leave(struct writer *writer)
{
    writer->is_leaving = true;
}

bool writer_has_left(const struct writer *writer)
{
    return writer->has_left;
}
