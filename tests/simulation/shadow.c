/* shadow.c - see shadow.h. */
#include "simulation/shadow.h"

#include "intake/dispatch_internal.h"

struct shadow_way *shadow_by_key(struct shadow *shadow, uint64_t key)
{
    for (size_t i = 0; i < SHADOW_WAYS; i++)
        if (key && shadow->ways[i].key == key)
            return &shadow->ways[i];
    return NULL;
}

struct shadow_way *shadow_by_route(struct shadow *shadow, uint32_t route)
{
    for (size_t i = 0; i < SHADOW_WAYS; i++)
        if (shadow->ways[i].key && shadow->ways[i].route == route)
            return &shadow->ways[i];
    return NULL;
}

static struct shadow_way *oldest(struct shadow *shadow)
{
    struct shadow_way *way = &shadow->ways[0];
    for (size_t i = 1; i < SHADOW_WAYS; i++)
        if (shadow->ways[i].heard_ms < way->heard_ms)
            way = &shadow->ways[i];
    return way;
}

struct shadow_way *shadow_admit(struct shadow *shadow, const struct letter *hello)
{
    struct shadow_way *way = shadow_by_key(shadow, hello->key);
    if (!way)
        way = oldest(shadow);
    *way = (struct shadow_way){ .key = hello->key,
                                .route = hello->route,
                                .worker = hello->from,
                                .is_dead = way->key == hello->key && way->is_dead };
    return way;
}

void shadow_tick(struct world *world, struct shadow *shadow)
{
    for (size_t i = 0; i < SHADOW_WAYS; i++) {
        struct shadow_way *way = &shadow->ways[i];
        bool is_silent = world->now_ms - way->heard_ms > SILENCE_MS;
        bool is_absent = way->absent_ms && world->now_ms - way->absent_ms > ABSENCE_MS;
        if (way->key && (is_silent || is_absent) && !way->is_leaving)
            way->is_dead = true;
    }
}

static struct shadow_delivery *find(struct shadow *shadow, uint64_t id)
{
    for (size_t i = 0; i < SHADOW_DELIVERIES; i++)
        if (shadow->deliveries[i].id == id)
            return &shadow->deliveries[i];
    return NULL;
}

static void check_sent(struct world *world, const struct shadow *shadow,
                       const struct dispatch_parcel *parcel, const uint8_t *ids)
{
    world_promise(world, parcel->count <= PARCEL, "a parcel has no more items than it may");
    for (uint32_t i = 0; i < parcel->count && parcel->count > 1; i++)
        world_promise(
            world, shadow->known[ids[i]] < DISPATCH_ALONE_FROM || shadow->offered[ids[i]] > 1,
            "what was held in two deaths is sent alone");
    if (parcel->count == 1 && shadow->known[ids[0]] >= DISPATCH_ALONE_FROM)
        world_promise(world,
                      parcel->attempts >= DISPATCH_ALONE_FROM || shadow->offered[ids[0]] > 1,
                      "a suspect is told from others");
}

static void check_apart(struct world *world, const struct dispatch *dispatch,
                        const struct dispatch_parcel *parcel)
{
    const struct holder *holder = holder_find(&dispatch->holders, parcel->key);
    if (parcel->attempts >= DISPATCH_ALONE_FROM)
        world_promise(world, holder && holder->held == 1,
                      "a suspect goes to who holds nothing else");
}

void shadow_send(struct world *world, struct shadow *shadow, const struct dispatch *dispatch,
                 const struct dispatch_parcel *parcel, const uint8_t *ids)
{
    check_sent(world, shadow, parcel, ids);
    check_apart(world, dispatch, parcel);
    world_promise(world, !find(shadow, parcel->delivery_id), "no delivery id is used twice");
    struct shadow_delivery *delivery =
        &shadow->deliveries[shadow->next_delivery++ % SHADOW_DELIVERIES];
    *delivery = (struct shadow_delivery){ .id = parcel->delivery_id,
                                          .key = parcel->key,
                                          .count = parcel->count };
    for (uint32_t i = 0; i < parcel->count && i < PARCEL; i++)
        delivery->ids[i] = ids[i];
}

/* The store takes no verdict of a few: the sweep makes them dead. */
static bool is_settled(const struct inquiry *inquiry)
{
    return inquiry->is_judged || inquiry->kind == KIND_UNSTORABLE;
}

void shadow_done(struct world *world, struct shadow *shadow, uint64_t key, uint64_t id,
                 size_t count)
{
    const struct shadow_delivery *delivery = find(shadow, id);
    shadow->held -= (uint32_t)count;
    if (!delivery) /* forgotten here, for it was long ago */
        return;
    world_promise(world, delivery->key == key, "only who holds a delivery has done it");
    world_promise(world, delivery->count == count, "a delivery is done whole");
    for (uint32_t i = 0; i < delivery->count && i < PARCEL; i++)
        world_promise(world, is_settled(&world->store.inquiries[delivery->ids[i]]),
                      "what leaves the window has its verdict");
}

void shadow_doubt(struct world *world, struct shadow *shadow, uint64_t key)
{
    const struct shadow_way *way = shadow_by_key(shadow, key);
    if (way) /* else it was forgotten here, for it was long ago */
        world_promise(world, way->is_dead, "a death is recorded only of who was silent");
}
