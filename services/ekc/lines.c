/* lines.c - see lines.h. A window of decoded text slides over the file: what stands before the
 * current line is dropped whenever more is read. */
#include "lines.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

enum {
    RAW_SIZE = 64 * 1024,
    GROWTH_MAX = 4, /* bytes of UTF-8 that one byte of another encoding may become */
};

struct lines_reader {
    FILE *file;
    iconv_t decoder;
    size_t unit; /* bytes to skip over what cannot be decoded */
    bool has_begun, is_ended;

    char raw[RAW_SIZE];
    size_t raw_len;

    char *text;
    size_t len, room;
    size_t begin, first_end, end; /* of the current line, its newlines included */
    size_t number, count;         /* of the first physical line in it; how many they are */
};

static int open_iconv(const char *to, const char *from, iconv_t *ret_iconv)
{
    iconv_t opened = iconv_open(to, from);
    if (opened == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): iconv's own word */
        return -EINVAL;
    *ret_iconv = opened;
    return 0;
}

/* An encoding's smallest step, found out by encoding a letter twice: the first may bring a byte
 * order mark along. */
static int measure_unit(const char *encoding, size_t *ret_unit)
{
    iconv_t encoder;
    int r = open_iconv(encoding, "UTF-8", &encoder);
    if (r < 0)
        return r;

    char out[32], *to = out;
    size_t room = sizeof out, before = room;
    for (int i = 0; i < 2; i++) {
        char letter[] = "a", *from = letter;
        size_t left = 1;
        before = room;
        (void)iconv(encoder, &from, &left, &to, &room);
    }
    *ret_unit = before > room ? before - room : 1;
    iconv_close(encoder);
    return 0;
}

static int open_decoder(lines_reader *reader, const char *encoding)
{
    /* A suffix as //IGNORE would lose bytes without a word. */
    if (*encoding == '\0' || strchr(encoding, '/'))
        return -EINVAL;
    int r = measure_unit(encoding, &reader->unit);
    return r < 0 ? r : open_iconv("UTF-8", encoding, &reader->decoder);
}

int lines_open(FILE *file, const char *encoding, lines_reader **ret_reader)
{
    EKC_CLEANUP(lines_close) lines_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return -ENOMEM;
    int r = open_decoder(reader, encoding ? encoding : "UTF-8");
    if (r < 0)
        return r;
    reader->room = RAW_SIZE;
    reader->text = malloc(reader->room);
    if (!reader->text)
        return -ENOMEM;

    reader->file = file;
    reader->number = 1;
    *ret_reader = reader;
    reader = NULL;
    return 0;
}

static void drop_before(lines_reader *reader)
{
    size_t begin = reader->begin;
    if (begin == 0)
        return;
    memmove(reader->text, reader->text + begin, reader->len - begin);
    reader->len -= begin;
    reader->end -= begin;
    reader->first_end -= begin;
    reader->begin = 0;
}

static int reserve(lines_reader *reader, size_t more)
{
    size_t want = reader->len + more;
    if (want <= reader->room)
        return 0;
    char *text = realloc(reader->text, want * 2);
    if (!text)
        return -ENOMEM;
    reader->text = text;
    reader->room = want * 2;
    return 0;
}

/* Decodes what raw holds; a sequence that raw cuts off stays there for the next time, unless
 * the file ends with it. */
static void decode(lines_reader *reader, bool is_last)
{
    char *from = reader->raw, *to = reader->text + reader->len;
    size_t left = reader->raw_len, room = reader->room - reader->len;

    while (left > 0 && iconv(reader->decoder, &from, &left, &to, &room) == (size_t)-1) {
        if (errno == E2BIG || room == 0 || (errno == EINVAL && !is_last))
            break;
        *to++ = (char)LINES_UNDECODABLE;
        room--;
        size_t skip = left < reader->unit ? left : reader->unit;
        from += skip;
        left -= skip;
    }
    memmove(reader->raw, from, left);
    reader->raw_len = left;
    reader->len = reader->room - room;
}

static void skip_mark(lines_reader *reader)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t len = sizeof mark - 1;
    if (!reader->has_begun && reader->len >= len && memcmp(reader->text, mark, len) == 0)
        reader->begin = reader->first_end = reader->end = len;
    reader->has_begun = true;
}

static int refill(lines_reader *reader)
{
    drop_before(reader);
    size_t got =
        fread(reader->raw + reader->raw_len, 1, RAW_SIZE - reader->raw_len, reader->file);
    if (got == 0 && ferror(reader->file))
        return errno ? -errno : -EIO;
    reader->raw_len += got;
    int r = reserve(reader, reader->raw_len * GROWTH_MAX);
    if (r < 0)
        return r;

    decode(reader, got == 0);
    skip_mark(reader);
    reader->is_ended = got == 0 && reader->raw_len == 0;
    return 0;
}

/* Moves the end over one more physical line. */
static int take_line(lines_reader *reader)
{
    size_t scanned = 0;
    for (;;) {
        const char *from = reader->text + reader->end + scanned;
        size_t left = reader->len - reader->end - scanned;
        const char *newline = memchr(from, '\n', left);
        size_t stop = newline ? (size_t)(newline - reader->text) : reader->len;
        if (stop - reader->begin > LINES_LENGTH_MAX)
            return -E2BIG;
        if (newline || reader->is_ended) {
            bool is_line = newline || stop > reader->end;
            reader->end = newline ? stop + 1 : stop;
            return is_line;
        }
        scanned += left;
        int r = refill(reader);
        if (r < 0)
            return r;
    }
}

static int skip_line(lines_reader *reader)
{
    for (;;) {
        const char *newline =
            memchr(reader->text + reader->end, '\n', reader->len - reader->end);
        reader->end = newline ? (size_t)(newline - reader->text) + 1 : reader->len;
        reader->begin = reader->first_end = reader->end;
        if (newline || reader->is_ended)
            return 1;
        int r = refill(reader);
        if (r < 0)
            return r;
    }
}

static struct line current_line(const lines_reader *reader)
{
    size_t len = reader->end - reader->begin;
    char *text = reader->text + reader->begin;
    if (len > 0 && text[len - 1] == '\n')
        len--;
    return (struct line){ .number = reader->number, .text = text, .len = len };
}

int lines_next(lines_reader *reader, struct line *ret_line)
{
    reader->begin = reader->first_end = reader->end;
    reader->number += reader->count;
    reader->count = 0;

    int r = take_line(reader);
    bool is_too_long = r == -E2BIG;
    if (is_too_long)
        r = skip_line(reader);
    if (r <= 0)
        return r;

    reader->count = 1;
    reader->first_end = reader->end;
    *ret_line = current_line(reader);
    ret_line->is_too_long = is_too_long;
    return 1;
}

int lines_join(lines_reader *reader, struct line *ret_line)
{
    int r = take_line(reader);
    if (r <= 0)
        return r;
    reader->count++;
    *ret_line = current_line(reader);
    return 1;
}

void lines_split(lines_reader *reader)
{
    reader->end = reader->first_end;
    reader->count = 1;
}

void lines_close(lines_reader **reader)
{
    if (!*reader)
        return;
    if ((*reader)->decoder)
        iconv_close((*reader)->decoder);
    free((*reader)->text);
    free(*reader);
    *reader = NULL;
}
