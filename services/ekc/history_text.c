/* history_text.c - see history_text.h. */
#include "history_text.h"

#include <string.h>

#include "history_plan.h"

enum { PIECES_MAX = 24 };

struct telling {
    struct history_text *text;
    struct history_random *random;
    const struct history_story *story;
    struct history_piece pieces[PIECES_MAX];
    size_t count;
};

void history_text_add(struct history_text *text, const char *data, size_t len)
{
    if (len >= sizeof text->data - text->len)
        return;
    memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = '\0';
}

static void add(struct telling *telling, const char *words)
{
    history_text_add(telling->text, words, strlen(words));
}

bool history_is_note(const char *sample)
{
    static const char *const beginnings[] = { "Звон", "звон", "Операт", "операт" };
    for (size_t i = 0; i < EKC_COUNT(beginnings); i++)
        if (strncmp(sample, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static void push(struct telling *telling, const char *text, size_t len)
{
    if (telling->count < PIECES_MAX)
        telling->pieces[telling->count++] = (struct history_piece){ text, len };
}

static bool is_capital(const char *text)
{
    unsigned char lead = (unsigned char)text[0], letter = (unsigned char)text[1];
    return lead == 0xd0 && (letter == 0x81 || (letter >= 0x90 && letter <= 0xaf));
}

/* A full stop behind one or two letters is an abbreviation's. */
static bool is_sentence_end(const char *sample, const char *at)
{
    if (!strchr(".!?", *at) || at[1] != ' ' || !is_capital(at + 2) || at - sample < 6)
        return false;
    return !memchr(at - 5, ' ', 5);
}

static void push_sentences(struct telling *telling, const char *sample)
{
    const char *begin = sample, *at = sample;
    for (; *at; at++) {
        if (telling->count + 4 >= PIECES_MAX || !is_sentence_end(sample, at))
            continue;
        push(telling, begin, (size_t)(at + 1 - begin));
        begin = at + 2;
    }
    push(telling, begin, (size_t)(at - begin));
}

static bool has_greeting(const char *sample)
{
    static const char *const beginnings[] = { "Здрав", "здрав", "Добр", "добр", "Уваж" };
    for (size_t i = 0; i < EKC_COUNT(beginnings); i++)
        if (strncmp(sample, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* Whether nearly every filling of the sample gives another text. */
static bool is_varied(const char *sample)
{
    return strstr(sample, "{street}") || strstr(sample, "{cadastre}") ||
           strstr(sample, "{number}");
}

static void swap_sentences(struct telling *telling, size_t from)
{
    if (telling->count < from + 2 ||
        !history_random_chance(telling->random, PLAN_SWAPPED_SENTENCES))
        return;
    uint32_t pairs = (uint32_t)(telling->count - from - 1);
    struct history_piece *left =
        &telling->pieces[from + history_random_below(telling->random, pairs)];
    struct history_piece kept = left[0];
    left[0] = left[1];
    left[1] = kept;
}

static void push_drawn(struct telling *telling, const struct history_list *list)
{
    const char *words = history_draw(telling->random, list);
    push(telling, words, strlen(words));
}

static void arrange(struct telling *telling)
{
    const char *sample = telling->story->sample;
    struct history_random *random = telling->random;
    bool is_polite = !history_is_note(sample);
    bool greets = has_greeting(sample);
    uint32_t aside = is_varied(sample) ? PLAN_ASIDE_ELSEWHERE : PLAN_ASIDE_WHERE_NEEDED;
    bool has_aside = history_random_chance(random, aside);
    bool is_first = !greets && is_polite && history_random_chance(random, PLAN_ASIDE_FIRST);

    if (is_polite && !greets && history_random_chance(random, PLAN_GREETING))
        push_drawn(telling, &history_greetings);
    if (has_aside && is_first)
        push_drawn(telling, telling->story->asides);
    size_t from = telling->count + (greets || !is_polite);
    push_sentences(telling, sample);
    swap_sentences(telling, from);
    if (has_aside && !is_first)
        push_drawn(telling, telling->story->asides);
    if (is_polite && history_random_chance(random, PLAN_CLOSING))
        push_drawn(telling, &history_closings);
}

static void part_from_last(struct telling *telling)
{
    const struct history_text *text = telling->text;
    bool is_ended = strchr(".!?,:;", text->data[text->len - 1]);
    add(telling, is_ended || history_random_chance(telling->random, 40) ? " " : ". ");
}

void history_text_tell(struct history_text *text, struct history_random *random,
                       const struct history_story *story)
{
    struct telling telling = { .text = text, .random = random, .story = story };
    text->len = 0;
    text->data[0] = '\0';
    if (story->asides)
        arrange(&telling);
    else
        push(&telling, story->sample, strlen(story->sample));

    for (size_t i = 0; i < telling.count; i++) {
        if (text->len > 0)
            part_from_last(&telling);
        history_text_fill(text, random, story, telling.pieces[i]);
    }
    if (story->asides)
        history_text_spoil(text, random);
}
