/* check_rows.c - files of inquiries become rows, and broken lines cost no more than themselves.
 */
#include "ekc/rows.h"

#include <errno.h>
#include <sys/resource.h>

#include "ekc/lines.h"
#include "support/ekc_check.h"

/* Rows as text: "line|cell|cell" or "line!reason", one a line. */
static char told[8192];

static void tell(const struct row *row)
{
    size_t at = strlen(told);
    at += (size_t)sprintf(told + at, "%zu", row->line);
    if (row->broken)
        at += (size_t)sprintf(told + at, "!%s", row->broken);
    for (size_t i = 0; i < row->count; i++)
        at += (size_t)sprintf(told + at, "|%s%s%.*s", row->names ? row->names[i] : "",
                              row->names ? "=" : "", (int)row->cells[i].len,
                              row->cells[i].data ? (const char *)row->cells[i].data : "");
    (void)sprintf(told + at, "\n");
}

static void read_all(const void *data, size_t len, const struct rows_options *options)
{
    FILE *file = len ? fmemopen((void *)(uintptr_t)data, len, "r") : fopen("/dev/null", "r");
    ck_assert_ptr_nonnull(file);
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    int r;
    told[0] = '\0';
    ck_ok(rows_open(file, options, &reader));
    while ((r = rows_next(reader, &row)) == 1)
        tell(&row);
    ck_assert_int_eq(r, 0);
    ck_assert_int_eq(rows_next(reader, &row), 0);
    (void)fclose(file);
}

static const struct {
    const char *data;
    struct rows_options options;
    const char *want;
} files[] = {
    { "", { .format = ROWS_TSV }, "" },
    { "a\tb\nc\td", { .format = ROWS_TSV }, "1|a|b\n2|c|d\n" },
    { "a\t\r\n\tb\r\n", { .format = ROWS_TSV }, "1|a|\n2||b\n" },
    { "\"a\tb\"\n", { .format = ROWS_TSV }, "1|\"a|b\"\n" },
    { "a\n\nb\n", { .format = ROWS_TSV }, "1|a\n2!the line is empty\n3|b\n" },
    { "a\\tb\\n\\\\\\x\t\\\n", { .format = ROWS_TSV }, "1|a\\tb\\n\\\\\\x|\\\n" },
    { "a\\tb\\\\\\x\t\\\n",
      { .format = ROWS_TSV, .decodes_escapes = true },
      "1|a\tb\\\\x|\\\n" },
    { "\xef\xbb\xbf"
      "a\tb\n",
      { .format = ROWS_TSV },
      "1|a|b\n" },
    { "a\xff\nb\xd0\nc\n",
      { .format = ROWS_TSV },
      "1!bytes that the encoding does not have\n2!bytes that the encoding does not "
      "have\n3|c\n" },
    { "a\xd0", { .format = ROWS_TSV }, "1!bytes that the encoding does not have\n" },
    { "\xc0\xaf\n\xed\xa0\x80\n",
      { .format = ROWS_TSV },
      "1!bytes that the encoding does not have\n2!bytes that the encoding does not have\n" },
    { "\xcf\xf0\xe8\n", { .format = ROWS_TSV, .encoding = "CP1251" }, "1|При\n" },
    { "a,\"b,c\",\"d\"\"e\"\n", { .format = ROWS_CSV }, "1|a|b,c|d\"e\n" },
    { "\"\"\"\",\"\",x\r\n", { .format = ROWS_CSV }, "1|\"||x\n" },
    { "a,\"two\nlines\",b\nc\n", { .format = ROWS_CSV }, "1|a|two\nlines|b\n3|c\n" },
    { "a;\"b;c\"\n", { .format = ROWS_CSV, .delimiter = ';' }, "1|a|b;c\n" },
    { "a,\n,\n", { .format = ROWS_CSV }, "1|a|\n2||\n" },
    { "\"a\"b,c\nd\n", { .format = ROWS_CSV }, "1!text after a closing quote\n2|d\n" },
    { "a\"b\"c\nd\n", { .format = ROWS_CSV }, "1!a quote inside a cell without quotes\n2|d\n" },
    { "a\n\"b\nc\nd\n",
      { .format = ROWS_CSV },
      "1|a\n2!a quoted cell is not closed\n3|c\n4|d\n" },
    { "\"a\nb\"\"c\nd\"e\nf\n",
      { .format = ROWS_CSV },
      "1!text after a closing quote\n2!a quote inside a cell without quotes\n"
      "3!a quoted cell is not closed\n4|f\n" },
    { "\"a\nb\xff\"\nc\n",
      { .format = ROWS_CSV },
      "1!bytes that the encoding does not have\n2!bytes that the encoding does not "
      "have\n3|c\n" },
    { "{\"a\":\"b\\n\",\"c\":12}\n{\"a\":1.5,\"b\":true,\"c\":null}\n",
      { .format = ROWS_JSONL },
      "1|a=b\n|c=12\n2|a=1.5|b=true|c=\n" },
    { "{\"a\":1,\"a\":2}\n[1]\n{\n{\"a\":[]}\n{} x\n\n{\"b\":\"\"}",
      { .format = ROWS_JSONL },
      "1!not valid JSON\n2!not a JSON object\n3!not valid JSON\n4|a=\n5!not valid JSON\n"
      "6!the line is empty\n7|b=\n" },
};

START_TEST(each_file_gives_its_rows)
{
    read_all(files[_i].data, strlen(files[_i].data), &files[_i].options);
    ck_assert_str_eq(told, files[_i].want);
}
END_TEST

START_TEST(wide_encodings_are_read_with_and_without_a_mark)
{
    static const char little[] = "a\0\t\0\x1f\x04\n\0\0\xd8\n\0b\0";
    static const char marked[] = "\xff\xfe"
                                 "a\0\n\0";
    read_all(little, sizeof little - 1, &(struct rows_options){ .encoding = "UTF-16LE" });
    ck_assert_str_eq(told, "1|a|П\n2!bytes that the encoding does not have\n3|b\n");
    read_all(marked, sizeof marked - 1, &(struct rows_options){ .encoding = "UTF-16" });
    ck_assert_str_eq(told, "1|a\n");
    read_all(marked, sizeof marked - 1, &(struct rows_options){ .encoding = "UTF-16LE" });
    ck_assert_str_eq(told, "1|a\n");
}
END_TEST

START_TEST(a_letter_cut_by_the_readers_own_steps_stays_whole)
{
    enum { LETTERS = 200000 };
    char *text = malloc(2 * LETTERS + 1);
    for (size_t i = 0; i < LETTERS; i++)
        memcpy(text + 1 + 2 * i, "я", 2);
    text[0] = 'x';
    FILE *file = fmemopen(text, 2 * LETTERS + 1, "r");
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    ck_ok(rows_open(file, &(struct rows_options){ 0 }, &reader));
    ck_assert_int_eq(rows_next(reader, &row), 1);
    ck_assert_ptr_null(row.broken);
    ck_assert_uint_eq(row.cells[0].len, 2 * LETTERS + 1);
    ck_assert_mem_eq(row.cells[0].data, text, 2 * LETTERS + 1);
    (void)fclose(file);
    free(text);
}
END_TEST

static void put_letters(FILE *file, size_t count)
{
    while (count-- > 0)
        (void)fputc('x', file);
}

/* Lines of all lengths around the limit, one of many times it, and what comes after. */
START_TEST(a_line_over_the_limit_is_skipped_and_memory_stays_small)
{
    static const size_t lengths[] = { LINES_LENGTH_MAX, LINES_LENGTH_MAX + 1,
                                      (size_t)LINES_LENGTH_MAX * 40, 5, LINES_LENGTH_MAX - 1 };
    FILE *file = tmpfile();
    for (size_t i = 0; i < EKC_COUNT(lengths); i++) {
        put_letters(file, lengths[i]);
        (void)fputc('\n', file);
    }
    rewind(file);
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    struct rusage before, after;
    (void)getrusage(RUSAGE_SELF, &before);
    ck_ok(rows_open(file, &(struct rows_options){ .format = ROWS_CSV }, &reader));
    for (size_t i = 0; i < EKC_COUNT(lengths); i++) {
        ck_assert_int_eq(rows_next(reader, &row), 1);
        ck_assert_uint_eq(row.line, i + 1);
        if (lengths[i] > LINES_LENGTH_MAX)
            ck_assert_str_eq(row.broken, "line too long");
        else
            ck_assert_uint_eq(row.cells[0].len, lengths[i]);
    }
    ck_assert_int_eq(rows_next(reader, &row), 0);
    (void)getrusage(RUSAGE_SELF, &after);
    ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
    (void)fclose(file);
}
END_TEST

START_TEST(a_quote_that_is_never_closed_costs_one_line_of_a_large_file)
{
    enum { LINES = 700000 };
    FILE *file = tmpfile();
    (void)fputs("a,\"b\n", file);
    for (size_t i = 0; i < LINES; i++)
        (void)fputs("c,d\n", file);
    rewind(file);
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    size_t good = 0, broken = 0;
    ck_ok(rows_open(file, &(struct rows_options){ .format = ROWS_CSV }, &reader));
    while (rows_next(reader, &row) == 1) {
        ck_assert_uint_eq(row.line, good + broken + 1);
        row.broken ? broken++ : good++;
    }
    ck_assert_uint_eq(good, LINES);
    ck_assert_uint_eq(broken, 1);
    (void)fclose(file);
}
END_TEST

START_TEST(more_columns_than_there_may_be_break_the_row)
{
    char text[ROWS_COLUMNS_MAX + 2];
    memset(text, '\t', ROWS_COLUMNS_MAX);
    strcpy(text + ROWS_COLUMNS_MAX, "\n");
    read_all(text, strlen(text), &(struct rows_options){ .format = ROWS_TSV });
    ck_assert_str_eq(told, "1!too many columns\n");
    read_all(text + 1, strlen(text + 1), &(struct rows_options){ .format = ROWS_TSV });
    ck_assert_ptr_null(strchr(told, '!'));
}
END_TEST

static const struct rows_options wrong[] = {
    { .encoding = "KLINGON-8" }, { .encoding = "CP1251//IGNORE" },
    { .encoding = "" },          { .delimiter = '"' },
    { .delimiter = '\n' },
};

START_TEST(a_wrong_option_is_refused)
{
    rows_reader *reader = NULL;
    ck_fails(rows_open(stdin, &wrong[_i], &reader), EINVAL);
    ck_assert_ptr_null(reader);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_says_so)
{
    FILE *file = fopen("/", "r");
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    ck_ok(rows_open(file, &(struct rows_options){ 0 }, &reader));
    ck_fails(rows_next(reader, &row), EISDIR);
    (void)fclose(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows");
    TCase *rows = tcase_create("rows");
    tcase_set_timeout(rows, 60);
    tcase_add_loop_test(rows, each_file_gives_its_rows, 0, EKC_COUNT(files));
    tcase_add_test(rows, wide_encodings_are_read_with_and_without_a_mark);
    tcase_add_test(rows, a_letter_cut_by_the_readers_own_steps_stays_whole);
    tcase_add_test(rows, a_line_over_the_limit_is_skipped_and_memory_stays_small);
    tcase_add_test(rows, a_quote_that_is_never_closed_costs_one_line_of_a_large_file);
    tcase_add_test(rows, more_columns_than_there_may_be_break_the_row);
    tcase_add_loop_test(rows, a_wrong_option_is_refused, 0, EKC_COUNT(wrong));
    tcase_add_test(rows, a_file_that_cannot_be_read_says_so);
    suite_add_tcase(suite, rows);
    return ekc_check_run(suite);
}
