/* workers.c - see workers.h. */
#include "intake/workers.h"

#include "ekc/log.h"

struct worker *workers_by_route(struct workers *workers, const struct ekc_route *route)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        struct worker *worker = &workers->places[i];
        if (worker->key && ekc_route_equal(&worker->route, route))
            return worker;
    }
    return NULL;
}

struct worker *workers_by_key(struct workers *workers, uint64_t key)
{
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (workers->places[i].key == key)
            return &workers->places[i];
    return NULL;
}

struct worker *workers_admit(struct workers *workers, uint64_t key,
                             const struct ekc_route *route)
{
    struct worker *place = workers_by_key(workers, 0);
    if (!place) {
        ekc_warn("more than %d classifiers: one is not served", WORKERS_MAX);
        return NULL;
    }
    *place = (struct worker){ .key = key, .route = *route };
    return place;
}
