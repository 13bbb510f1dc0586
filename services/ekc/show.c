/* show.c - `ekc show`: one inquiry, as intake tells it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "consult.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/words.h"
#include "moment.h"
#include "options.h"

static void print_moment(const char *name, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    moment_format(us, text);
    (void)printf("%-14s %s\n", name, text);
}

static void print_verdict(const Ekc__V1__Verdict *verdict)
{
    (void)printf("%-14s %s, %.0f %%\n", "verdict", ekc_status_word(verdict->status),
                 (double)verdict->confidence * 100);
    (void)printf("%-14s %s / %s\n", "topic", *verdict->area ? verdict->area : "-",
                 *verdict->topic ? verdict->topic : "-");
    (void)printf("%-14s", "alternatives");
    for (size_t i = 0; i < verdict->n_alternatives; i++)
        (void)printf(" %s %.2f", verdict->alternatives[i]->topic,
                     (double)verdict->alternatives[i]->share);
    (void)printf("\n%-14s %s\n", "judged kind", ekc_kind_word(verdict->applicant_kind));
    (void)printf("%-14s %s\n", "model", verdict->model);
    print_moment("judged", verdict->judged_at_us);
}

static void print_shown(const Ekc__V1__Shown *shown)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        { "number", shown->number },
        { "portal", shown->portal },
        { "external id", shown->external_id },
        { "channel", shown->channel },
        { "applicant", ekc_kind_word(shown->applicant_kind) },
        { "okrug", shown->okrug },
        { "category", shown->category },
        { "subject", shown->subject },
    };
    for (size_t i = 0; i < EKC_COUNT(rows); i++)
        if (*rows[i].value)
            (void)printf("%-14s %s\n", rows[i].name, rows[i].value);
    print_moment("created", shown->created_at_us);
    print_moment("received", shown->received_at_us);
    if (shown->verdict)
        print_verdict(shown->verdict);
    else
        (void)printf("%-14s not yet\n", "verdict");
}

static int ask_and_print(Ekc__V1__Show *show)
{
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = NULL;
    EKC_CLEANUP(ekc_arena_free) ekc_arena *arena = NULL;
    const Ekc__V1__Envelope *answer = NULL;
    Ekc__V1__Envelope question = EKC__V1__ENVELOPE__INIT;
    question.request_id = (char *)ekc_self_id();
    question.body_case = EKC__V1__ENVELOPE__BODY_SHOW;
    question.show = show;

    int r = ekc_bus_open(&bus);
    if (r == 0)
        r = ekc_arena_new(&arena, 1 << 20);
    if (r == 0)
        r = consult(bus, arena, "EKC_INTAKE", &question, &answer);
    if (r < 0)
        return r;
    if (!answer || answer->body_case != EKC__V1__ENVELOPE__BODY_SHOWN)
        return ekc_fail(-EPROTO, "intake did not answer the question");
    print_shown(answer->shown);
    return 0;
}

int command_show(int argc, char **argv)
{
    const char *portal = "";
    bool is_external = false;
    const struct option_row rows[] = {
        { "external-id", OPTION_FLAG, &is_external, NULL, "the argument is the portal's own id",
          0, 0 },
        { "portal", OPTION_TEXT, &portal, "NAME", "whose inquiry; any unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc show",
        .arguments = "NUMBER",
        .about = "Shows one inquiry: its number is printed on every answer, spaces and dashes "
                 "are forgiven.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
        .min_arguments = 1,
        .max_arguments = 1,
    };
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);

    Ekc__V1__Show show = EKC__V1__SHOW__INIT;
    show.key_case = is_external ? EKC__V1__SHOW__KEY_EXTERNAL_ID : EKC__V1__SHOW__KEY_NUMBER;
    *(is_external ? &show.external_id : &show.number) = argv[r];
    show.portal = (char *)portal;
    return ask_and_print(&show) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
