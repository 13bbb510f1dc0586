/* catalog.c - see catalog.h. */
#include "intake/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 1 << 20 };
enum { RESULT_VERSION, RESULT_AREAS, RESULT_TOPICS, RESULT_CHANNELS, RESULT_OKRUGS };

struct catalog {
    ekc_arena *arena;
    Ekc__V1__Catalog message;
};

static const struct {
    const char *name, *unit;
    uint64_t value;
} limits[] = {
    { "text", "bytes", EKC_WIRE_TEXT_MAX },
    { "message", "bytes", EKC_WIRE_MESSAGE_MAX },
    { "submit.inquiries", "inquiries", EKC_WIRE_ITEMS_MAX },
    { "external_id", "bytes", 64 },
    { "request_id", "bytes", 64 },
    { "subject", "bytes", 1024 },
    { "attachments", "attachments", 20 },
    { "references", "references", 20 },
    { "created_at_ahead", "seconds", 300 },
};

static const struct {
    const char *id, *ru, *en;
} statuses[] = {
    { "registered", "Зарегистрировано", "Registered" },
    { "judged", "Тема определена", "Judged" },
};

static char *copy(ekc_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *memory = ekc_arena_take(arena, size);
    return memory ? memcpy(memory, text, size) : NULL;
}

static Ekc__V1__Named *name(ekc_arena *arena, const char *id, const char *ru, const char *en)
{
    Ekc__V1__Named *named = ekc_arena_take(arena, sizeof *named);
    if (!named)
        return NULL;
    ekc__v1__named__init(named);
    named->id = copy(arena, id);
    named->name_ru = copy(arena, ru);
    named->name_en = copy(arena, en);
    return named->id && named->name_ru && named->name_en ? named : NULL;
}

static int read_named(ekc_arena *arena, const ekc_result *result, Ekc__V1__Named ***ret_list,
                      size_t *ret_count)
{
    size_t count = (size_t)ekc_result_rows(result);
    Ekc__V1__Named **list = ekc_arena_take(arena, (count + 1) * sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        int row = (int)i;
        list[i] = name(arena, ekc_result_text(result, row, 0), ekc_result_text(result, row, 1),
                       ekc_result_text(result, row, 2));
        if (!list[i])
            return -ENOMEM;
    }
    *ret_list = list;
    *ret_count = count;
    return list ? 0 : -ENOMEM;
}

static int read_topics(struct catalog *catalog, const ekc_result *result)
{
    size_t count = (size_t)ekc_result_rows(result);
    Ekc__V1__Topic **list = ekc_arena_take(catalog->arena, (count + 1) * sizeof *list);
    Ekc__V1__Topic *topics = ekc_arena_take(catalog->arena, (count + 1) * sizeof *topics);
    if (!list || !topics)
        return -ENOMEM;

    for (size_t i = 0; i < count; i++) {
        Ekc__V1__Topic *topic = list[i] = &topics[i];
        ekc__v1__topic__init(topic);
        char **fields[] = { &topic->id,      &topic->area,      &topic->name_ru,
                            &topic->name_en, &topic->applicant, &topic->owner };
        for (size_t k = 0; k < EKC_COUNT(fields); k++) {
            *fields[k] = copy(catalog->arena, ekc_result_text(result, (int)i, (int)k));
            if (!*fields[k])
                return -ENOMEM;
        }
        topic->in_scope = ekc_result_int(result, (int)i, 6) != 0;
    }
    catalog->message.topics = list;
    catalog->message.n_topics = count;
    return 0;
}

static int add_statuses(struct catalog *catalog)
{
    Ekc__V1__Named **list = ekc_arena_take(catalog->arena, EKC_COUNT(statuses) * sizeof *list);
    for (size_t i = 0; list && i < EKC_COUNT(statuses); i++) {
        list[i] = name(catalog->arena, statuses[i].id, statuses[i].ru, statuses[i].en);
        if (!list[i])
            return -ENOMEM;
    }
    catalog->message.statuses = list;
    catalog->message.n_statuses = EKC_COUNT(statuses);
    return list ? 0 : -ENOMEM;
}

static int add_limits(struct catalog *catalog)
{
    Ekc__V1__Limit **list = ekc_arena_take(catalog->arena, EKC_COUNT(limits) * sizeof *list);
    Ekc__V1__Limit *rows = ekc_arena_take(catalog->arena, EKC_COUNT(limits) * sizeof *rows);
    if (!list || !rows)
        return -ENOMEM;

    for (size_t i = 0; i < EKC_COUNT(limits); i++) {
        list[i] = &rows[i];
        ekc__v1__limit__init(&rows[i]);
        rows[i].name = (char *)limits[i].name;
        rows[i].value = limits[i].value;
        rows[i].unit = (char *)limits[i].unit;
    }
    catalog->message.limits = list;
    catalog->message.n_limits = EKC_COUNT(limits);
    return 0;
}

static int read_all(struct catalog *catalog, const struct ekc_reply *reply)
{
    Ekc__V1__Catalog *message = &catalog->message;
    int r = read_named(catalog->arena, reply->results[RESULT_AREAS], &message->areas,
                       &message->n_areas);
    if (r == 0)
        r = read_topics(catalog, reply->results[RESULT_TOPICS]);
    if (r == 0)
        r = read_named(catalog->arena, reply->results[RESULT_CHANNELS], &message->channels,
                       &message->n_channels);
    if (r == 0)
        r = read_named(catalog->arena, reply->results[RESULT_OKRUGS], &message->okrugs,
                       &message->n_okrugs);
    if (r == 0)
        r = add_statuses(catalog);
    return r < 0 ? r : add_limits(catalog);
}

int catalog_read(struct catalog **ret_catalog, const struct ekc_reply *reply)
{
    EKC_CLEANUP(catalog_free) struct catalog *catalog = calloc(1, sizeof *catalog);
    if (!catalog)
        return -ENOMEM;

    int r = ekc_arena_new(&catalog->arena, ARENA_SIZE);
    if (r < 0)
        return r;

    ekc__v1__catalog__init(&catalog->message);
    catalog->message.version = (uint32_t)ekc_result_int(reply->results[RESULT_VERSION], 0, 0);
    if (catalog->message.version == 0)
        return -EPROTO;

    r = read_all(catalog, reply);
    if (r < 0)
        return r;

    *ret_catalog = catalog;
    catalog = NULL;
    return 0;
}

void catalog_free(struct catalog **catalog)
{
    if (!*catalog)
        return;
    ekc_arena_free(&(*catalog)->arena);
    free(*catalog);
    *catalog = NULL;
}

static bool has(Ekc__V1__Named *const *list, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i]->id, id) == 0)
            return true;
    return false;
}

bool catalog_has_channel(void *self, const char *id)
{
    const struct catalog *catalog = self;
    return has(catalog->message.channels, catalog->message.n_channels, id);
}

bool catalog_has_okrug(void *self, const char *id)
{
    const struct catalog *catalog = self;
    return has(catalog->message.okrugs, catalog->message.n_okrugs, id);
}

bool catalog_has_topic(void *self, const char *id)
{
    const struct catalog *catalog = self;
    for (size_t i = 0; i < catalog->message.n_topics; i++)
        if (strcmp(catalog->message.topics[i]->id, id) == 0)
            return true;
    return false;
}

const Ekc__V1__Catalog *catalog_message(const struct catalog *catalog)
{
    return &catalog->message;
}
