/* submit.c - `ekc submit`: a file of inquiries, put into the centre and accounted for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "moment.h"
#include "options.h"
#include "submit_source.h"
#include "submit_window.h"
#include "wait.h"

enum { TURN_MS = 20, PARCEL_BYTES = 128 * 1024, BROKEN_SHOWN = 20 };

struct submit {
    const char *file, *format, *delimiter, *encoding, *portal, *journal_path, *date_format;
    struct option_list maps, values, sets;
    long window, per_message;
    bool checks_only, decodes_escapes, waits;

    struct submit_source source;
    struct submit_sum sum;
    submit_window *sent;
    FILE *journal;
    bool is_at_end;
};

static int apply(fields_mapping *mapping, const struct option_list *list,
                 int (*take)(fields_mapping *, const char *), const char *option)
{
    for (size_t i = 0; i < list->count; i++)
        if (take(mapping, list->items[i]) < 0)
            return ekc_fail(-EINVAL, "--%s %s: %s", option, list->items[i],
                            fields_error(mapping));
    return 0;
}

static int make_mapping(struct submit *submit)
{
    int r = fields_new(&submit->source.mapping);
    if (r == 0)
        r = apply(submit->source.mapping, &submit->maps, fields_map, "map");
    if (r == 0)
        r = apply(submit->source.mapping, &submit->values, fields_translate, "values");
    return r < 0 ? r : apply(submit->source.mapping, &submit->sets, fields_set, "set");
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t len = strlen(text), suffix_len = strlen(suffix);
    return len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

static enum rows_format guess_format(const struct submit *submit)
{
    const char *word = submit->format;
    if (!word)
        word = ends_with(submit->file, ".csv") ? "csv"
               : ends_with(submit->file, ".jsonl") || ends_with(submit->file, ".ndjson")
                   ? "jsonl"
                   : "tsv";
    return strcmp(word, "csv") == 0     ? ROWS_CSV
           : strcmp(word, "jsonl") == 0 ? ROWS_JSONL
                                        : ROWS_TSV;
}

static char delimiter_of(const struct submit *submit)
{
    const char *text = submit->delimiter ? submit->delimiter : "";
    if (strcmp(text, "\\t") == 0)
        text = "\t";
    return text[0];
}

static void tell_broken(struct submit *submit)
{
    if (++submit->sum.broken <= BROKEN_SHOWN)
        (void)fprintf(stderr, "%s:%zu: %s\n", submit->source.path, submit->source.line,
                      submit->source.error);
    if (submit->sum.broken == BROKEN_SHOWN + 1)
        (void)fprintf(stderr, "… more broken lines are only counted\n");
}

/* Fills a message with the next inquiries; the count, or -errno. */
static int read_message(struct submit *submit, Ekc__V1__Inquiry **inquiries)
{
    size_t count = 0, bytes = 0;
    ekc_arena_reset(submit->source.arena);
    while (count < (size_t)submit->per_message && bytes < PARCEL_BYTES && !submit->is_at_end) {
        int r = submit_source_next(&submit->source, &inquiries[count]);
        submit->sum.read += r == 1 || r == -EBADMSG;
        submit->is_at_end = r == 0;
        if (r == -EBADMSG)
            tell_broken(submit);
        else if (r < 0)
            return ekc_fail(r, "cannot read %s", submit->file);
        else if (r == 1)
            bytes += ekc__v1__inquiry__get_packed_size(inquiries[count++]);
    }
    return (int)count;
}

static int send_all(struct submit *submit)
{
    Ekc__V1__Inquiry *inquiries[EKC_WIRE_ITEMS_MAX];
    int r = 0;
    while (r >= 0 && (!submit->is_at_end || !submit_window_is_empty(submit->sent))) {
        bool can_send = !submit->is_at_end && submit_window_has_room(submit->sent);
        int count = can_send ? read_message(submit, inquiries) : 0;
        if (count < 0)
            return count;
        if (count > 0)
            r = submit_window_send(submit->sent, inquiries, (size_t)count);
        if (r == 0)
            r = submit_window_turn(submit->sent, can_send ? 0 : TURN_MS);
        submit_sum_show(&submit->sum, submit_source_at(&submit->source),
                        submit->source.size_bytes);
    }
    return r;
}

static int check_all(struct submit *submit)
{
    Ekc__V1__Inquiry *inquiries[EKC_WIRE_ITEMS_MAX];
    int r = 0;
    while (r >= 0 && !submit->is_at_end)
        r = read_message(submit, inquiries);
    (void)printf("read %llu: broken %llu, would be sent %llu\n",
                 (unsigned long long)submit->sum.read, (unsigned long long)submit->sum.broken,
                 (unsigned long long)(submit->sum.read - submit->sum.broken));
    return r < 0 ? r : submit->sum.broken == 0 ? 0 : -EBADMSG;
}

static int send_file(struct submit *submit)
{
    if (submit->journal_path) {
        submit->journal = fopen(submit->journal_path, "ae");
        if (!submit->journal)
            return ekc_fail(-errno, "cannot write the journal %s", submit->journal_path);
    }
    int r = submit_window_open(&submit->sent, &(struct submit_window_options){
                                                  .inquiries = (size_t)submit->window,
                                                  .portal = submit->portal,
                                                  .journal = submit->journal,
                                                  .sum = &submit->sum,
                                              });
    if (r < 0)
        return r;
    r = send_all(submit);
    submit_sum_close(&submit->sum);
    if (r == 0 && submit->waits)
        r = wait_until_counted();
    return r < 0 ? r : submit_sum_is_good(&submit->sum) ? 0 : -EBADMSG;
}

static int run(struct submit *submit)
{
    submit_sum_start(&submit->sum);
    submit->source.path = submit->file;
    submit->source.date_format = submit->date_format;
    int r = make_mapping(submit);
    if (r == 0)
        r = submit_source_open(
            &submit->source,
            &(struct submit_format){ .format = guess_format(submit),
                                     .delimiter = delimiter_of(submit),
                                     .encoding = submit->encoding,
                                     .decodes_escapes = submit->decodes_escapes });
    if (r == 0)
        r = submit->checks_only ? check_all(submit) : send_file(submit);
    submit_window_close(&submit->sent);
    submit_source_close(&submit->source);
    if (submit->journal && fclose(submit->journal) != 0 && r == 0)
        r = ekc_fail(-EIO, "the journal %s is incomplete", submit->journal_path);
    return r;
}

static struct submit submit = { .window = 4096, .per_message = 100 };

static const struct option_row rows[] = {
    { "file", OPTION_TEXT, &submit.file, "FILE",
      "TSV, CSV with a header or JSON lines; - reads standard input", 0, 0 },
    { "format", OPTION_CHOICE, &submit.format, "tsv|csv|jsonl",
      "by the file's ending unless given", 0, 0 },
    { "map", OPTION_LIST, &submit.maps, "FIELD=COLUMN,…",
      "column: number from 1, name in the header, or - for none", 0, 0 },
    { "values", OPTION_LIST, &submit.values, "FIELD:FROM=TO,…", "other words for values", 0,
      0 },
    { "set", OPTION_LIST, &submit.sets, "FIELD=VALUE", "the same value for every row", 0, 0 },
    { "delimiter", OPTION_TEXT, &submit.delimiter, "CHAR", "between columns; \\t is a tab", 0,
      0 },
    { "encoding", OPTION_TEXT, &submit.encoding, "NAME",
      "UTF-8 unless given; CP1251, KOI8-R, …", 0, 0 },
    { "escapes", OPTION_FLAG, &submit.decodes_escapes, NULL,
      "\\t, \\n and \\\\ in a TSV cell stand for tab, newline, backslash", 0, 0 },
    { "date-format", OPTION_TEXT, &submit.date_format, "FORMAT",
      "of dates: %d.%m.%Y %H:%M; ISO 8601 unless given", 0, 0 },
    { "portal", OPTION_TEXT, &submit.portal, "NAME", "for whom; EKC_PORTAL unless given", 0,
      0 },
    { "window", OPTION_NUMBER, &submit.window, "N",
      "inquiries on their way at most; 4096 unless given", 1, 1000000 },
    { "per-message", OPTION_NUMBER, &submit.per_message, "N",
      "inquiries in a message; 100 unless given", 1, EKC_WIRE_ITEMS_MAX },
    { "journal", OPTION_TEXT, &submit.journal_path, "FILE",
      "append what was sent and answered, for `ekc verify`", 0, 0 },
    { "check", OPTION_FLAG, &submit.checks_only, NULL, "only read the file; nothing is sent", 0,
      0 },
    { "wait", OPTION_FLAG, &submit.waits, NULL, "then wait until all is judged and counted", 0,
      0 },
};

static const struct options options = {
    .command = "ekc submit",
    .about =
        "Submits a file of inquiries. A file without an external_id column has its name "
        "and\n"
        "the line for one, so that sending it again changes nothing. Fields: external_id,\n"
        "created_at, channel, subject, text, applicant_kind, applicant_key, contact_name,\n"
        "contact_phone, contact_email, reply_channel, identified_by, okrug, address,\n"
        "cadastral_number, category (or label), correlation_id, taken_by, answered_at,\n"
        "closed_at, operator, topic.",
    .rows = rows,
    .row_count = EKC_COUNT(rows),
};

int command_submit(int argc, char **argv)
{
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (!submit.file)
        return options_wrong(&options, "needs --file FILE");
    if (submit.date_format && !moment_is_format(submit.date_format))
        return options_wrong(&options, "--date-format '%s' is none that is understood",
                             submit.date_format);
    if (!submit.portal)
        submit.portal = ekc_setting("EKC_PORTAL");
    return run(&submit) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
