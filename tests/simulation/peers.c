/* peers.c - a classifier's connections with intakes; see classifier.h. */
#include "simulation/classifier.h"

void classifier_reconnect(struct world *world, int i)
{
    struct peer *peer = &world->classifiers[i]->peers[random_below(&world->random, INTAKES)];
    *peer = (struct peer){ .route = ++world->last_route };
}

bool classifier_has_route(const struct world *world, int i, int intake, uint32_t route)
{
    const struct classifier *classifier = world->classifiers[i];
    return classifier && classifier->peers[intake].route == route;
}

static uint64_t waiting(const struct classifier *classifier)
{
    uint64_t count = classifier->suspects.count;
    for (const struct batch *batch = classifier->first; batch; batch = batch->next)
        count += batch->count;
    return count;
}

void classifier_say(struct world *world, const struct classifier *classifier, int intake,
                    enum letter_kind kind, uint64_t delivery)
{
    net_post(world, &(struct letter){ .kind = kind,
                                      .from = (uint8_t)classifier->worker,
                                      .to = (uint8_t)intake,
                                      .route = classifier->peers[intake].route,
                                      .key = classifier->key,
                                      .delivery = delivery,
                                      .progress = classifier->progress,
                                      .waiting = waiting(classifier),
                                      .credit = classifier->credit });
}

void classifier_keep_peers(struct world *world, struct classifier *classifier)
{
    for (int p = 0; p < INTAKES; p++) {
        struct peer *peer = &classifier->peers[p];
        if (world->now_ms - peer->said_ms < PING_MS)
            continue;
        if (peer->is_welcome && world->now_ms - peer->heard_ms > SILENCE_MS)
            *peer = (struct peer){ .route = ++world->last_route };
        peer->said_ms = world->now_ms;
        classifier_say(world, classifier, p, peer->is_welcome ? LETTER_PING : LETTER_HELLO, 0);
    }
}

void classifier_leave(struct world *world, int i)
{
    struct classifier *classifier = world->classifiers[i];
    classifier->is_leaving = true;
    classifier->heard_ms = world->now_ms;
    for (int p = 0; p < INTAKES; p++)
        classifier_say(world, classifier, p, LETTER_BYE, 0);
}
