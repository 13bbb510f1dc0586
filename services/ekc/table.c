/* table.c - see table.h. */
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MARK "text:"

enum { CELL_MAX = 128 };

static bool is_text(const char *column)
{
    return strncmp(column, TEXT_MARK, strlen(TEXT_MARK)) == 0;
}

static const char *title(const char *column)
{
    return is_text(column) ? column + strlen(TEXT_MARK) : column;
}

static size_t count_columns(const struct store_view *view)
{
    size_t count = 0;
    while (count < STORE_COLUMNS_MAX && view->columns[count])
        count++;
    return count;
}

/* Row -1 is the head. */
static const char *cell(const struct store_view *view, const ekc_result *result, int row,
                        int column, char text[static CELL_MAX])
{
    if (row < 0)
        return title(view->columns[column]);
    if (is_text(view->columns[column]))
        return ekc_result_text(result, row, column);
    (void)snprintf(text, CELL_MAX, "%" PRId64, ekc_result_int(result, row, column));
    return text;
}

static int width(const struct store_view *view, const ekc_result *result, int column)
{
    char text[CELL_MAX];
    size_t widest = 0;
    for (int row = -1; row < ekc_result_rows(result); row++) {
        size_t len = strlen(cell(view, result, row, column, text));
        widest = len > widest ? len : widest;
    }
    return (int)widest;
}

static void print_text(const struct store_view *view, const ekc_result *result)
{
    char text[CELL_MAX];
    int widths[STORE_COLUMNS_MAX];
    int columns = (int)count_columns(view);
    for (int i = 0; i < columns; i++)
        widths[i] = width(view, result, i);

    (void)printf("%s\n", view->name);
    for (int row = -1; row < ekc_result_rows(result); row++) {
        for (int i = 0; i < columns; i++)
            (void)printf("  %*s", is_text(view->columns[i]) ? -widths[i] : widths[i],
                         cell(view, result, row, i, text));
        (void)printf("\n");
    }
}

static json_t *row_json(const struct store_view *view, const ekc_result *result, int row)
{
    json_t *object = json_object();
    int columns = (int)count_columns(view);
    for (int i = 0; i < columns; i++)
        (void)json_object_set_new(object, title(view->columns[i]),
                                  is_text(view->columns[i])
                                      ? json_string(ekc_result_text(result, row, i))
                                      : json_integer(ekc_result_int(result, row, i)));
    return object;
}

static void add_json(json_t *all, const struct store_view *view, const ekc_result *result)
{
    json_t *rows = json_array();
    for (int row = 0; row < ekc_result_rows(result); row++)
        (void)json_array_append_new(rows, row_json(view, result, row));
    (void)json_object_set_new(all, view->name, rows);
}

static int print_view(ekc_sql *sql, const struct store_view *view, json_t *all)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    int r = ekc_sql_run(sql, view->sql, NULL, &result);
    if (r < 0)
        return r;
    if (all)
        add_json(all, view, result);
    else
        print_text(view, result);
    return 0;
}

int table_print(ekc_sql *sql, const struct store_view *views, size_t count, bool is_json)
{
    json_t *all = is_json ? json_object() : NULL;
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++) {
        if (i && !all)
            (void)printf("\n");
        r = print_view(sql, &views[i], all);
    }
    if (all && r == 0) {
        r = json_dumpf(all, stdout, JSON_INDENT(2)) < 0 ? -EIO : 0;
        (void)printf("\n");
    }
    json_decref(all);
    return r;
}
