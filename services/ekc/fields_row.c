/* fields_row.c - where a mapping meets a file: its header once, then every row. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields_internal.h"

static struct ekc_bytes name_at(const struct row *row, size_t i)
{
    if (row->names)
        return (struct ekc_bytes){ row->names[i], strlen(row->names[i]) };
    return row->cells[i];
}

/* Whether a column of that name is the one that field asks for. */
static bool is_wanted(const fields_mapping *mapping, enum field field, struct ekc_bytes name)
{
    const struct column *column = &mapping->columns[field];
    switch (column->kind) {
    case COLUMN_OWN:
        return fields_is_named(field, name.data, name.len);
    case COLUMN_NAME:
        return fields_is_same(column->name, name.data, name.len);
    case COLUMN_NONE:
    case COLUMN_NUMBER:
        break;
    }
    return false;
}

static bool is_taken(const fields_mapping *mapping, const struct row *first, size_t i)
{
    struct ekc_bytes name = name_at(first, i);
    for (enum field field = 0; field < FIELD_COUNT; field++) {
        const struct column *column = &mapping->columns[field];
        bool is_refused = column->kind == COLUMN_NONE && column->is_mapped &&
                          fields_is_named(field, name.data, name.len);
        bool is_index = !first->names && column->kind == COLUMN_NUMBER && column->index == i;
        if (is_refused || is_index || is_wanted(mapping, field, name))
            return true;
    }
    return false;
}

static int list_ignored(fields_mapping *mapping, const struct row *first)
{
    free(mapping->ignored);
    mapping->ignored = NULL;
    size_t len;
    FILE *list = open_memstream(&mapping->ignored, &len);
    if (!list)
        return -ENOMEM;
    const char *comma = "";
    for (size_t i = 0; i < first->count; i++) {
        if (is_taken(mapping, first, i))
            continue;
        struct ekc_bytes name = name_at(first, i);
        (void)fprintf(list, "%s%.*s", comma, (int)name.len, (const char *)name.data);
        comma = ", ";
    }
    return fclose(list) == 0 ? 0 : -ENOMEM;
}

/* A name of the header becomes a number, so that rows need no search. */
static int bind_name(fields_mapping *mapping, enum field field, const struct row *header)
{
    struct column *column = &mapping->columns[field];
    size_t found = 0;
    for (size_t i = 0; i < header->count; i++) {
        if (!is_wanted(mapping, field, header->cells[i]))
            continue;
        column->index = i;
        found++;
    }
    if (found > 1)
        return fields_fail(mapping, -EINVAL, "the header has %zu columns for %s", found,
                           fields_name(field));
    if (found == 0 && column->kind == COLUMN_NAME)
        return fields_fail(mapping, -EINVAL,
                           "the header has no column '%s', which %s is mapped to", column->name,
                           fields_name(field));
    column->kind = found ? COLUMN_NUMBER : COLUMN_NONE;
    return 0;
}

static int bind_header(fields_mapping *mapping, enum field field, const struct row *header)
{
    const struct column *column = &mapping->columns[field];
    if (column->kind == COLUMN_OWN || column->kind == COLUMN_NAME)
        return bind_name(mapping, field, header);
    if (column->kind == COLUMN_NUMBER && column->index >= header->count)
        return fields_fail(mapping, -EINVAL,
                           "%s is mapped to column %zu, but the header has %zu",
                           fields_name(field), column->index + 1, header->count);
    return 0;
}

static int bind_json(fields_mapping *mapping, enum field field, const struct row *first)
{
    (void)first;
    if (mapping->columns[field].kind == COLUMN_NUMBER)
        return fields_fail(mapping, -EINVAL,
                           "%s is mapped to a number, but JSON lines have names",
                           fields_name(field));
    return 0;
}

static int bind_nothing(fields_mapping *mapping, enum field field, const struct row *first)
{
    (void)first;
    struct column *column = &mapping->columns[field];
    if (column->kind == COLUMN_NAME)
        return fields_fail(mapping, -EINVAL, "%s is mapped to '%s', but the file has no header",
                           fields_name(field), column->name);
    if (column->kind == COLUMN_OWN)
        column->kind = COLUMN_NONE;
    return 0;
}

int fields_bind(fields_mapping *mapping, const struct row *first)
{
    int r = first ? list_ignored(mapping, first) : 0;
    for (enum field field = 0; field < FIELD_COUNT && r == 0; field++) {
        if (!first)
            r = bind_nothing(mapping, field, first);
        else
            r = first->names ? bind_json(mapping, field, first)
                             : bind_header(mapping, field, first);
    }
    mapping->width = first && !first->names ? first->count : 0;
    return r;
}

static int find_key(fields_mapping *mapping, enum field field, const struct row *row,
                    struct ekc_bytes *ret_value)
{
    size_t found = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (!is_wanted(mapping, field, name_at(row, i)))
            continue;
        *ret_value = row->cells[i];
        found++;
    }
    if (found > 1)
        return fields_fail(mapping, -EBADMSG, "%zu keys are %s", found, fields_name(field));
    if (ret_value->data == rows_nested)
        return fields_fail(mapping, -EBADMSG, "%s is a JSON array or object",
                           fields_name(field));
    return 0;
}

static int find_cell(fields_mapping *mapping, enum field field, const struct row *row,
                     struct ekc_bytes *ret_value)
{
    const struct column *column = &mapping->columns[field];
    if (column->kind != COLUMN_NUMBER)
        return 0;
    if (column->index >= row->count)
        return fields_fail(mapping, -EBADMSG, "column %zu is missing", column->index + 1);
    *ret_value = row->cells[column->index];
    return 0;
}

static struct ekc_bytes translate(const fields_mapping *mapping, enum field field,
                                  struct ekc_bytes value)
{
    for (size_t i = 0; i < mapping->translation_count; i++) {
        const struct translation *known = &mapping->translations[i];
        if (known->field == field && strlen(known->from) == value.len &&
            (value.len == 0 || memcmp(known->from, value.data, value.len) == 0))
            return (struct ekc_bytes){ known->to, strlen(known->to) };
    }
    return value;
}

/* Cells beyond the header mean that a delimiter slipped into a text: taking the row would cut
 * it short without a word. Empty ones are harmless. */
static int check_width(fields_mapping *mapping, const struct row *row)
{
    for (size_t i = mapping->width; mapping->width > 0 && i < row->count; i++)
        if (row->cells[i].len > 0)
            return fields_fail(mapping, -EBADMSG, "%zu columns, but the header has %zu",
                               row->count, mapping->width);
    return 0;
}

int fields_read(fields_mapping *mapping, const struct row *row,
                struct ekc_bytes ret_values[static FIELD_COUNT])
{
    int r = check_width(mapping, row);
    for (enum field field = 0; field < FIELD_COUNT && r == 0; field++) {
        const char *constant = mapping->constants[field];
        struct ekc_bytes value = { constant, constant ? strlen(constant) : 0 };
        if (!constant) {
            r = row->names ? find_key(mapping, field, row, &value)
                           : find_cell(mapping, field, row, &value);
            value = translate(mapping, field, value);
        }
        ret_values[field] = value;
    }
    return r;
}
