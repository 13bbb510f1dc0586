/* check_fields.c - columns of a file become fields of an inquiry, as the user says. */
#include "ekc/fields.h"

#include <errno.h>
#include <stdio.h>

#include "support/ekc_check.h"

/* One case: what the user says, the file, and what comes out: "field=value;" of every field
 * that is not empty, a row a line, or "!reason". A file whose mapping fails gives "!reason"
 * alone. */
struct example {
    const char *map, *values, *set;
    enum rows_format format;
    const char *file, *want;
    const char *ignored;
};

static char told[4096];

static void add(const char *name, int len, const char *value)
{
    size_t at = strlen(told);
    (void)snprintf(told + at, sizeof told - at, "%s=%.*s;", name, len, value);
}

static void add_error(const fields_mapping *mapping)
{
    size_t at = strlen(told);
    (void)snprintf(told + at, sizeof told - at, "!%s\n", fields_error(mapping));
}

static int prepare(fields_mapping *mapping, const struct example *example)
{
    int r = example->map ? fields_map(mapping, example->map) : 0;
    if (r == 0 && example->values)
        r = fields_translate(mapping, example->values);
    if (r == 0 && example->set)
        r = fields_set(mapping, example->set);
    return r;
}

static void tell(fields_mapping *mapping, const struct row *row)
{
    struct ekc_bytes values[FIELD_COUNT];
    if (fields_read(mapping, row, values) < 0) {
        add_error(mapping);
        return;
    }
    for (enum field field = 0; field < FIELD_COUNT; field++)
        if (values[field].len > 0)
            add(fields_name(field), (int)values[field].len, values[field].data);
    strcat(told, "\n");
}

static void run(fields_mapping *mapping, const struct example *example)
{
    EKC_CLEANUP(rows_close) rows_reader *reader = NULL;
    struct row row;
    FILE *file = fmemopen((void *)(uintptr_t)example->file, strlen(example->file), "r");
    ck_ok(rows_open(file, &(struct rows_options){ .format = example->format }, &reader));
    ck_assert_int_eq(rows_next(reader, &row), 1);
    bool is_header = example->format != ROWS_JSONL && fields_expects_header(mapping);
    bool has_names = is_header || row.names;
    if (fields_bind(mapping, has_names ? &row : NULL) < 0)
        add_error(mapping);
    else
        for (int r = is_header ? rows_next(reader, &row) : 1; r == 1;
             r = rows_next(reader, &row))
            tell(mapping, &row);
    (void)fclose(file);
}

static const struct example examples[] = {
    { "label=-,text=2", .file = "x\tone\ny\ttwo\n", .want = "text=one;\ntext=two;\n" },
    { .file = "id\ttext\tlabel\nx\tone\ty\n",
      .want = "text=one;category=y;\n",
      .ignored = "id" },
    { .file = "TEXT\tOkrug\none\tCAO\n", .want = "text=one;okrug=CAO;\n" },
    { "text=-", .file = "text\tokrug\none\tCAO\n", .want = "okrug=CAO;\n" },
    { "text=message,external_id=1", .file = "id\tmessage\ttext\n7\tone\ttwo\n",
      .want = "external_id=7;text=one;\n", .ignored = "text" },
    { "text=1,external_id=1", .file = "one\n", .want = "external_id=one;text=one;\n" },
    { "text=a\\,b", .format = ROWS_CSV, .file = "\"a,b\",c\none,two\n", .want = "text=one;\n",
      .ignored = "c" },
    { "text=3", .file = "a\tb\nc\td\te\n", .want = "!column 3 is missing\ntext=e;\n" },
    { .file = "okrug\ttext\nCAO\n", .want = "!column 2 is missing\n" },
    { .file = "text\none\ttwo\none\t\t\n",
      .want = "!2 columns, but the header has 1\ntext=one;\n" },
    { "text=message", .file = "text\none\n",
      .want = "!the header has no column 'message', which text is mapped to\n" },
    { "text=a", .file = "a\ta\n1\t2\n", .want = "!the header has 2 columns for text\n" },
    { .file = "label\tcategory\n1\t2\n", .want = "!the header has 2 columns for category\n" },
    { "text=name,okrug=5", .file = "name\nx\n",
      .want = "!okrug is mapped to column 5, but the header has 1\n" },
    { "text=1,text=2", .file = "x\n", .want = "!text is mapped twice\n" },
    { "texy=1", .file = "x\n", .want = "!there is no field 'texy'\n" },
    { "text", .file = "x\n", .want = "!'text' is not written as FIELD=…\n" },
    { "", .file = "x\n", .want = "!'' is not written as FIELD=…\n" },
    { "text=", .file = "x\n", .want = "!text is mapped to no column; write text=-\n" },
    { "text=0", .file = "x\n", .want = "!column 0: columns are counted from 1 to 1024\n" },
    { "text=99999999999999999999", .file = "x\n",
      .want = "!column 99999999999999999999: columns are counted from 1 to 1024\n" },
    { .values = "channel:звонок=telephone,почта=email,okrug:1=CAO",
      .file = "channel\tokrug\nзвонок\t1\nпочта\t2\nform\t\n",
      .want = "channel=telephone;okrug=CAO;\nchannel=email;okrug=2;\nchannel=form;\n" },
    { .values = "channel:=form,a:b=letter",
      .file = "channel\ttext\n\tx\na:b\ty\n",
      .want = "channel=form;text=x;\nchannel=letter;text=y;\n" },
    { .values = "channel:=form", .file = "text\nx\n", .want = "channel=form;text=x;\n" },
    { .values = "chanel:a=b",
      .file = "x\n",
      .want = "!'chanel:a=b' does not begin with a field and a colon\n" },
    { .values = "channel:a",
      .file = "x\n",
      .want = "!'channel:a' is not written as FIELD:FROM=TO\n" },
    { .set = "channel=form, or so",
      .file = "text\tchannel\nx\temail\n",
      .want = "channel=form, or so;text=x;\n" },
    { .set = "chanel=form", .file = "x\n", .want = "!there is no field 'chanel'\n" },
    { "text=message", .format = ROWS_JSONL,
      .file = "{\"id\":1,\"message\":\"one\",\"okrug\":\"CAO\"}\n{\"okrug\":null}\n",
      .want = "text=one;okrug=CAO;\n\n", .ignored = "id" },
    { .format = ROWS_JSONL,
      .file = "{\"text\":[1]}\n{\"x\":[1],\"text\":\"a\"}\n",
      .want = "!text is a JSON array or object\ntext=a;\n" },
    { .format = ROWS_JSONL,
      .file = "{\"text\":\"a\",\"TEXT\":\"b\"}\n",
      .want = "!2 keys are text\n" },
    { "text=2", .format = ROWS_JSONL, .file = "{\"text\":\"a\"}\n",
      .want = "!text is mapped to a number, but JSON lines have names\n" },
};

START_TEST(each_example_gives_its_fields_or_a_clear_reason)
{
    const struct example *example = &examples[_i];
    EKC_CLEANUP(fields_free) fields_mapping *mapping = NULL;
    ck_ok(fields_new(&mapping));
    told[0] = '\0';
    int r = prepare(mapping, example);
    ck_assert(r == 0 || r == -EINVAL);
    if (r < 0)
        add_error(mapping);
    else
        run(mapping, example);
    ck_assert_str_eq(told, example->want);
    if (example->ignored)
        ck_assert_str_eq(fields_ignored(mapping), example->ignored);
}
END_TEST

static const struct {
    const char *map;
    bool expects_header;
} maps[] = {
    { NULL, true },     { "label=-,text=2", false }, { "text=2,okrug=okrug", true },
    { "text=t", true }, { "text=-", true },          { "text=1", false },
};

START_TEST(numbers_alone_mean_a_file_without_header)
{
    EKC_CLEANUP(fields_free) fields_mapping *mapping = NULL;
    ck_ok(fields_new(&mapping));
    if (maps[_i].map)
        ck_ok(fields_map(mapping, maps[_i].map));
    ck_assert_int_eq(fields_expects_header(mapping), maps[_i].expects_header);
}
END_TEST

START_TEST(a_header_given_explicitly_lends_names_to_the_other_fields)
{
    EKC_CLEANUP(fields_free) fields_mapping *mapping = NULL;
    const struct ekc_bytes header[] = { { "label", 5 }, { "text", 4 }, { "okrug", 5 } };
    const struct ekc_bytes cells[] = { { "l", 1 }, { "t", 1 }, { "o", 1 } };
    struct ekc_bytes values[FIELD_COUNT];
    ck_ok(fields_new(&mapping));
    ck_ok(fields_map(mapping, "label=-,text=2"));
    ck_ok(fields_bind(mapping, &(struct row){ .line = 1, .count = 3, .cells = header }));
    ck_assert_str_eq(fields_ignored(mapping), "");
    ck_ok(fields_read(mapping, &(struct row){ .line = 2, .count = 3, .cells = cells }, values));
    ck_assert_ptr_eq(values[FIELD_TEXT].data, cells[1].data);
    ck_assert_ptr_eq(values[FIELD_OKRUG].data, cells[2].data);
    ck_assert_uint_eq(values[FIELD_CATEGORY].len, 0);
}
END_TEST

START_TEST(a_named_column_needs_a_header)
{
    EKC_CLEANUP(fields_free) fields_mapping *mapping = NULL;
    ck_ok(fields_new(&mapping));
    ck_ok(fields_map(mapping, "text=message"));
    ck_fails(fields_bind(mapping, NULL), EINVAL);
    ck_assert_str_eq(fields_error(mapping),
                     "text is mapped to 'message', but the file has no header");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fields");
    TCase *fields = tcase_create("fields");
    tcase_add_loop_test(fields, each_example_gives_its_fields_or_a_clear_reason, 0,
                        EKC_COUNT(examples));
    tcase_add_loop_test(fields, numbers_alone_mean_a_file_without_header, 0, EKC_COUNT(maps));
    tcase_add_test(fields, a_header_given_explicitly_lends_names_to_the_other_fields);
    tcase_add_test(fields, a_named_column_needs_a_header);
    suite_add_tcase(suite, fields);
    return ekc_check_run(suite);
}
