/* refresh.c - see refresh.h. */
#include "refresh.h"

#include <errno.h>
#include <stdlib.h>

#include "ekc/guests.h"
#include "ekc/log.h"
#include "store.h"
#include "topics.h"

enum {
    TAXONOMY_BYTES = 8 << 20
}; /* several times what the largest that the heart takes needs */

struct refresh {
    ekc_bus *bus;
    struct writer *reader;
    struct model *model;
    int32_t version; /* of the taxonomy as last read, though it may have made no model */
    bool is_due;
    bool is_stale; /* the database has another version */
};

static int build(int32_t version, const ekc_result *rows, struct model **ret_model)
{
    EKC_CLEANUP(ekc_arena_free) ekc_arena *arena = NULL;
    struct classify_topic *topics = NULL;
    int r = ekc_arena_new(&arena, TAXONOMY_BYTES);
    if (r < 0)
        return r;

    r = topics_read(arena, rows, &topics);
    return r < 0 ? r : model_new(ret_model, version, topics, (size_t)r);
}

/* A taxonomy that makes no model leaves the old one at work. */
static void take_topics(void *self, const struct ekc_reply *reply)
{
    struct refresh *refresh = self;
    struct model *model = NULL;
    if (reply->r < 0)
        return;

    refresh->is_stale = false;
    refresh->version = (int32_t)ekc_result_int(reply->results[0], 0, 0);
    int r = build(refresh->version, reply->results[1], &model);
    if (r < 0) {
        (void)ekc_fail(r, "taxonomy %d makes no model", (int)refresh->version);
        return;
    }
    model_free(&refresh->model);
    refresh->model = model;
    ekc_info("judging by %s, of %zu topics", model->name, model->count);
}

static void take_news(void *self, const struct ekc_reply *reply)
{
    struct refresh *refresh = self;
    if (reply->r < 0)
        return;

    refresh->is_due = false;
    int r = ekc_guests_admit(refresh->bus, reply->results[0]);
    if (r < 0)
        (void)ekc_fail(r, "cannot admit guests");
    int64_t version = ekc_result_int(reply->results[1], 0, 0);
    refresh->is_stale = version != 0 && version != refresh->version;
}

static void look(void *self)
{
    struct refresh *refresh = self;
    if ((!refresh->is_due && !refresh->is_stale) || !writer_can_read(refresh->reader))
        return;

    ekc_db *db = writer_db(refresh->reader);
    bool is_topics = refresh->is_stale;
    int r = is_topics ? store_topics(db) : ekc_db_add(db, &ekc_guests_list, NULL);
    if (r == 0 && !is_topics)
        r = store_version(db);
    r = r < 0 ? r : writer_run(refresh->reader, is_topics ? take_topics : take_news, refresh);
    if (r < 0)
        refresh->is_due = true;
}

static void set_due(void *self)
{
    ((struct refresh *)self)->is_due = true;
}

int refresh_open(struct refresh **ret_refresh, ekc_loop *loop, ekc_bus *bus,
                 struct writer *reader)
{
    EKC_CLEANUP(refresh_close) struct refresh *refresh = calloc(1, sizeof *refresh);
    if (!refresh)
        return -ENOMEM;

    refresh->bus = bus;
    refresh->reader = reader;
    refresh->is_due = true;
    int r = ekc_loop_every(loop, EKC_GUESTS_PERIOD_MS, set_due, refresh);
    r = r < 0 ? r : ekc_loop_after_turn(loop, look, refresh);
    if (r < 0)
        return r;

    *ret_refresh = refresh;
    refresh = NULL;
    return 0;
}

void refresh_close(struct refresh **refresh)
{
    if (!*refresh)
        return;
    model_free(&(*refresh)->model);
    free(*refresh);
    *refresh = NULL;
}

const struct model *refresh_model(const struct refresh *refresh)
{
    return refresh->model;
}

const char *refresh_trouble(const struct refresh *refresh)
{
    if (refresh->model)
        return NULL;
    return refresh->version ? "the taxonomy makes no model" : "no taxonomy is loaded";
}
