/* nearest.c - see ekc/nearest.h. */
#include "ekc/nearest.h"

#include <string.h>

enum { WORD_MAX = 64 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Letters to put in, take out, change or swap with their neighbour. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][WORD_MAX + 1] = { 0 };
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];
    size_t length = strnlen(b, WORD_MAX);

    for (unsigned j = 0; j <= length; j++)
        last[j] = j;
    for (unsigned i = 1; a[i - 1] && i <= WORD_MAX; i++) {
        now[0] = i;
        for (unsigned j = 1; j <= length; j++) {
            unsigned change = a[i - 1] != b[j - 1];
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + change);
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        unsigned *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[length];
}

const char *ekc_nearest(const char *word, const void *words, size_t count, ekc_word_at_fn *at)
{
    const char *best = NULL;
    unsigned best_distance = WORD_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *known = at(words, i);
        if (!known)
            continue;
        unsigned d = distance(word, known);
        if (d < best_distance && (size_t)d * 3 <= strlen(known)) {
            best = known;
            best_distance = d;
        }
    }
    return best;
}
