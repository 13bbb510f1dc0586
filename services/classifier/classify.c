/* classify.c - see classify.h. Every feature of a text, counted once, votes for the topics that
 * it is evidence of; the shares are the softmax of the sums. */
#include "classify.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn.h"

/* The votes of a word, its root and its phrases repeat each other, so the sums promise too
 * much: divided by this, a share is about how often it turns out right. */
static const double temperature = 2;

/* Below either a human should look. Topics that nothing speaks for have a share too, so that
 * one common word is far below; the margin is what a tie, or nearly one, lacks. */
static const double sure_share = 0.4;
static const double sure_margin = 0.05;

/* What a topic's usual applicant weighs against the signs of lexicon.h. */
enum { USUAL_STRENGTH = 2 };

/* Shares are rounded to this: the last bits of exp() differ between processors. */
static const double share_steps = 1e6;

static bool is_whole(const struct classify_topic *topic)
{
    return topic->id && topic->area && topic->applicant &&
           (topic->phrases || topic->phrase_count == 0);
}

static int check(const struct classify_topic *topics, size_t count)
{
    if (count == 0 || count > CLASSIFY_TOPICS_MAX)
        return -EINVAL;

    for (size_t i = 0; i < count; i++)
        if (!is_whole(&topics[i]))
            return -EINVAL;
    return 0;
}

static int open_parts(classify_model *self)
{
    int r = stems_new(&self->stems);
    if (r == 0)
        r = phrases_new(&self->phrases);
    if (r == 0)
        r = weights_new(&self->weights);
    return r;
}

static void free_numbers(uint16_t **numbers)
{
    free(*numbers);
}

/* An area's number is that of its first topic. */
static int settle(classify_model *self, const struct classify_topic *topics)
{
    EKC_CLEANUP(free_numbers) uint16_t *area_of = calloc(self->topic_count, sizeof(*area_of));
    if (!area_of)
        return -ENOMEM;

    for (size_t i = 0; i < self->topic_count; i++)
        while (strcmp(topics[area_of[i]].area, topics[i].area) != 0)
            area_of[i]++;
    return weights_settle(self->weights, self->feature_count, area_of, self->topic_count);
}

static enum classify_applicant usual_of(const struct classify_topic *topic)
{
    if (strcmp(topic->applicant, "resident") == 0)
        return CLASSIFY_RESIDENT;
    return strcmp(topic->applicant, "developer") == 0 ? CLASSIFY_DEVELOPER : CLASSIFY_UNKNOWN;
}

static int make_room(classify_model *self, const struct classify_topic *topics)
{
    self->usual = calloc(self->topic_count, sizeof(*self->usual));
    self->scores = calloc(self->topic_count, sizeof(*self->scores));
    self->is_met = calloc(self->feature_count, sizeof(*self->is_met));
    self->met = calloc(self->feature_count, sizeof(*self->met));
    if (!self->usual || !self->scores || !self->is_met || !self->met)
        return -ENOMEM;

    for (size_t i = 0; i < self->topic_count; i++)
        self->usual[i] = usual_of(&topics[i]);
    return 0;
}

int classify_model_new(classify_model **ret_model, const struct classify_topic *topics,
                       size_t count)
{
    int r = check(topics, count);
    if (r < 0)
        return r;

    EKC_CLEANUP(classify_model_free) classify_model *self = calloc(1, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->topic_count = count;
    r = open_parts(self);
    if (r == 0)
        r = learn_all(self, topics, count);
    if (r == 0)
        r = settle(self, topics);
    if (r == 0)
        r = make_room(self, topics);
    if (r < 0)
        return r;

    *ret_model = self;
    self = NULL;
    return 0;
}

void classify_model_free(classify_model **model)
{
    classify_model *self = *model;
    if (!self)
        return;

    stems_free(&self->stems);
    phrases_free(&self->phrases);
    weights_free(&self->weights);
    free(self->usual);
    free(self->signs);
    free(self->is_met);
    free(self->met);
    free(self->scores);
    free(self);
    *model = NULL;
}

/* Appends those of the found features that the text did not have before. */
static size_t meet(classify_model *self, size_t met, const uint32_t *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!self->is_met[found[i]])
            self->met[met++] = found[i];
        self->is_met[found[i]] = true;
    }
    return met;
}

/* Collects the features of text in self->met; how many there are. */
static size_t meet_all(classify_model *self, struct ekc_bytes text)
{
    struct phrases_walk walk = { 0 };
    struct words_word word;
    uint32_t found[PHRASES_LEN_MAX];
    size_t met = 0;

    for (size_t pos = 0; words_next(text, &pos, &word);) {
        struct stems_stem stem = stems_find(self->stems, &word);
        size_t count = phrases_step(self->phrases, &walk, stem.stem, found);
        met = meet(self, met, found, count);

        struct phrases_walk alone = { 0 };
        count = phrases_step(self->phrases, &alone, stem.root, found);
        met = meet(self, met, found, count);
    }
    return met;
}

/* Adds up the votes of what was met, and clears it; the sum of the signs of the applicant. */
static int count_votes(classify_model *self, size_t met)
{
    int signs = 0;

    memset(self->scores, 0, self->topic_count * sizeof(*self->scores));
    for (size_t i = 0; i < met; i++) {
        uint32_t feature = self->met[i];
        struct weights_votes votes = weights_of(self->weights, feature);
        for (size_t k = 0; k < votes.count; k++)
            self->scores[votes.votes[k].topic] += votes.votes[k].weight;
        signs += self->signs[feature];
        self->is_met[feature] = false;
    }
    return signs;
}

/* Ranks the topics that have votes; of equals the first in the taxonomy is first. */
static size_t rank(const classify_model *self, size_t best[static CLASSIFY_RANKS])
{
    size_t count = 0;

    for (size_t i = 0; i < self->topic_count; i++) {
        size_t place = count;
        while (place > 0 && self->scores[i] > self->scores[best[place - 1]])
            place--;
        if (self->scores[i] == 0 || place == CLASSIFY_RANKS)
            continue;

        count += count < CLASSIFY_RANKS;
        for (size_t k = count - 1; k > place; k--)
            best[k] = best[k - 1];
        best[place] = i;
    }
    return count;
}

/* The weight of a topic beside that of the best, 0 … 1. */
static double odds(const classify_model *self, size_t topic, size_t best)
{
    double behind = (double)self->scores[best] - (double)self->scores[topic];

    return exp(-behind / (temperature * WEIGHTS_VOTE_ONE));
}

static void share_out(const classify_model *self, struct classify_verdict *verdict)
{
    size_t best[CLASSIFY_RANKS] = { 0 };
    double sum = 0;

    verdict->alternative_count = rank(self, best);
    for (size_t i = 0; i < self->topic_count; i++)
        sum += odds(self, i, best[0]);
    for (size_t k = 0; k < verdict->alternative_count; k++)
        verdict->alternatives[k] = (struct classify_alternative){
            .topic = best[k],
            .share = round(odds(self, best[k], best[0]) / sum * share_steps) / share_steps,
        };
}

static enum classify_status status_of(const struct classify_verdict *verdict)
{
    const struct classify_alternative *ranks = verdict->alternatives;
    bool is_sure = verdict->alternative_count > 0 && ranks[0].share >= sure_share &&
                   ranks[0].share - ranks[1].share >= sure_margin;

    return is_sure ? CLASSIFY_SURE : CLASSIFY_UNSURE;
}

static enum classify_applicant applicant_of(const classify_model *self, int signs,
                                            const struct classify_verdict *verdict)
{
    enum classify_applicant usual = CLASSIFY_UNKNOWN;

    if (verdict->alternative_count > 0)
        usual = self->usual[verdict->alternatives[0].topic];
    if (usual == CLASSIFY_RESIDENT)
        signs += USUAL_STRENGTH;
    if (usual == CLASSIFY_DEVELOPER)
        signs -= USUAL_STRENGTH;
    if (signs == 0)
        return usual;
    return signs > 0 ? CLASSIFY_RESIDENT : CLASSIFY_DEVELOPER;
}

void classify_text(classify_model *model, const char *text, size_t len,
                   struct classify_verdict *ret_verdict)
{
    struct classify_verdict verdict = { 0 };
    size_t met = meet_all(model, (struct ekc_bytes){ text, len });
    int signs = count_votes(model, met);

    share_out(model, &verdict);
    verdict.confidence = verdict.alternatives[0].share;
    verdict.status = status_of(&verdict);
    verdict.applicant = applicant_of(model, signs, &verdict);
    *ret_verdict = verdict;
}
