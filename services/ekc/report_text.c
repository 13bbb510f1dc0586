/* report_text.c - the report for people; see report.h. */
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "report_words.h"

enum { NAME_MAX_SIZE = 512, NAME_WIDTH = 46, BAR_WIDTH = 24, NUMBER_WIDTH = 9 };

/* Everything that the report says beside figures and titles. */
static const struct {
    const char *head, *from_to, *received, *judged, *partial, *ratio, *of_partial, *agreement,
        *empty;
} words[] = {
    [REPORT_RU] = { .head = "Единый контактный центр: отчёт по обращениям",
                    .from_to = "Период",
                    .received = "Принято",
                    .judged = "Распределено по темам",
                    .partial = "неполный период",
                    .ratio = "к",
                    .of_partial = " (неполный год)",
                    .agreement = "Совпадение вердиктов с рубриками порталов",
                    .empty = "Обращений за этот период нет." },
    [REPORT_EN] = { .head = "Unified contact centre: report on inquiries",
                    .from_to = "Period",
                    .received = "Received",
                    .judged = "Judged",
                    .partial = "partial period",
                    .ratio = "to",
                    .of_partial = " (partial year)",
                    .agreement = "Verdicts that agree with the portals' categories",
                    .empty = "There are no inquiries in this period." },
};

static void print_padded(const char *text, size_t width, bool to_right)
{
    size_t used = words_width(text);
    int pad = used < width ? (int)(width - used) : 0;
    (void)printf("%*s%s%*s", to_right ? pad : 0, "", text, to_right ? 0 : pad, "");
}

/* Long names lose their end, not the table its shape. */
static void shorten(char *name, size_t width)
{
    size_t columns = 0;
    if (words_width(name) <= width)
        return;
    for (char *c = name; *c; c++) {
        columns += ((unsigned char)*c & 0xc0) != 0x80;
        if (columns == width) {
            memcpy(c, "…", sizeof "…");
            return;
        }
    }
}

static void print_bar(uint64_t value, uint64_t most)
{
    size_t filled = most ? (size_t)(value * BAR_WIDTH / most) : 0;
    for (size_t i = 0; i < BAR_WIDTH; i++)
        (void)fputs(i < filled ? "█" : i == 0 && value ? "▏" : " ", stdout);
}

static void print_row(const struct report *report, const struct report_section *section,
                      const Ekc__V1__Figure *figure, uint64_t most)
{
    enum report_language language = report->language;
    char name[NAME_MAX_SIZE], number[WORDS_SIZE], note[WORDS_SIZE] = "";
    bool is_split = section->plan->group != EKC__V1__DIMENSION__DIMENSION_UNSPECIFIED;

    report_name(report, section, figure, name, sizeof name);
    shorten(name, NAME_WIDTH);
    words_number(language, figure->value, number);
    if (is_split && section->figures->total > 0)
        words_percent(language, (double)figure->value / (double)section->figures->total, false,
                      note);
    else if (figure->growth_opt_case == EKC__V1__FIGURE__GROWTH_OPT_GROWTH &&
             !section->plan->is_first_quarters)
        words_percent(language, figure->growth, true, note);

    (void)printf("  ");
    print_padded(name, NAME_WIDTH, false);
    (void)printf(" ");
    print_bar(figure->value, most);
    print_padded(number, NUMBER_WIDTH, true);
    print_padded(note, NUMBER_WIDTH + 2, true);
    (void)printf("%s%s\n", figure->partial && !is_split ? "  " : "",
                 figure->partial && !is_split ? words[language].partial : "");
}

static void print_section(const struct report *report, const struct report_section *section)
{
    const Ekc__V1__Figures *figures = section->figures;
    uint64_t most = 0;
    for (size_t i = 0; i < figures->n_figures; i++)
        if (report_shows(section->plan, figures->figures[i]) &&
            figures->figures[i]->value > most)
            most = figures->figures[i]->value;

    (void)printf("\n%s\n", section->plan->title[report->language]);
    for (size_t i = 0; i < figures->n_figures; i++)
        if (report_shows(section->plan, figures->figures[i]))
            print_row(report, section, figures->figures[i], most);
}

static void print_ratio(const struct report *report)
{
    const struct report_ratio *ratio = &report->ratio;
    char number[WORDS_SIZE];
    if (ratio->to_year == 0 || report->is_press_free)
        return;
    words_decimal(report->language, ratio->value, number);
    (void)printf("\n%d %s %d%s: ×%s\n", ratio->to_year, words[report->language].ratio,
                 ratio->from_year,
                 ratio->is_from_partial ? words[report->language].of_partial : "", number);
}

static void print_count(const struct report *report, const char *what, uint64_t number)
{
    char text[WORDS_SIZE];
    words_number(report->language, number, text);
    (void)printf("%s: %s %s\n", what, text, words_inquiries(report->language, number));
}

static void print_agreement(const struct report *report)
{
    char share[WORDS_SIZE], agreed[WORDS_SIZE], compared[WORDS_SIZE];
    if (report->compared <= 0)
        return;
    words_percent(report->language, (double)report->agreed / (double)report->compared, false,
                  share);
    words_number(report->language, (uint64_t)report->agreed, agreed);
    words_number(report->language, (uint64_t)report->compared, compared);
    (void)printf("\n%s: %s (%s / %s)\n", words[report->language].agreement, share, agreed,
                 compared);
}

void report_print_text(const struct report *report)
{
    (void)printf("%s\n\n", words[report->language].head);
    if (!report->whole) {
        (void)printf("%s\n", words[report->language].empty);
        return;
    }
    (void)printf("%s: %s — %s\n", words[report->language].from_to, report->whole->from,
                 report->whole->to);
    print_count(report, words[report->language].received, report->received);
    print_count(report, words[report->language].judged, report->judged);
    print_ratio(report);
    for (size_t i = 0; i < report->section_count; i++)
        print_section(report, &report->sections[i]);
    print_agreement(report);
}
