/* rows_jsonl.c - rows of JSON lines: one object a line. */
#include <jansson.h>

#include "rows_internal.h"

enum { SCALAR_SIZE = 32 }; /* the longest number, true or false, as text */

/* What a value is as a cell: numbers and truths as JSON writes them, into text. */
static struct ekc_bytes cell_of(const json_t *value, char *text)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return (struct ekc_bytes){ json_string_value(value), json_string_length(value) };
    case JSON_NULL:
        return (struct ekc_bytes){ 0 };
    case JSON_OBJECT:
    case JSON_ARRAY:
        return (struct ekc_bytes){ rows_nested, 0 };
    case JSON_INTEGER:
    case JSON_REAL:
    case JSON_TRUE:
    case JSON_FALSE:
        break;
    }
    size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
    return (struct ekc_bytes){ text, json_dumpb(value, text, SCALAR_SIZE, flags) };
}

int rows_read_jsonl(rows_reader *reader, struct line *line, struct row *row)
{
    json_decref(reader->object);
    reader->object = json_loadb(line->text, line->len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(reader->object)) {
        row->broken = reader->object ? "not a JSON object" : "not valid JSON";
        return 0;
    }
    int r = rows_reserve(reader, (json_object_size(reader->object) + 1) * SCALAR_SIZE);
    if (r < 0)
        return r;

    const char *key;
    json_t *value;
    json_object_foreach(reader->object, key, value)
    {
        size_t i = row->count;
        struct ekc_bytes cell = cell_of(value, reader->scratch + i * SCALAR_SIZE);
        if (!rows_add(reader, row, cell.data, cell.len))
            return 0;
        reader->names[i] = key;
    }
    row->names = reader->names;
    return 0;
}
