/* check_submit.c - files of inquiries, as portals export them, go into a whole centre. */
#include <unistd.h>

#include "support/centre.h"
#include "support/shell.h"

#define JOURNAL "--journal $WORK/journal"

/* --- portals' exports: label<TAB>text, no header, no ids, some texts twice ---------------- */

static struct export
{
    const char *file;
    int lines;
}
exports[] = {
    { "tests/integration/portal.tsv", 199 },
    { "../shared/data/kursk-train.tsv", 2000 }, /* or the file that EKC_KURSK names */
};

static long judged(void)
{
    return strtol(shell_ok("ekc report --format json | sed -n 's/^  \"judged\": //p'"), NULL,
                  10);
}

static void submit_export(const struct export *export, int durable, int duplicate)
{
    char sum[128];
    (void)snprintf(sum, sizeof sum, "durable %d, duplicate %d, refused 0, unanswered 0",
                   durable, duplicate);
    const char *said =
        shell_ok("ekc submit --file '%s' --map label=-,text=2 --wait " JOURNAL, export->file);
    ck_assert_msg(strstr(said, sum), "%s is not in: %s", sum, said);
}

START_TEST(a_portal_file_fed_twice_changes_nothing)
{
    const struct export *export = &exports[_i];
    if (access(export->file, R_OK) < 0) {
        not_run(export->file);
        return;
    }
    long before = judged();
    submit_export(export, export->lines, 0);
    ck_assert_int_eq(judged(), before + export->lines);
    submit_export(export, 0, export->lines);
    ck_assert_int_eq(judged(), before + export->lines);
    (void)shell_ok("ekc verify " JOURNAL);
}
END_TEST

/* --- other manners of files ----------------------------------------------------------------
 */

static const struct file {
    const char *name, *content, *options;
    const char *says[4]; /* each in a line of what is said */
} flawed[] = {
    { "wide.tsv",
      "text\tchannel\nОдин\tform\nДва\tform\tлишнее\nТри\tform\n",
      "",
      { "wide.tsv:3: row: 3 columns, but the header has 2", "durable 2" } },
    { "narrow.tsv",
      "Дороги\tОдин\nДва\nДороги\tТри\n",
      "--map label=-,text=2",
      { "narrow.tsv:2: row: column 2 is missing", "durable 2" } },
    { "bytes.tsv",
      "text\nОдин\n\xd0\nТри\n",
      "",
      { "bytes.tsv:3: row: ", "broken 1", "durable 2" } },
    { "open.csv",
      "text,channel\n\"Один\nдва\",form\n\"не закрыт,form\nТри,form\n",
      "",
      { "open.csv:4: row: a quoted cell is not closed", "durable 2" } },
    { "broken.jsonl",
      "{\"text\": \"Один\"}\n{\"text\":\n\n{\"text\": [\"Два\"]}\n{\"text\": \"Три\"}\n",
      "",
      { "broken.jsonl:2: row: not valid JSON", "broken.jsonl:3: row: the line is empty",
        "broken.jsonl:4: row: text is a JSON array or object", "durable 2" } },
    { "values.jsonl",
      "{\"text\": \"Один\", \"applicant_kind\": \"cat\"}\n"
      "{\"text\": \"Два\", \"created_at\": \"31.02.2022\"}\n{\"text\": \"Три\"}\n",
      "",
      { "values.jsonl:1: applicant_kind: ", "values.jsonl:2: created_at: ", "durable 1" } },
    { "refused.tsv",
      "text\tchannel\tcreated_at\nОдин\ttelepathy\t\n\tform\t\nТри\tform\t1999-01-01\n"
      "Четыре\tform\t\n",
      "",
      { "refused.tsv:2: UNKNOWN_VALUE", "refused.tsv:3: MISSING", "refused.tsv:4: TOO_EARLY",
        "durable 1, duplicate 0, refused 3" } },
};

static void write_file(const struct file *file)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", getenv("WORK"), file->name);
    FILE *out = fopen(path, "we");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(file->content, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static void expect(const char *said, const char *const *wanted, size_t count)
{
    for (size_t i = 0; i < count && wanted[i]; i++)
        ck_assert_msg(strstr(said, wanted[i]), "%s is not in: %s", wanted[i], said);
}

START_TEST(a_broken_line_is_named_and_the_rest_goes_on)
{
    const struct file *file = &flawed[_i];
    write_file(file);
    const struct said *said =
        shell_run("ekc submit --file $WORK/%s %s --wait " JOURNAL, file->name, file->options);
    ck_assert_int_eq(said->status, 1);
    expect(said->text, file->says, EKC_COUNT(file->says));
}
END_TEST

static const struct {
    struct file file;
    int status;
    const char *reason;
} useless[] = {
    { { "a.tsv", "text\nОдин\n", "--map text=body", { NULL } }, 1, "no column 'body'" },
    { { "b.tsv", "text\nОдин\n", "--map subject=2,text=text", { NULL } }, 1, "column 2" },
    { { "c.tsv", "text\ttext\nОдин\tДва\n", "", { NULL } }, 1, "2 columns for text" },
    { { "d.tsv", "text\nОдин\n", "--map colour=1", { NULL } }, 1, "no field 'colour'" },
    { { "e.csv", "text\nОдин\n", "--encoding EBCDIC-RU", { NULL } }, 1, "EBCDIC-RU" },
    { { "f.csv", "text\nОдин\n", "--date-format %Q", { NULL } }, 2, "--date-format" },
    { { "g.csv", "text\nОдин\n", "--window 0", { NULL } }, 2, "window" },
    { { "h.csv", "text\nОдин\n", "--format xls", { NULL } }, 2, "tsv|csv|jsonl" },
    { { "i.csv", "text\nОдин\n", "--file $WORK/nowhere.csv", { NULL } }, 1, "nowhere.csv" },
};

START_TEST(a_file_that_cannot_be_understood_is_refused_in_one_line)
{
    const struct file *file = &useless[_i].file;
    write_file(file);
    shell_refuses(useless[_i].status, useless[_i].reason, "ekc submit --file $WORK/%s %s",
                  file->name, file->options);
}
END_TEST

START_TEST(a_spreadsheet_of_1995_is_understood)
{
    static const struct file file = {
        "1995.csv",
        "Номер;Дата;Тип;Тема;Текст\r\n"
        "А-1;31.12.2022 23:59;Застройщик;Подъезд;\"Ёлка; снег; больше ничего\"\r\n",
        "--encoding CP1251 --delimiter ';' --date-format '%d.%m.%Y %H:%M' "
        "--map external_id=Номер,created_at=Дата,applicant_kind=Тип,subject=Тема,text=Текст "
        "--values applicant_kind:Застройщик=developer",
        { "external id    А-1\n", "subject        Подъезд\n",
          "created        2022-12-31T23:59:00+03:00\n", "applicant      developer\n" },
    };
    write_file(&file);
    (void)shell_ok("iconv -f UTF-8 -t CP1251 $WORK/%s >$WORK/old.csv", file.name);
    (void)shell_ok("ekc submit --file $WORK/old.csv %s --wait " JOURNAL, file.options);
    expect(shell_ok("ekc show --external-id А-1"), file.says, EKC_COUNT(file.says));
}
END_TEST

START_TEST(a_check_sends_nothing)
{
    static const struct file file = {
        "checked.tsv", "text\nОдин\nДва\tлишнее\n", "", { NULL }
    };
    long before = judged();
    write_file(&file);
    const struct said *said = shell_run("ekc submit --file $WORK/checked.tsv --check");
    ck_assert_int_eq(said->status, 1);
    ck_assert_ptr_nonnull(strstr(said->text, "read 2: broken 1, would be sent 1"));
    (void)shell_ok("ekc submit --file tests/integration/portal.tsv --map text=2 --check");
    ck_assert_int_eq(judged(), before);
    shell_refuses(1, "not found", "ekc show --external-id checked.tsv:2");
}
END_TEST

START_TEST(all_that_came_of_files_is_there_once)
{
    (void)shell_ok("ekc verify " JOURNAL);
}
END_TEST

static void up(void)
{
    centre_up("");
}

int main(void)
{
    if (getenv("EKC_KURSK"))
        exports[1].file = strdup(getenv("EKC_KURSK"));
    (void)unsetenv("EKC_KURSK"); /* it is no setting */

    Suite *suite = suite_create("submit");
    TCase *files = tcase_create("files");
    tcase_set_timeout(files, 60);
    tcase_add_unchecked_fixture(files, up, centre_down);
    tcase_add_loop_test(files, a_portal_file_fed_twice_changes_nothing, 0, EKC_COUNT(exports));
    tcase_add_loop_test(files, a_broken_line_is_named_and_the_rest_goes_on, 0,
                        EKC_COUNT(flawed));
    tcase_add_loop_test(files, a_file_that_cannot_be_understood_is_refused_in_one_line, 0,
                        EKC_COUNT(useless));
    tcase_add_test(files, a_spreadsheet_of_1995_is_understood);
    tcase_add_test(files, a_check_sends_nothing);
    tcase_add_test(files, all_that_came_of_files_is_there_once);
    suite_add_tcase(suite, files);
    return ekc_check_run(suite);
}
