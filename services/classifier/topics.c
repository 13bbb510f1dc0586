/* topics.c - see topics.h. */
#include "topics.h"

#include <errno.h>
#include <string.h>

#include "store.h"

static char *copy(ekc_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copied = ekc_arena_take(arena, size);
    return copied ? memcpy(copied, text, size) : NULL;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

int topics_cut(ekc_arena *arena, char *text, struct classify_topic *topic)
{
    const char **phrases = ekc_arena_take(arena, count_lines(text) * sizeof *phrases);
    if (!phrases)
        return -E2BIG;

    topic->phrases = phrases;
    topic->phrase_count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        phrases[topic->phrase_count++] = line;
    return 0;
}

static int read_topic(ekc_arena *arena, const ekc_result *result, int row,
                      struct classify_topic *topic)
{
    char *phrases = copy(arena, ekc_result_text(result, row, TOPIC_PHRASES));
    topic->id = copy(arena, ekc_result_text(result, row, TOPIC_ID));
    topic->area = copy(arena, ekc_result_text(result, row, TOPIC_AREA));
    topic->applicant = copy(arena, ekc_result_text(result, row, TOPIC_APPLICANT));
    bool is_whole = phrases && topic->id && topic->area && topic->applicant;
    return is_whole ? topics_cut(arena, phrases, topic) : -E2BIG;
}

int topics_read(ekc_arena *arena, const ekc_result *result, struct classify_topic **ret_topics)
{
    int count = ekc_result_rows(result);
    struct classify_topic *topics = ekc_arena_take(arena, (size_t)count * sizeof *topics);
    if (!topics)
        return -E2BIG;

    for (int i = 0; i < count; i++) {
        int r = read_topic(arena, result, i, &topics[i]);
        if (r < 0)
            return r;
    }
    *ret_topics = topics;
    return count;
}
