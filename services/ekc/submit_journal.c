/* submit_journal.c - see submit_journal.h. */
#include "submit_journal.h"

#include <jansson.h>

static void write_line(FILE *journal, json_t *line)
{
    if (line && json_dumpf(line, journal, JSON_COMPACT) == 0)
        (void)fputc('\n', journal);
    json_decref(line);
}

void submit_journal_attempt(FILE *journal, const char *portal, const char *external_id,
                            int64_t at_us)
{
    if (journal)
        write_line(journal, json_pack("{s:s, s:s, s:I}", "portal", portal, "external_id",
                                      external_id, "sent_at_us", (json_int_t)at_us));
}

void submit_journal_answer(FILE *journal, const char *portal, const char *external_id,
                           const char *answer, const char *number, int64_t at_us)
{
    if (journal)
        write_line(journal, json_pack("{s:s, s:s, s:s, s:s, s:I}", "portal", portal,
                                      "external_id", external_id, "answer", answer, "number",
                                      number, "answered_at_us", (json_int_t)at_us));
}
