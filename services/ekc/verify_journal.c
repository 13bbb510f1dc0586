/* verify_journal.c - see verify_journal.h. */
#include "verify_journal.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"

struct journal {
    const char *path;
    FILE *file;
    char *line;
    size_t room, number;
    size_t count;
    json_t *objects[VERIFY_ENTRIES_MAX]; /* own the entries' texts */
    struct verify_entry entries[VERIFY_ENTRIES_MAX];
    verify_entries_fn *take;
    void *self;
};

static void close_journal(struct journal **journal)
{
    if (!*journal)
        return;
    for (size_t i = 0; i < (*journal)->count; i++)
        json_decref((*journal)->objects[i]);
    if ((*journal)->file)
        (void)fclose((*journal)->file);
    free((*journal)->line);
    free(*journal);
    *journal = NULL;
}

static int hand_on(struct journal *journal)
{
    int r = journal->count ? journal->take(journal->self, journal->entries, journal->count) : 0;
    for (size_t i = 0; i < journal->count; i++)
        json_decref(journal->objects[i]);
    journal->count = 0;
    return r;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* 1 = an entry was added, 0 = the line was cut off. */
static int add_line(struct journal *journal, size_t len)
{
    json_t *object = json_loadb(journal->line, len, 0, NULL);
    struct verify_entry entry = { .portal = text_of(object, "portal"),
                                  .external_id = text_of(object, "external_id"),
                                  .answer = text_of(object, "answer"),
                                  .number = text_of(object, "number") };
    if (!entry.external_id[0]) {
        bool is_cut = !object && journal->line[len - 1] != '\n';
        json_decref(object);
        return is_cut ? 0
                      : ekc_fail(-EINVAL, "%s, line %zu: no entry of a journal", journal->path,
                                 journal->number);
    }
    journal->objects[journal->count] = object;
    journal->entries[journal->count++] = entry;
    return 1;
}

static int read_lines(struct journal *journal)
{
    int r = 1;
    ssize_t len = 0;
    while (r > 0 && (len = getline(&journal->line, &journal->room, journal->file)) > 0) {
        journal->number++;
        r = add_line(journal, (size_t)len);
        if (r > 0 && journal->count == VERIFY_ENTRIES_MAX)
            r = hand_on(journal) < 0 ? -EIO : 1;
    }
    return r < 0 ? r : hand_on(journal);
}

int verify_journal_read(const char *path, verify_entries_fn *take, void *self)
{
    EKC_CLEANUP(close_journal) struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return -ENOMEM;

    journal->path = path;
    journal->take = take;
    journal->self = self;
    journal->file = fopen(path, "re");
    if (!journal->file)
        return ekc_fail(-errno, "cannot read the journal %s", path);
    return read_lines(journal);
}
