/* stems.c - see stems.h. The only file that includes libstemmer.h. Stemming is the dear part
 * of reading a text, so the words met last are kept with their stems. */
#include "stems.h"

#include <errno.h>
#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"

/* 512 KiB, small enough for a processor's cache; the words of everyday fit. */
enum { CACHE_SLOTS = 8192, CACHE_PROBES = 4 };

/* Letters of a root: enough to tell words apart, few enough to join стройка and строят,
 * and to forgive a typing error further on. */
enum { ROOT_LETTERS = 5 };

/* Three Russian letters. */
enum { UNSTEMMED_BYTES = 6 };

struct remembered {
    struct stems_stem stem;
    char bytes[WORDS_LEN_MAX];
    uint8_t len; /* 0 = free */
};

struct stems {
    struct sb_stemmer *stemmer;
    intern *known;
    bool has_remembered;
    struct remembered cache[CACHE_SLOTS];
};

int stems_new(stems **ret_stems)
{
    EKC_CLEANUP(stems_free) stems *self = calloc(1, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->stemmer = sb_stemmer_new("russian", "UTF_8");
    if (!self->stemmer)
        return -ENOMEM;

    int r = intern_new(&self->known);
    if (r < 0)
        return r;

    *ret_stems = self;
    self = NULL;
    return 0;
}

void stems_free(stems **self)
{
    if (!*self)
        return;

    if ((*self)->stemmer)
        sb_stemmer_delete((*self)->stemmer);
    intern_free(&(*self)->known);
    free(*self);
    *self = NULL;
}

/* Lent until the next word. Abbreviations (АО, ПАО) are left as they are written: cut to a
 * letter or two they would be taken for prepositions. */
static struct ekc_bytes stem_of(const stems *self, const struct words_word *word)
{
    if (word->len <= UNSTEMMED_BYTES)
        return (struct ekc_bytes){ word->bytes, word->len };

    const sb_symbol *stem =
        sb_stemmer_stem(self->stemmer, (const sb_symbol *)word->bytes, word->len);

    if (!stem)
        return (struct ekc_bytes){ word->bytes, word->len };
    return (struct ekc_bytes){ stem, (size_t)sb_stemmer_length(self->stemmer) };
}

/* A root is kept apart from stems by its first byte, which no word has. */
struct root {
    char bytes[1 + ROOT_LETTERS * 4];
    size_t len; /* 0 = none */
};

static struct root root_of(struct ekc_bytes stem, bool is_number)
{
    const char *bytes = stem.data;
    struct root root = { .bytes = "*" };
    size_t letters = 0;
    size_t len = 0;

    for (; len < stem.len && len < sizeof(root.bytes) - 1; len++) {
        letters += ((unsigned char)bytes[len] & 0xC0) != 0x80;
        if (letters > ROOT_LETTERS)
            break;
    }
    if (is_number || letters < ROOT_LETTERS)
        return root;

    memcpy(root.bytes + 1, bytes, len);
    root.len = len + 1;
    return root;
}

/* What was remembered may call a word unknown that is learned now. */
static void forget(stems *self)
{
    if (self->has_remembered)
        memset(self->cache, 0, sizeof(self->cache));
    self->has_remembered = false;
}

int stems_learn(stems *self, const struct words_word *word, struct stems_stem *ret_stem)
{
    struct stems_stem learned = { 0 };
    struct ekc_bytes stem = stem_of(self, word);
    struct root root = root_of(stem, word->is_number);

    forget(self);

    int r = intern_add(self->known, stem, &learned.stem);
    if (r == 0 && root.len > 0)
        r = intern_add(self->known, (struct ekc_bytes){ root.bytes, root.len }, &learned.root);
    if (r < 0)
        return r;

    *ret_stem = learned;
    return 0;
}

static struct stems_stem look_up(const stems *self, const struct words_word *word)
{
    struct ekc_bytes stem = stem_of(self, word);
    struct root root = root_of(stem, word->is_number);

    return (struct stems_stem){
        .stem = intern_find(self->known, stem),
        .root = intern_find(self->known, (struct ekc_bytes){ root.bytes, root.len }),
    };
}

/* The slot that remembers word, or the one to be overwritten for it. */
static struct remembered *slot_of(stems *self, const struct words_word *word)
{
    uint64_t home = intern_hash((struct ekc_bytes){ word->bytes, word->len });

    for (uint64_t i = home; i < home + CACHE_PROBES; i++) {
        struct remembered *slot = &self->cache[i % CACHE_SLOTS];
        if (slot->len == 0 ||
            (slot->len == word->len && memcmp(slot->bytes, word->bytes, word->len) == 0))
            return slot;
    }
    return &self->cache[home % CACHE_SLOTS];
}

struct stems_stem stems_find(stems *self, const struct words_word *word)
{
    struct remembered *slot = slot_of(self, word);

    if (slot->len != word->len || memcmp(slot->bytes, word->bytes, word->len) != 0) {
        slot->stem = look_up(self, word);
        slot->len = word->len;
        memcpy(slot->bytes, word->bytes, word->len);
        self->has_remembered = true;
    }
    return slot->stem;
}
