/* fields.c - see fields.h. */
#include "fields.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fields_internal.h"

static const char *const names[FIELD_COUNT] = {
    [FIELD_EXTERNAL_ID] = "external_id",
    [FIELD_CREATED_AT] = "created_at",
    [FIELD_CHANNEL] = "channel",
    [FIELD_SUBJECT] = "subject",
    [FIELD_TEXT] = "text",
    [FIELD_APPLICANT_KIND] = "applicant_kind",
    [FIELD_APPLICANT_KEY] = "applicant_key",
    [FIELD_CONTACT_NAME] = "contact_name",
    [FIELD_CONTACT_PHONE] = "contact_phone",
    [FIELD_CONTACT_EMAIL] = "contact_email",
    [FIELD_REPLY_CHANNEL] = "reply_channel",
    [FIELD_IDENTIFIED_BY] = "identified_by",
    [FIELD_OKRUG] = "okrug",
    [FIELD_ADDRESS] = "address",
    [FIELD_CADASTRAL_NUMBER] = "cadastral_number",
    [FIELD_CATEGORY] = "category",
    [FIELD_CORRELATION_ID] = "correlation_id",
    [FIELD_TAKEN_BY] = "taken_by",
    [FIELD_ANSWERED_AT] = "answered_at",
    [FIELD_CLOSED_AT] = "closed_at",
    [FIELD_OPERATOR] = "operator",
    [FIELD_TOPIC] = "topic",
};

const char *fields_name(enum field field)
{
    return names[field];
}

bool fields_is_same(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && strncasecmp(name, text, len) == 0;
}

bool fields_is_named(enum field field, const char *text, size_t len)
{
    return fields_is_same(names[field], text, len) ||
           (field == FIELD_CATEGORY && fields_is_same("label", text, len));
}

enum field fields_find(const char *name, size_t len)
{
    enum field field = 0;
    while (field < FIELD_COUNT && !fields_is_named(field, name, len))
        field++;
    return field;
}

int fields_fail(fields_mapping *mapping, int r, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(mapping->error, sizeof mapping->error, fmt, args);
    va_end(args);
    return r;
}

int fields_new(fields_mapping **ret_mapping)
{
    *ret_mapping = calloc(1, sizeof **ret_mapping);
    return *ret_mapping ? 0 : -ENOMEM;
}

bool fields_expects_header(const fields_mapping *mapping)
{
    return mapping->has_names || !mapping->has_numbers;
}

const char *fields_error(const fields_mapping *mapping)
{
    return mapping->error[0] ? mapping->error : "out of memory";
}

const char *fields_ignored(const fields_mapping *mapping)
{
    return mapping->ignored ? mapping->ignored : "";
}

void fields_free(fields_mapping **mapping)
{
    if (!*mapping)
        return;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        free((*mapping)->columns[i].name);
        free((*mapping)->constants[i]);
    }
    for (size_t i = 0; i < (*mapping)->translation_count; i++) {
        free((*mapping)->translations[i].from);
        free((*mapping)->translations[i].to);
    }
    free((*mapping)->translations);
    free((*mapping)->ignored);
    free(*mapping);
    *mapping = NULL;
}
