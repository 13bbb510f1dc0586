/* history_spoil.c - the mistakes that people make in writing; letters are Cyrillic in UTF-8, of
 * two bytes each. */
#include <string.h>

#include "history_plan.h"
#include "history_text.h"

static bool is_letter(const char *at)
{
    unsigned char lead = (unsigned char)at[0], letter = (unsigned char)at[1];
    return (lead == 0xd0 && (letter == 0x81 || letter >= 0x90)) ||
           (lead == 0xd1 && (letter <= 0x8f || letter == 0x91));
}

static void put(char *at, unsigned lead, unsigned letter)
{
    at[0] = (char)lead;
    at[1] = (char)letter;
}

static void forget_yo(char *at)
{
    if (memcmp(at, "ё", 2) == 0)
        memcpy(at, "е", 2);
    else if (memcmp(at, "Ё", 2) == 0)
        memcpy(at, "Е", 2);
}

static void raise(char *at)
{
    unsigned lead = (unsigned char)at[0], letter = (unsigned char)at[1];
    if (lead == 0xd0 && letter >= 0xb0)
        put(at, 0xd0, letter - 0x20);
    else if (lead == 0xd1 && letter <= 0x8f)
        put(at, 0xd0, letter + 0x20);
    else if (lead == 0xd1)
        put(at, 0xd0, 0x81);
}

static void lower(char *at)
{
    unsigned lead = (unsigned char)at[0], letter = (unsigned char)at[1];
    if (lead == 0xd0 && letter >= 0x90 && letter <= 0x9f)
        put(at, 0xd0, letter + 0x20);
    else if (lead == 0xd0 && letter >= 0xa0 && letter <= 0xaf)
        put(at, 0xd1, letter - 0x20);
    else if (lead == 0xd0 && letter == 0x81)
        put(at, 0xd1, 0x91);
}

static void each_letter(struct history_text *text, void (*change)(char *at))
{
    for (size_t i = 0; i + 1 < text->len; i++) {
        if (!is_letter(text->data + i))
            continue;
        change(text->data + i);
        i++;
    }
}

/* What stands between digits belongs to a date or a number and stays. */
static void drop_punctuation(struct history_text *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->len; i++) {
        bool is_in_number = i > 0 && text->data[i + 1] >= '0' && text->data[i + 1] <= '9';
        if (is_in_number || !strchr(".,!?;:", text->data[i]))
            text->data[kept++] = text->data[i];
    }
    text->len = kept;
    text->data[kept] = '\0';
}

/* Swaps two neighbours or loses one, at a chance place. */
static void mistype(struct history_text *text, struct history_random *random)
{
    size_t at = history_random_below(random, (uint32_t)text->len);
    while (at + 4 <= text->len &&
           !(is_letter(text->data + at) && is_letter(text->data + at + 2)))
        at++;
    if (at + 4 > text->len)
        return;

    char *letters = text->data + at;
    if (history_random_chance(random, 50)) {
        char swapped[4] = { letters[2], letters[3], letters[0], letters[1] };
        memcpy(letters, swapped, sizeof swapped);
        return;
    }
    memmove(letters, letters + 2, text->len - at - 1);
    text->len -= 2;
}

void history_text_spoil(struct history_text *text, struct history_random *random)
{
    while (history_random_chance(random, PLAN_TYPO))
        mistype(text, random);
    if (history_random_chance(random, PLAN_NO_YO))
        each_letter(text, forget_yo);
    if (history_random_chance(random, PLAN_NO_PUNCTUATION))
        drop_punctuation(text);
    if (history_random_chance(random, PLAN_UPPER_CASE))
        each_letter(text, raise);
    else if (history_random_chance(random, PLAN_LOWER_CASE))
        each_letter(text, lower);
}
