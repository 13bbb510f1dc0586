/* fields_spec.c - reads what users write about fields: --map, --values and --set. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fields_internal.h"

/* Takes the next item off a list: what stands before an unescaped comma. NULL = no memory. The
 * caller frees it; *spec is NULL after the last. */
static char *take_item(const char **spec)
{
    const char *at = *spec;
    char *item = malloc(strlen(at) + 1);
    if (!item)
        return NULL;
    size_t len = 0;
    for (; *at && *at != ','; at++) {
        at += *at == '\\' && (at[1] == ',' || at[1] == '\\');
        item[len++] = *at;
    }
    item[len] = '\0';
    *spec = *at ? at + 1 : NULL;
    return item;
}

typedef int item_fn(fields_mapping *mapping, char *item, enum field *last);

static int each_item(fields_mapping *mapping, const char *spec, item_fn *take)
{
    enum field last = FIELD_COUNT;
    int r = 0;
    while (spec && r == 0) {
        char *item = take_item(&spec);
        r = item ? take(mapping, item, &last) : -ENOMEM;
        free(item);
    }
    return r;
}

/* Splits FIELD=REST. */
static int split_field(fields_mapping *mapping, char *item, enum field *ret_field,
                       char **ret_rest)
{
    char *equals = strchr(item, '=');
    if (!equals) {
        (void)fields_fail(mapping, -EINVAL, "'%s' is not written as FIELD=…", item);
        return -EINVAL;
    }
    *equals = '\0';
    *ret_field = fields_find(item, (size_t)(equals - item));
    *ret_rest = equals + 1;
    if (*ret_field == FIELD_COUNT) {
        (void)fields_fail(mapping, -EINVAL, "there is no field '%s'", item);
        return -EINVAL;
    }
    return 0;
}

static int set_number(fields_mapping *mapping, struct column *column, const char *digits)
{
    unsigned long number = strlen(digits) < 9 ? strtoul(digits, NULL, 10) : 0;
    if (number < 1 || number > ROWS_COLUMNS_MAX)
        return fields_fail(mapping, -EINVAL, "column %s: columns are counted from 1 to %d",
                           digits, ROWS_COLUMNS_MAX);
    column->kind = COLUMN_NUMBER;
    column->index = number - 1;
    mapping->has_numbers = true;
    return 0;
}

static int set_name(fields_mapping *mapping, struct column *column, const char *name)
{
    column->name = strdup(name);
    if (!column->name)
        return -ENOMEM;
    column->kind = COLUMN_NAME;
    mapping->has_names = true;
    return 0;
}

static int map_item(fields_mapping *mapping, char *item, enum field *last)
{
    char *wanted;
    int r = split_field(mapping, item, last, &wanted);
    if (r < 0)
        return r;
    struct column *column = &mapping->columns[*last];
    if (column->is_mapped)
        return fields_fail(mapping, -EINVAL, "%s is mapped twice", fields_name(*last));
    if (*wanted == '\0')
        return fields_fail(mapping, -EINVAL, "%s is mapped to no column; write %s=-",
                           fields_name(*last), fields_name(*last));

    column->is_mapped = true;
    if (strcmp(wanted, "-") == 0) {
        column->kind = COLUMN_NONE;
        return 0;
    }
    bool is_number = wanted[strspn(wanted, "0123456789")] == '\0';
    return is_number ? set_number(mapping, column, wanted) : set_name(mapping, column, wanted);
}

int fields_map(fields_mapping *mapping, const char *spec)
{
    return each_item(mapping, spec, map_item);
}

static int add_translation(fields_mapping *mapping, enum field field, const char *from,
                           const char *to)
{
    size_t count = mapping->translation_count + 1;
    struct translation *grown =
        reallocarray(mapping->translations, count, sizeof *mapping->translations);
    if (!grown)
        return -ENOMEM;
    mapping->translations = grown;
    grown[count - 1] = (struct translation){ field, strdup(from), strdup(to) };
    mapping->translation_count = count;
    return grown[count - 1].from && grown[count - 1].to ? 0 : -ENOMEM;
}

/* A colon belongs to FROM when no field stands before it and a field is already meant. */
static int translate_item(fields_mapping *mapping, char *item, enum field *last)
{
    char *from = item;
    char *colon = strchr(item, ':');
    enum field field = colon ? fields_find(item, (size_t)(colon - item)) : FIELD_COUNT;
    if (field != FIELD_COUNT) {
        *last = field;
        from = colon + 1;
    }
    if (*last == FIELD_COUNT)
        return fields_fail(mapping, -EINVAL, "'%s' does not begin with a field and a colon",
                           item);
    char *equals = strchr(from, '=');
    if (!equals)
        return fields_fail(mapping, -EINVAL, "'%s' is not written as FIELD:FROM=TO", item);
    *equals = '\0';
    return add_translation(mapping, *last, from, equals + 1);
}

int fields_translate(fields_mapping *mapping, const char *spec)
{
    return each_item(mapping, spec, translate_item);
}

int fields_set(fields_mapping *mapping, const char *spec)
{
    char *item = strdup(spec), *value;
    enum field field;
    int r = item ? split_field(mapping, item, &field, &value) : -ENOMEM;
    if (r == 0) {
        free(mapping->constants[field]);
        mapping->constants[field] = strdup(value);
        r = mapping->constants[field] ? 0 : -ENOMEM;
    }
    free(item);
    return r;
}
