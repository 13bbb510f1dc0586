/* weights.c - see weights.h. */
#include "weights.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

/* How a feature's evidence is told from what any text may hold: evidence that nobody noted,
 * how heavily the mean of all topics weighs, and how far an area's topics share theirs. Found
 * on the sample; a factor of two either way changes two texts in a hundred at most. */
static const double noise = 0.02;
static const double mean_weight = 3;
static const double neighbours = 0.2;

struct note {
    uint32_t feature;
    uint16_t topic;
    uint32_t evidence;
};

struct weights {
    struct note *notes; /* until they are settled */
    size_t note_count, note_capacity;
    struct weights_vote *votes; /* feature f has those from first[f] up to first[f + 1] */
    size_t vote_count, vote_capacity;
    uint32_t *first;
    size_t feature_count;
};

int weights_new(weights **ret_weights)
{
    *ret_weights = calloc(1, sizeof(**ret_weights));
    return *ret_weights ? 0 : -ENOMEM;
}

static void free_notes(weights *self)
{
    free(self->notes);
    self->notes = NULL;
    self->note_count = self->note_capacity = 0;
}

void weights_free(weights **self)
{
    if (!*self)
        return;

    free_notes(*self);
    free((*self)->votes);
    free((*self)->first);
    free(*self);
    *self = NULL;
}

int weights_note(weights *self, uint32_t feature, uint16_t topic, uint32_t evidence)
{
    struct note *notes =
        grow(self->notes, &self->note_capacity, self->note_count + 1, sizeof(*notes));
    if (!notes)
        return -ENOMEM;

    self->notes = notes;
    notes[self->note_count++] =
        (struct note){ .feature = feature, .topic = topic, .evidence = evidence };
    return 0;
}

static int by_feature(const void *left, const void *right)
{
    const struct note *a = left;
    const struct note *b = right;

    return (a->feature > b->feature) - (a->feature < b->feature);
}

/* What is known of one feature, in units of WEIGHTS_EVIDENCE_ONE. */
struct evidence {
    const uint16_t *area_of;
    const double *area_size; /* topics of each area */
    size_t topic_count;
    double *of_topic;
    double *of_area;
    double total;
};

static void gather(struct evidence *self, const struct note *notes, size_t count)
{
    memset(self->of_topic, 0, self->topic_count * sizeof(*self->of_topic));
    memset(self->of_area, 0, self->topic_count * sizeof(*self->of_area));
    self->total = 0;
    for (size_t i = 0; i < count; i++) {
        double evidence = (double)notes[i].evidence / WEIGHTS_EVIDENCE_ONE;
        self->of_topic[notes[i].topic] += evidence;
        self->of_area[self->area_of[notes[i].topic]] += evidence;
        self->total += evidence;
    }
}

/* The logarithm of how much likelier the feature is in the topic than in a text at large. */
static double weigh(const struct evidence *self, size_t topic)
{
    uint16_t area = self->area_of[topic];
    double background = noise + mean_weight * self->total / (double)self->topic_count;
    double shared = neighbours * self->of_area[area] / self->area_size[area];

    return log1p((self->of_topic[topic] + shared) / background);
}

static int cast_votes(weights *self, const struct evidence *evidence)
{
    size_t room = self->vote_count + evidence->topic_count;
    struct weights_vote *votes = grow(self->votes, &self->vote_capacity, room, sizeof(*votes));
    if (!votes)
        return -ENOMEM;

    self->votes = votes;
    for (size_t i = 0; i < evidence->topic_count; i++) {
        long weight = lround(weigh(evidence, i) * WEIGHTS_VOTE_ONE);
        if (weight > 0)
            votes[self->vote_count++] = (struct weights_vote){
                .topic = (uint16_t)i,
                .weight = (uint16_t)(weight < UINT16_MAX ? weight : UINT16_MAX),
            };
    }
    return 0;
}

static int settle_all(weights *self, struct evidence *evidence)
{
    size_t next = 0;

    for (uint32_t feature = 0; feature < self->feature_count; feature++) {
        size_t begin = next;
        while (next < self->note_count && self->notes[next].feature == feature)
            next++;

        self->first[feature] = (uint32_t)self->vote_count;
        gather(evidence, self->notes + begin, next - begin);
        int r = next > begin ? cast_votes(self, evidence) : 0;
        if (r < 0)
            return r;
    }
    self->first[self->feature_count] = (uint32_t)self->vote_count;
    return 0;
}

static void free_doubles(double **doubles)
{
    free(*doubles);
}

int weights_settle(weights *self, size_t feature_count, const uint16_t *area_of,
                   size_t topic_count)
{
    EKC_CLEANUP(free_doubles) double *room = calloc(topic_count * 3, sizeof(*room));
    self->first = calloc(feature_count + 1, sizeof(*self->first));
    if (!room || !self->first)
        return -ENOMEM;

    for (size_t i = 0; i < topic_count; i++)
        room[area_of[i]]++;
    self->feature_count = feature_count;
    if (self->note_count > 0)
        qsort(self->notes, self->note_count, sizeof(*self->notes), by_feature);

    int r = settle_all(self, &(struct evidence){ .area_of = area_of,
                                                 .area_size = room,
                                                 .topic_count = topic_count,
                                                 .of_topic = room + topic_count,
                                                 .of_area = room + 2 * topic_count });
    free_notes(self);
    return r;
}

struct weights_votes weights_of(const weights *self, uint32_t feature)
{
    if (feature >= self->feature_count)
        return (struct weights_votes){ 0 };

    size_t begin = self->first[feature];
    return (struct weights_votes){ self->votes + begin, self->first[feature + 1] - begin };
}
