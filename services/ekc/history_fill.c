/* history_fill.c - puts words and numbers in place of placeholders. */
#include <stdio.h>
#include <string.h>

#include "history_text.h"
#include "moment.h"

struct filling {
    struct history_text *text;
    struct history_random *random;
    const struct history_story *story;
};

const char *history_draw(struct history_random *random, const struct history_list *list)
{
    return list->items[history_random_below(random, list->count)];
}

static void add(struct filling *filling, const char *words)
{
    history_text_add(filling->text, words, strlen(words));
}

/* Puts digits in place of a pattern's signs. */
static void draw_pattern(struct history_random *random, const struct history_list *list,
                         size_t size, char *ret_text)
{
    (void)snprintf(ret_text, size, "%s", history_draw(random, list));
    for (char *at = ret_text; *at; at++) {
        if (*at == '@')
            *at = (char)('1' + history_random_below(random, 9));
        else if (*at == '#')
            *at = (char)('0' + history_random_below(random, 10));
    }
}

struct history_place history_place_draw(struct history_random *random)
{
    struct history_place place;
    place.district = &history_districts[history_random_below(random, history_district_count)];
    place.street = history_draw(random, &history_streets);
    draw_pattern(random, &history_houses, sizeof place.house, place.house);
    return place;
}

static void fill_street(struct filling *filling)
{
    add(filling, filling->story->place.street);
}

static void fill_house(struct filling *filling)
{
    add(filling, filling->story->place.house);
}

static void fill_district(struct filling *filling)
{
    add(filling, filling->story->place.district->name);
}

static void fill_okrug(struct filling *filling)
{
    add(filling, filling->story->place.district->okrug_ru);
}

static void fill_pattern(struct filling *filling, const struct history_list *patterns)
{
    char text[64];
    draw_pattern(filling->random, patterns, sizeof text, text);
    add(filling, text);
}

static void fill_flat(struct filling *filling)
{
    fill_pattern(filling, &history_flats);
}

static void fill_number(struct filling *filling)
{
    fill_pattern(filling, &history_numbers);
}

static void fill_cadastre(struct filling *filling)
{
    fill_pattern(filling, &history_cadastres);
}

static void add_date(struct filling *filling, int64_t day)
{
    struct moment_date date = moment_date(day);
    char text[64];
    if (history_random_chance(filling->random, 30))
        (void)snprintf(text, sizeof text, "%d %s %d", date.day,
                       history_months.items[date.month - 1], date.year);
    else if (history_random_chance(filling->random, 20))
        (void)snprintf(text, sizeof text, "%02d.%02d.%02d", date.day, date.month,
                       date.year % 100);
    else
        (void)snprintf(text, sizeof text, "%02d.%02d.%d", date.day, date.month, date.year);
    add(filling, text);
}

/* From four months before the inquiry to two after. */
static void fill_date(struct filling *filling)
{
    add_date(filling, filling->story->day - 120 + history_random_below(filling->random, 180));
}

/* Of the last three months. */
static void fill_past(struct filling *filling)
{
    add_date(filling, filling->story->day - 1 - history_random_below(filling->random, 90));
}

/* From eight years before the inquiry to one after. */
static void fill_year(struct filling *filling)
{
    int year = moment_date(filling->story->day).year - 8;
    char text[16];
    (void)snprintf(text, sizeof text, "%d",
                   year + (int)history_random_below(filling->random, 10));
    add(filling, text);
}

static const struct {
    const char *name;
    void (*fill)(struct filling *filling);
} placeholders[] = {
    { "{street}", fill_street },     { "{house}", fill_house }, { "{district}", fill_district },
    { "{okrug}", fill_okrug },       { "{flat}", fill_flat },   { "{number}", fill_number },
    { "{cadastre}", fill_cadastre }, { "{date}", fill_date },   { "{year}", fill_year },
    { "{past}", fill_past },
};

/* The length of the placeholder at text that was filled in; 0 when there is none that we know.
 */
static size_t fill_one(struct filling *filling, const char *text)
{
    for (size_t i = 0; i < EKC_COUNT(placeholders); i++) {
        size_t len = strlen(placeholders[i].name);
        if (strncmp(text, placeholders[i].name, len) != 0)
            continue;
        placeholders[i].fill(filling);
        return len;
    }
    return 0;
}

void history_text_fill(struct history_text *text, struct history_random *random,
                       const struct history_story *story, struct history_piece piece)
{
    struct filling filling = { text, random, story };
    while (piece.len > 0) {
        size_t len = *piece.text == '{' ? fill_one(&filling, piece.text) : 0;
        if (len == 0) {
            const char *brace = memchr(piece.text + 1, '{', piece.len - 1);
            len = brace ? (size_t)(brace - piece.text) : piece.len;
            history_text_add(text, piece.text, len);
        }
        piece.text += len;
        piece.len -= len;
    }
}
