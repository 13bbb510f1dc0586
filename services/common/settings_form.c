/* settings_form.c - see settings_form.h. */
#include "settings_form.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ekc/z85.h"

static const char *const on_words[] = { "on", "1", "true" };
static const char *const off_words[] = { "off", "0", "false" };

static bool is_among(const char *value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], value) == 0)
            return true;
    }
    return false;
}

bool form_is_on(const char *value)
{
    return is_among(value, on_words, EKC_COUNT(on_words));
}

static bool is_number(const char *value, long min, long max)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    bool is_plain = strspn(value + (*value == '-'), "0123456789") > 0;
    return is_plain && !*end && !errno && number >= min && number <= max;
}

static bool is_address(const char *value)
{
    const char *colon = strrchr(value, ':');
    if (!colon || colon == value || strpbrk(value, " \t"))
        return false;
    bool is_bracketed = value[0] == '[' && colon[-1] == ']';
    bool has_one_colon = memchr(value, ':', (size_t)(colon - value)) == NULL;
    return (is_bracketed || has_one_colon) && colon[1] != '-' &&
           is_number(colon + 1, 1, UINT16_MAX);
}

bool form_next_address(const char **list, char address[static ADDRESS_MAX])
{
    const char *start = *list + strspn(*list, " \t");
    size_t len = strcspn(start, ",");
    if (!start[len] && len == 0 && start == *list)
        return false;

    *list = start + len + (start[len] == ',');
    while (len && strchr(" \t", start[len - 1]))
        len--;
    if (len >= ADDRESS_MAX)
        len = 0;
    memcpy(address, start, len);
    address[len] = '\0';
    return true;
}

static bool are_addresses(const char *value)
{
    char address[ADDRESS_MAX];
    bool is_sound = value[strlen(value) - 1] != ',';
    while (is_sound && form_next_address(&value, address))
        is_sound = is_address(address);
    return is_sound;
}

static bool is_choice(const char *value, const char *choices)
{
    size_t len = strlen(value);
    for (const char *word = choices;; word++) {
        size_t width = strcspn(word, "|");
        if (width == len && memcmp(word, value, len) == 0)
            return true;
        word += width;
        if (!*word)
            return false;
    }
}

bool form_fits(const struct setting *setting, const char *value)
{
    switch (setting->form) {
    case FORM_TEXT:
        return true;
    case FORM_FLAG:
        return form_is_on(value) || is_among(value, off_words, EKC_COUNT(off_words));
    case FORM_NUMBER:
        return is_number(value, setting->min, setting->max);
    case FORM_ADDRESS:
        return is_address(value);
    case FORM_ADDRESSES:
        return are_addresses(value);
    case FORM_CHOICE:
        return is_choice(value, setting->choices);
    case FORM_FILE:
        return access(value, R_OK) == 0;
    case FORM_KEY:
        return ekc_is_key(value);
    }
    return false;
}

void form_wanted(const struct setting *setting, char *text, size_t size)
{
    static const char *const words[] = {
        [FORM_TEXT] = "text",
        [FORM_FLAG] = "on or off",
        [FORM_ADDRESS] = "HOST:PORT",
        [FORM_ADDRESSES] = "HOST:PORT[,HOST:PORT...]",
        [FORM_FILE] = "a file that can be read",
        [FORM_KEY] = "a public key of 40 characters",
    };
    if (setting->form == FORM_NUMBER)
        (void)snprintf(text, size, "a whole number from %ld to %ld", setting->min,
                       setting->max);
    else if (setting->form == FORM_CHOICE)
        (void)snprintf(text, size, "one of %s", setting->choices);
    else
        (void)snprintf(text, size, "%s", words[setting->form]);
}
