/* submit_source.c - see submit_source.h. */
#include "submit_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "ekc/log.h"
#include "ekc/words.h"
#include "moment.h"

enum { ARENA_SIZE = 8 << 20 };

static int bind(struct submit_source *source, const struct row *first)
{
    int r = fields_bind(source->mapping, first);
    if (r < 0)
        return ekc_fail(r, "%s: %s", source->path, fields_error(source->mapping));
    const char *ignored = fields_ignored(source->mapping);
    if (*ignored)
        ekc_info("%s: columns that no field takes: %s", source->path, ignored);
    source->is_bound = true;
    return 0;
}

/* The header, or the first JSON object, tells which column is which. */
static int read_first(struct submit_source *source, const struct submit_format *format)
{
    bool is_json = format->format == ROWS_JSONL;
    if (!is_json && !fields_expects_header(source->mapping))
        return bind(source, NULL);

    int r = rows_next(source->rows, &source->first);
    if (r < 0)
        return ekc_fail(r, "cannot read %s", source->path);
    if (r == 0)
        return 0;
    if (source->first.broken)
        return is_json ? (source->has_first = true, 0)
                       : ekc_fail(-EINVAL, "%s: the header is broken: %s", source->path,
                                  source->first.broken);
    source->has_first = is_json;
    return bind(source, &source->first);
}

int submit_source_open(struct submit_source *source, const struct submit_format *format)
{
    struct stat status;
    bool is_stdin = strcmp(source->path, "-") == 0;
    const char *slash = strrchr(source->path, '/');
    source->name = is_stdin ? "stdin" : slash ? slash + 1 : source->path;
    source->file = is_stdin ? stdin : fopen(source->path, "re");
    if (!source->file)
        return ekc_fail(-errno, "cannot open %s", source->path);
    if (!is_stdin && fstat(fileno(source->file), &status) == 0)
        source->size_bytes = status.st_size;

    int r = ekc_arena_new(&source->arena, ARENA_SIZE);
    if (r < 0)
        return r;
    r = rows_open(source->file,
                  &(struct rows_options){ .format = format->format,
                                          .delimiter = format->delimiter,
                                          .encoding = format->encoding,
                                          .decodes_escapes = format->decodes_escapes },
                  &source->rows);
    if (r < 0)
        return ekc_fail(r, "cannot read %s in encoding %s", source->path,
                        format->encoding ? format->encoding : "UTF-8");
    return read_first(source, format);
}

void submit_source_close(struct submit_source *source)
{
    rows_close(&source->rows);
    fields_free(&source->mapping);
    ekc_arena_free(&source->arena);
    if (source->file && source->file != stdin)
        (void)fclose(source->file);
    source->file = NULL;
}

int64_t submit_source_at(const struct submit_source *source)
{
    return source->size_bytes ? ftell(source->file) : 0;
}

/* --- a row as an inquiry ------------------------------------------------------------------ */

static int refuse(struct submit_source *source, const char *field, const char *reason)
{
    (void)snprintf(source->error, sizeof source->error, "%s: %s", field, reason);
    return -EBADMSG;
}

static char *copy(struct submit_source *source, struct ekc_bytes value)
{
    char *text = ekc_arena_take(source->arena, value.len + 1);
    if (text && value.len > 0)
        memcpy(text, value.data, value.len);
    return text;
}

struct text_field {
    enum field field;
    size_t offset;
};

#define TEXT(name, member)                                                                     \
    {                                                                                          \
        FIELD_##name, offsetof(Ekc__V1__Inquiry, member)                                       \
    }

static const struct text_field texts[] = {
    TEXT(EXTERNAL_ID, external_id),
    TEXT(CHANNEL, channel),
    TEXT(SUBJECT, subject),
    TEXT(TEXT, text),
    TEXT(APPLICANT_KEY, applicant_key),
    TEXT(REPLY_CHANNEL, reply_channel),
    TEXT(IDENTIFIED_BY, identified_by),
    TEXT(OKRUG, okrug),
    TEXT(ADDRESS, address),
    TEXT(CADASTRAL_NUMBER, cadastral_number),
    TEXT(CATEGORY, category),
    TEXT(CORRELATION_ID, correlation_id),
    TEXT(TAKEN_BY, taken_by),
};

static int take_texts(struct submit_source *source, const struct ekc_bytes *values,
                      Ekc__V1__Inquiry *inquiry)
{
    for (size_t i = 0; i < EKC_COUNT(texts); i++) {
        struct ekc_bytes value = values[texts[i].field];
        if (value.len == 0)
            continue;
        if (memchr(value.data, '\0', value.len))
            return refuse(source, fields_name(texts[i].field), "contains a NUL");
        char *text = copy(source, value);
        if (!text)
            return refuse(source, fields_name(texts[i].field), "is too long");
        memcpy((char *)inquiry + texts[i].offset, &text, sizeof text);
    }
    return 0;
}

/* An absent kind is unknown. */
static int take_kind(struct submit_source *source, struct ekc_bytes value,
                     Ekc__V1__Inquiry *inquiry)
{
    const char *word = value.len > 0 ? copy(source, value) : "unknown";
    inquiry->applicant_kind = word ? ekc_kind_of(word) : 0;
    if (inquiry->applicant_kind)
        return 0;
    return refuse(source, "applicant_kind", "is none of resident, developer, unknown");
}

static int take_moment(struct submit_source *source, enum field field, struct ekc_bytes value,
                       int64_t *ret_us)
{
    if (value.len == 0)
        return 0;
    int r = moment_parse(value, source->date_format, ret_us);
    return r < 0 ? refuse(source, fields_name(field), "is no such date, or not written so") : 1;
}

static int take_created_at(struct submit_source *source, struct ekc_bytes value,
                           Ekc__V1__Inquiry *inquiry)
{
    int r = take_moment(source, FIELD_CREATED_AT, value, &inquiry->created_at_us);
    if (r > 0)
        inquiry->created_at_opt_case = EKC__V1__INQUIRY__CREATED_AT_OPT_CREATED_AT_US;
    return r < 0 ? r : 0;
}

static int take_contact(struct submit_source *source, const struct ekc_bytes *values,
                        Ekc__V1__Inquiry *inquiry)
{
    static const enum field fields[] = { FIELD_CONTACT_NAME, FIELD_CONTACT_PHONE,
                                         FIELD_CONTACT_EMAIL };
    Ekc__V1__Contact *contact = ekc_arena_take(source->arena, sizeof *contact);
    if (!contact)
        return refuse(source, "contact", "is too long");
    ekc__v1__contact__init(contact);
    char **members[] = { &contact->name, &contact->phone, &contact->email };
    for (size_t i = 0; i < EKC_COUNT(fields); i++) {
        if (values[fields[i]].len == 0)
            continue;
        *members[i] = copy(source, values[fields[i]]);
        if (!*members[i])
            return refuse(source, fields_name(fields[i]), "is too long");
        inquiry->contact = contact;
    }
    return 0;
}

static int take_outcome(struct submit_source *source, const struct ekc_bytes *values,
                        Ekc__V1__Inquiry *inquiry)
{
    bool has = values[FIELD_ANSWERED_AT].len || values[FIELD_CLOSED_AT].len ||
               values[FIELD_OPERATOR].len || values[FIELD_TOPIC].len;
    if (!has)
        return 0;
    Ekc__V1__ImportedOutcome *outcome = ekc_arena_take(source->arena, sizeof *outcome);
    if (!outcome)
        return refuse(source, "outcome", "is too long");
    ekc__v1__imported_outcome__init(outcome);
    int r = take_moment(source, FIELD_ANSWERED_AT, values[FIELD_ANSWERED_AT],
                        &outcome->answered_at_us);
    if (r >= 0)
        r = take_moment(source, FIELD_CLOSED_AT, values[FIELD_CLOSED_AT],
                        &outcome->closed_at_us);
    if (r < 0)
        return r;
    outcome->operator_ = copy(source, values[FIELD_OPERATOR]);
    outcome->topic = copy(source, values[FIELD_TOPIC]);
    inquiry->outcome = outcome;
    return outcome->operator_ && outcome->topic ? 0 : refuse(source, "outcome", "is too long");
}

/* A file without ids has its name and line for one; a portal that says no channel has a form.
 */
static int take_defaults(struct submit_source *source, Ekc__V1__Inquiry *inquiry)
{
    enum { ID_SIZE = 65 };
    if (!*inquiry->channel)
        inquiry->channel = "form";
    if (*inquiry->external_id)
        return 0;
    inquiry->external_id = ekc_arena_take(source->arena, ID_SIZE);
    if (!inquiry->external_id)
        return refuse(source, "external_id", "no memory");
    int len = snprintf(inquiry->external_id, ID_SIZE, "%s:%zu", source->name, source->line);
    return len < ID_SIZE ? 0
                         : refuse(source, "external_id", "the file's name is too long for one");
}

static int convert(struct submit_source *source, const struct row *row,
                   Ekc__V1__Inquiry **ret_inquiry)
{
    struct ekc_bytes values[FIELD_COUNT] = { 0 };
    if (row->broken)
        return refuse(source, "row", row->broken);
    int r = source->is_bound ? 0 : bind(source, row);
    if (r == 0 && fields_read(source->mapping, row, values) < 0)
        return refuse(source, "row", fields_error(source->mapping));

    Ekc__V1__Inquiry *inquiry = ekc_arena_take(source->arena, sizeof *inquiry);
    if (r < 0 || !inquiry)
        return r < 0 ? r : -ENOMEM;
    ekc__v1__inquiry__init(inquiry);
    r = take_texts(source, values, inquiry);
    if (r == 0)
        r = take_kind(source, values[FIELD_APPLICANT_KIND], inquiry);
    if (r == 0)
        r = take_created_at(source, values[FIELD_CREATED_AT], inquiry);
    if (r == 0)
        r = take_contact(source, values, inquiry);
    if (r == 0)
        r = take_outcome(source, values, inquiry);
    if (r == 0)
        r = take_defaults(source, inquiry);
    if (r == 0)
        *ret_inquiry = inquiry;
    return r;
}

int submit_source_next(struct submit_source *source, Ekc__V1__Inquiry **ret_inquiry)
{
    struct row row = source->first;
    int r = source->has_first ? 1 : rows_next(source->rows, &row);
    source->has_first = false;
    if (r <= 0)
        return r;
    source->line = row.line;
    r = convert(source, &row, ret_inquiry);
    return r < 0 ? r : 1;
}
