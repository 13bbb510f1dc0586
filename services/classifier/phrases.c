/* phrases.c - see phrases.h. A tree from each phrase's last stem to its first: a node's number
 * is that of the pair (node behind it, stem), so the register of pairs is the whole tree. */
#include "phrases.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"

struct phrases {
    intern *nodes;
};

struct pair {
    uint32_t node; /* 0 = the root */
    uint32_t stem;
};

static struct ekc_bytes key_of(const struct pair *pair)
{
    return (struct ekc_bytes){ pair, sizeof(*pair) };
}

int phrases_new(phrases **ret_phrases)
{
    EKC_CLEANUP(phrases_free) phrases *self = calloc(1, sizeof(*self));
    if (!self)
        return -ENOMEM;

    int r = intern_new(&self->nodes);
    if (r < 0)
        return r;

    *ret_phrases = self;
    self = NULL;
    return 0;
}

void phrases_free(phrases **self)
{
    if (!*self)
        return;

    intern_free(&(*self)->nodes);
    free(*self);
    *self = NULL;
}

int phrases_add(phrases *self, const uint32_t *stems, size_t count, uint32_t *ret_phrase)
{
    uint32_t node = 0;

    for (size_t i = count; i > 0; i--) {
        int r = intern_add(self->nodes, key_of(&(struct pair){ node, stems[i - 1] }), &node);
        if (r < 0)
            return r;
    }
    *ret_phrase = node;
    return 0;
}

size_t phrases_step(const phrases *self, struct phrases_walk *walk, uint32_t stem,
                    uint32_t ret_found[static PHRASES_LEN_MAX])
{
    size_t count = 0;
    uint32_t node = 0;

    memmove(walk->recent + 1, walk->recent, sizeof(walk->recent) - sizeof(stem));
    walk->recent[0] = stem;

    for (size_t i = 0; i < PHRASES_LEN_MAX && walk->recent[i]; i++) {
        node = intern_find(self->nodes, key_of(&(struct pair){ node, walk->recent[i] }));
        if (!node)
            break;
        ret_found[count++] = node;
    }
    return count;
}

uint32_t phrases_count(const phrases *self)
{
    return intern_count(self->nodes);
}
