/* learn.c - see learn.h. Every phrase of a topic is cut into its words and runs of words; each
 * is evidence of the topic by the part of the phrase that it covers. */
#include "learn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon.h"

/* Words of a phrase that are read; what follows is left out. */
enum { PHRASE_WORDS_MAX = 16 };

struct learner {
    classify_model *model;
    uint32_t last_stop; /* stop words are learned first, so theirs are the lowest numbers */

    /* The phrase at hand. */
    size_t count;
    uint32_t stems[PHRASE_WORDS_MAX];
    uint32_t roots[PHRASE_WORDS_MAX]; /* 0 = none */
    bool is_mute[PHRASE_WORDS_MAX];   /* a stop word or a number says nothing alone */
};

static int read_word(struct learner *self, const struct words_word *word)
{
    struct stems_stem stem;
    size_t at = self->count;

    int r = stems_learn(self->model->stems, word, &stem);
    if (r < 0)
        return r;

    self->stems[at] = stem.stem;
    self->roots[at] = stem.root;
    self->is_mute[at] = word->is_number || stem.stem <= self->last_stop;
    self->count++;
    return 0;
}

static int read_phrase(struct learner *self, const char *phrase)
{
    struct ekc_bytes text = { phrase, strlen(phrase) };
    struct words_word word;
    size_t pos = 0;
    int r = 0;

    self->count = 0;
    while (r == 0 && self->count < PHRASE_WORDS_MAX && words_next(text, &pos, &word))
        r = read_word(self, &word);
    return r;
}

/* Notes len stems from run on, which are a part of the phrase. */
static int note(struct learner *self, uint16_t topic, const uint32_t *run, size_t len)
{
    uint32_t feature;

    int r = phrases_add(self->model->phrases, run, len, &feature);
    if (r < 0)
        return r;
    return weights_note(self->model->weights, feature, topic,
                        (uint32_t)(len * WEIGHTS_EVIDENCE_ONE / self->count));
}

/* Numbers and stop words speak only beside another word, or as a whole phrase of several. */
static bool is_mute(const struct learner *self, size_t at, size_t len)
{
    bool mute = len == 1 || len < self->count;

    for (size_t i = at; i < at + len; i++)
        mute = mute && self->is_mute[i];
    return mute;
}

/* Notes the word at `at`, its root, and the runs that begin with it. */
static int note_from(struct learner *self, uint16_t topic, size_t at)
{
    int r = 0;

    for (size_t len = 1; r == 0 && len <= PHRASES_LEN_MAX && at + len <= self->count; len++)
        if (!is_mute(self, at, len))
            r = note(self, topic, self->stems + at, len);
    if (r == 0 && self->roots[at] && !self->is_mute[at])
        r = note(self, topic, self->roots + at, 1);
    return r;
}

static int learn_phrase(struct learner *self, uint16_t topic, const char *phrase)
{
    int r = read_phrase(self, phrase);

    for (size_t at = 0; r == 0 && at < self->count; at++)
        r = note_from(self, topic, at);
    return r;
}

static int learn_topic(struct learner *self, uint16_t i, const struct classify_topic *topic)
{
    int r = 0;

    for (size_t k = 0; r == 0 && k < topic->phrase_count; k++)
        r = learn_phrase(self, i, topic->phrases[k]);
    return r;
}

static int learn_stop_words(struct learner *self)
{
    struct ekc_bytes text = { lexicon_stop_words, strlen(lexicon_stop_words) };
    struct words_word word;
    struct stems_stem stem;
    size_t pos = 0;
    int r = 0;

    while (r == 0 && words_next(text, &pos, &word)) {
        r = stems_learn(self->model->stems, &word, &stem);
        if (r == 0 && stem.stem > self->last_stop)
            self->last_stop = stem.stem;
    }
    return r;
}

/* Signs are numbered before their room is made, since they may be features that are new. */
static int learn_signs(struct learner *self)
{
    classify_model *model = self->model;
    uint32_t *features = calloc(lexicon_sign_count, sizeof(*features));
    int r = features ? 0 : -ENOMEM;

    for (size_t i = 0; r == 0 && i < lexicon_sign_count; i++) {
        r = read_phrase(self, lexicon_signs[i].phrase);
        if (r == 0)
            r = phrases_add(model->phrases, self->stems, self->count, &features[i]);
    }

    model->feature_count = (size_t)phrases_count(model->phrases) + 1;
    model->signs = calloc(model->feature_count, sizeof(*model->signs));
    if (!model->signs)
        r = -ENOMEM;
    for (size_t i = 0; r == 0 && i < lexicon_sign_count; i++)
        model->signs[features[i]] = lexicon_signs[i].strength;
    free(features);
    return r;
}

int learn_all(classify_model *model, const struct classify_topic *topics, size_t count)
{
    struct learner learner = { .model = model };

    int r = learn_stop_words(&learner);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = learn_topic(&learner, (uint16_t)i, &topics[i]);
    return r == 0 ? learn_signs(&learner) : r;
}
