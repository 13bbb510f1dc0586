/* verify.c - `ekc verify`: recounts everything in one snapshot and says which promises hold. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "ekc/log.h"
#include "options.h"
#include "store.h"
#include "verify_journal.h"
#include "verify_store.h"

enum { PATIENCE_MS = 30000, LOOK_AGAIN_MS = 100 };

struct verification {
    ekc_sql *sql;
    struct option_list journals;
    const char *format;
    bool allows_pending;
    size_t broken; /* promises */
    json_t *json;  /* NULL = print text */
};

/* Counting goes on while it is verified; what is only late is given its time. */
static int await_counting(ekc_sql *sql)
{
    int64_t lanes = 1;
    int r = 0;
    for (int waited = 0; r >= 0 && lanes > 0 && waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
        r = verify_store_lag(sql, &lanes);
        if (r >= 0 && lanes > 0)
            (void)nanosleep(&(struct timespec){ .tv_nsec = LOOK_AGAIN_MS * 1000000L }, NULL);
    }
    return r;
}

static int add_entries(void *self, const struct verify_entry *entries, size_t count)
{
    const struct verification *v = self;
    return verify_store_add(v->sql, entries, count);
}

static int read_journals(struct verification *v)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < v->journals.count; i++)
        r = verify_journal_read(v->journals.items[i], add_entries, v);
    return r;
}

/* --- what came of a promise ----------------------------------------------------------------
 */

struct outcome {
    const struct verify_promise *promise;
    const char *word; /* holds, BROKEN, pending or "not checked" */
    int64_t checked, broken;
    const ekc_result *offenders; /* NULL = none */
};

static void print_text(const struct outcome *outcome)
{
    (void)printf("%s %-11s %s: %" PRId64 " checked, %" PRId64 " broken\n", outcome->promise->id,
                 outcome->word, outcome->promise->about, outcome->checked, outcome->broken);
    for (int i = 0; outcome->offenders && i < ekc_result_rows(outcome->offenders); i++)
        (void)printf("     %s\n", ekc_result_text(outcome->offenders, i, 0));
}

static void append_json(const struct verification *v, const struct outcome *outcome)
{
    json_t *offenders = json_array();
    for (int i = 0; outcome->offenders && i < ekc_result_rows(outcome->offenders); i++)
        (void)json_array_append_new(offenders,
                                    json_string(ekc_result_text(outcome->offenders, i, 0)));
    (void)json_array_append_new(
        v->json, json_pack("{s:s, s:s, s:s, s:I, s:I, s:o}", "promise", outcome->promise->id,
                           "about", outcome->promise->about, "outcome", outcome->word,
                           "checked", (json_int_t)outcome->checked, "broken",
                           (json_int_t)outcome->broken, "offenders", offenders));
}

static void tell(const struct verification *v, const struct outcome *outcome)
{
    if (v->json)
        append_json(v, outcome);
    else
        print_text(outcome);
}

static int check(struct verification *v, const struct verify_promise *promise)
{
    EKC_CLEANUP(ekc_result_free) ekc_result *checked = NULL;
    EKC_CLEANUP(ekc_result_free) ekc_result *broken = NULL;
    struct outcome outcome = { .promise = promise, .word = "not checked" };
    if (promise->needs_journal && v->journals.count == 0) {
        tell(v, &outcome);
        return 0;
    }
    int r = ekc_sql_run(v->sql, promise->checked, NULL, &checked);
    if (r >= 0)
        r = ekc_sql_run(v->sql, promise->broken, NULL, &broken);
    if (r < 0)
        return r;

    bool is_broken = ekc_result_rows(broken) > 0;
    bool is_pending = is_broken && promise->is_lenient && v->allows_pending;
    outcome.word = is_pending ? "pending" : is_broken ? "BROKEN" : "holds";
    outcome.checked = ekc_result_int(checked, 0, 0);
    outcome.broken = is_broken ? ekc_result_int(broken, 0, 1) : 0;
    outcome.offenders = broken;
    v->broken += is_broken && !is_pending;
    tell(v, &outcome);
    return 0;
}

static int verify(struct verification *v)
{
    int r = await_counting(v->sql);
    if (r >= 0)
        r = verify_store_begin(v->sql);
    if (r >= 0)
        r = read_journals(v);
    for (size_t i = 0; r >= 0 && i < verify_promise_count; i++)
        r = check(v, &verify_promises[i]);
    return r;
}

static void finish(struct verification *v)
{
    if (!v->json) {
        (void)printf("%zu of %zu promises broken\n", v->broken, verify_promise_count);
        return;
    }
    json_t *all = json_pack("{s:b, s:o}", "holds", (int)(v->broken == 0), "promises", v->json);
    if (json_dumpf(all, stdout, JSON_INDENT(2)) < 0)
        ekc_warn("cannot write the result");
    (void)printf("\n");
    json_decref(all);
}

int command_verify(int argc, char **argv)
{
    struct verification v = { .format = "text" };
    const struct option_row rows[] = {
        { "journal", OPTION_LIST, &v.journals, "FILE",
          "what `ekc submit --journal` wrote; may be given again and again", 0, 0 },
        { "allow-pending", OPTION_FLAG, &v.allows_pending, NULL,
          "inquiries that wait for their verdict break nothing", 0, 0 },
        { "format", OPTION_CHOICE, &v.format, "text|json", "text unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc verify",
        .about =
            "Recounts everything in one snapshot of the database EKC_DB. The exit status is\n"
            "1 when a promise is broken.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (store_open(&sql) < 0)
        return EXIT_FAILURE;

    v.sql = sql;
    v.json = strcmp(v.format, "json") == 0 ? json_array() : NULL;
    r = verify(&v);
    if (r < 0) {
        json_decref(v.json);
        return EXIT_FAILURE;
    }
    finish(&v);
    return v.broken ? EXIT_FAILURE : EXIT_SUCCESS;
}
