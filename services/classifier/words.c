/* words.c - see words.h. The only file that includes utf8proc.h: ASCII and Russian letters,
 * nearly all there is, are spelled here byte by byte, the rest of Unicode by utf8proc. */
#include "words.h"

#include <string.h>
#include <utf8proc.h>

/* Code points of one rare word before it is composed; more than WORDS_LEN_MAX can hold. */
enum { RARE_LEN_MAX = 2 * WORDS_LEN_MAX };

/* A word on its way from text to struct words_word. */
struct reading {
    struct words_word *word;
    size_t len;    /* may exceed WORDS_LEN_MAX: the word is then too long */
    bool is_plain; /* nothing but ASCII and Russian letters so far */
};

static void put(struct reading *self, unsigned char byte)
{
    if (self->len < WORDS_LEN_MAX)
        self->word->bytes[self->len] = (char)byte;
    self->len++;
}

static size_t read_ascii(struct reading *self, unsigned char byte)
{
    bool is_digit = byte >= '0' && byte <= '9';
    unsigned char small = byte | 0x20;

    if (!is_digit && (small < 'a' || small > 'z'))
        return 0;

    self->word->is_number &= is_digit;
    put(self, is_digit ? byte : small);
    return 1;
}

/* The Russian letter of two bytes in its small form, 0 if it is something else. */
static unsigned small_russian(unsigned lead, unsigned trail)
{
    unsigned letter = (lead << 8) | trail;

    if (letter == 0xD081 || letter == 0xD191) /* Ё ё */
        return 0xD0B5;
    if (letter >= 0xD090 && letter <= 0xD09F) /* А-П */
        return letter + 0x20;
    if (letter >= 0xD0A0 && letter <= 0xD0AF) /* Р-Я */
        return letter + 0xE0;
    return letter >= 0xD0B0 && letter <= 0xD18F && trail >= 0x80 && trail <= 0xBF ? letter : 0;
}

static size_t read_russian(struct reading *self, const unsigned char *at, size_t left)
{
    unsigned letter = left < 2 ? 0 : small_russian(at[0], at[1]);
    if (!letter)
        return 0;

    self->word->is_number = false;
    put(self, (unsigned char)(letter >> 8));
    put(self, (unsigned char)letter);
    return 2;
}

/* Marks and invisible format characters stand inside words: they compose or vanish. */
static bool is_part_of_word(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_CF;
}

static size_t read_rare(struct reading *self, const unsigned char *at, size_t left)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t taken = utf8proc_iterate(at, (utf8proc_ssize_t)left, &point);
    if (taken <= 0 || !is_part_of_word(point))
        return 0;

    self->word->is_number = false;
    self->is_plain = false;
    self->len += (size_t)taken;
    return (size_t)taken;
}

/* Bytes of the letter or digit at `at`, 0 where no word goes on. */
static size_t read_letter(struct reading *self, const unsigned char *at, size_t left)
{
    if (*at < 0x80)
        return read_ascii(self, *at);

    size_t taken = read_russian(self, at, left);
    return taken ? taken : read_rare(self, at, left);
}

static void replace_yo(char *bytes, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (memcmp(bytes + i, "ё", 2) == 0)
            memcpy(bytes + i, "е", 2);
}

/* Spells the raw bytes anew by Unicode's rules; the length of the word, 0 if there is none. */
static size_t spell_rare(const unsigned char *raw, size_t len, struct words_word *word)
{
    utf8proc_int32_t points[RARE_LEN_MAX + 1];
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

    utf8proc_ssize_t r =
        utf8proc_decompose(raw, (utf8proc_ssize_t)len, points, RARE_LEN_MAX, options);
    if (r <= 0 || r > RARE_LEN_MAX)
        return 0;

    r = utf8proc_reencode(points, r, options);
    if (r <= 0 || r > WORDS_LEN_MAX)
        return 0;

    memcpy(word->bytes, points, (size_t)r);
    replace_yo(word->bytes, (size_t)r);
    return (size_t)r;
}

/* Reads the run of letters at *pos, empty where there is none; false if it is no word. */
static bool read_run(struct ekc_bytes text, size_t *pos, struct words_word *word)
{
    const unsigned char *bytes = text.data;
    struct reading reading = { .word = word, .is_plain = true };
    size_t start = *pos;

    word->is_number = true;
    for (size_t taken = 1; taken > 0 && *pos < text.len; *pos += taken)
        taken = read_letter(&reading, bytes + *pos, text.len - *pos);

    size_t len = reading.is_plain ? reading.len : spell_rare(bytes + start, *pos - start, word);
    if (len == 0 || len > WORDS_LEN_MAX)
        return false;

    word->len = (uint8_t)len;
    word->bytes[len] = '\0';
    return true;
}

bool words_next(struct ekc_bytes text, size_t *pos, struct words_word *ret_word)
{
    while (*pos < text.len) {
        size_t start = *pos;
        if (read_run(text, pos, ret_word))
            return true;
        if (*pos == start)
            (*pos)++;
    }
    return false;
}
