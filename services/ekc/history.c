/* history.c - see history.h. */
#include "history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_clock.h"
#include "history_plan.h"
#include "history_text.h"

/* The samples of one topic. */
struct pool {
    const char *topic;
    const uint32_t *indexes;
    uint32_t count;
    uint32_t share;
};

struct history {
    struct history_random random;
    struct history_clock clock;
    const struct history_sample *samples;
    uint32_t *indexes; /* of the samples, by topic */
    struct pool pools[PLAN_TOPICS];
    size_t pool_count;
    uint32_t shares; /* of all pools */
    uint32_t number;
    char address[256];
    struct history_text text;
};

static bool is_fit(const struct history_sample *sample)
{
    size_t len = strlen(sample->text);
    return len > 0 && len <= HISTORY_SAMPLE_MAX;
}

/* Gathers the samples of each planned topic. */
static void make_pools(history *self, size_t count)
{
    uint32_t *next = self->indexes;
    for (size_t i = 0; i < PLAN_TOPICS; i++) {
        struct pool pool = { plan_topics[i].id, next, 0, plan_topics[i].share };
        for (size_t k = 0; k < count; k++)
            if (strcmp(self->samples[k].topic, pool.topic) == 0)
                *next++ = (uint32_t)k;
        pool.count = (uint32_t)(next - pool.indexes);
        if (pool.count == 0)
            continue;
        self->pools[self->pool_count++] = pool;
        self->shares += pool.share;
    }
}

int history_new(const struct history_sample *samples, size_t count, uint64_t seed,
                uint32_t total, history **ret_history)
{
    for (size_t i = 0; i < count; i++)
        if (!is_fit(&samples[i]))
            return -EINVAL;
    EKC_CLEANUP(history_free) history *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->samples = samples;
    self->indexes = calloc(count + 1, sizeof *self->indexes);
    if (!self->indexes)
        return -ENOMEM;

    make_pools(self, count);
    if (self->pool_count == 0)
        return -EINVAL;
    self->random.state = seed;
    history_clock_init(&self->clock, total);
    *ret_history = self;
    self = NULL;
    return 0;
}

static const struct pool *draw_pool(history *self)
{
    const struct pool *pool = self->pools;
    uint32_t drawn = history_random_below(&self->random, self->shares);
    for (; drawn >= pool->share; pool++)
        drawn -= pool->share;
    return pool;
}

static const char *draw_channel(history *self, const struct history_instant *instant)
{
    uint32_t drawn = history_random_below(&self->random, 100);
    size_t i = 0;
    for (; drawn >= plan_channels[i].share; i++)
        drawn -= plan_channels[i].share;
    while (instant->day < plan_channels[i].from_day ||
           instant->hour < plan_channels[i].from_hour ||
           instant->hour >= plan_channels[i].to_hour)
        i = plan_channels[i].instead;
    return plan_channels[i].id;
}

static const char *draw_kind(history *self, const char *applicant)
{
    static const char *const kinds[] = { "resident", "developer" };
    if (history_random_chance(&self->random, PLAN_KIND_UNKNOWN))
        return "unknown";
    for (size_t i = 0; i < EKC_COUNT(kinds); i++)
        if (strcmp(kinds[i], applicant) == 0)
            return kinds[i];
    return "unknown";
}

/* Junk is told as it is: with an address it would be worth an answer. */
static const struct history_list *choose_asides(const struct history_sample *sample)
{
    if (strncmp(sample->topic, "junk", 4) == 0)
        return NULL;
    if (history_is_note(sample->text))
        return &history_note_asides;
    bool is_developer = strcmp(sample->applicant, "developer") == 0;
    return is_developer ? &history_developer_asides : &history_resident_asides;
}

static const char *write_address(history *self, const struct history_place *place)
{
    if (!history_random_chance(&self->random, PLAN_ADDRESS))
        return "";
    (void)snprintf(self->address, sizeof self->address, "%s, %s", place->street, place->house);
    return self->address;
}

int history_next(history *self, struct history_row *ret_row)
{
    struct history_instant instant;
    int r = history_clock_next(&self->clock, &self->random, &instant);
    if (r <= 0)
        return r;

    const struct pool *pool = draw_pool(self);
    uint32_t index = pool->indexes[history_random_below(&self->random, pool->count)];
    const struct history_sample *sample = &self->samples[index];
    struct history_story story = {
        .sample = sample->text,
        .asides = choose_asides(sample),
        .place = history_place_draw(&self->random),
        .day = instant.day,
    };
    history_text_tell(&self->text, &self->random, &story);

    const char *channel = draw_channel(self, &instant);
    const char *kind = draw_kind(self, sample->applicant);
    const char *address = write_address(self, &story.place);
    bool has_okrug = history_random_chance(&self->random, PLAN_OKRUG);
    *ret_row = (struct history_row){
        .created_at_us = instant.us,
        .channel = history_is_note(sample->text) ? "telephone" : channel,
        .applicant_kind = kind,
        .okrug = has_okrug ? story.place.district->okrug : "",
        .address = address,
        .text = self->text.data,
        .category = sample->topic,
    };
    (void)snprintf(ret_row->external_id, sizeof ret_row->external_id, "h-%07u", ++self->number);
    return 1;
}

void history_free(history **self)
{
    if (!*self)
        return;
    history_clock_done(&(*self)->clock);
    free((*self)->indexes);
    free(*self);
    *self = NULL;
}
