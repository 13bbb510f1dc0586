/* mood.c - see mood.h. */
#include "intake/mood.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/log.h"

enum { PROBE_MS = 1000, LOG_MS = 5000, BUSY_MS = 500, BUSY_WHEN_SICK_MS = 2000 };

static bool is_quiet_over(int64_t last_ms, int64_t now_ms)
{
    return last_ms == 0 || now_ms - last_ms >= LOG_MS;
}

static void recover(struct mood *mood)
{
    if (mood->is_told)
        ekc_info("the database is well again");
    mood->kind = MOOD_WELL;
    mood->text[0] = '\0';
    mood->is_told = false;
}

static void describe(struct mood *mood, const struct ekc_reply *reply)
{
    const char *what = "the database does not let us write";
    if (strcmp(reply->sqlstate, "53100") == 0)
        what = "the database's disk is full";
    else if (mood->kind == MOOD_SICK)
        what = "the database is sick";
    (void)snprintf(mood->text, sizeof mood->text, "%s: %s %s", what, reply->message,
                   reply->sqlstate);
}

/* One that comes and goes is told of as seldom as one that stays. */
static void tell(struct mood *mood, int64_t now_ms)
{
    if (mood->is_told || !is_quiet_over(mood->told_ms, now_ms))
        return;
    ekc_warn("%s", mood->text);
    mood->is_told = true;
    mood->told_ms = now_ms;
}

/* The first reason stands: the next file that cannot grow is no news. A sick server gets a rest
 * before the first probe. One that is unfit may only have met a strange batch: that is found
 * out at once. */
static void fall(struct mood *mood, enum mood_kind kind, const struct ekc_reply *reply,
                 int64_t now_ms)
{
    if (mood->kind == MOOD_WELL)
        mood->probe_ms = kind == MOOD_SICK ? now_ms + PROBE_MS : now_ms;
    if (mood->kind != kind) {
        mood->kind = kind;
        describe(mood, reply);
    }
    tell(mood, now_ms);
}

void mood_hear(struct mood *mood, const struct ekc_reply *reply, int64_t now_ms)
{
    if (reply->r == 0 && !mood_is_well(mood))
        recover(mood);
    else if (reply->r == -ENOSPC)
        fall(mood, MOOD_SICK, reply, now_ms);
    else if (reply->r == -EINVAL)
        fall(mood, MOOD_UNFIT, reply, now_ms);
}

void mood_note(struct mood *mood, const char *what, const struct ekc_reply *reply,
               int64_t now_ms)
{
    mood->noted++;
    if (!is_quiet_over(mood->noted_ms, now_ms))
        return;
    ekc_warn("%s: %s %s (failures since the last line: %lu)", what, reply->sqlstate,
             reply->message, mood->noted);
    mood->noted_ms = now_ms;
    mood->noted = 0;
}

bool mood_is_well(const struct mood *mood)
{
    return mood->kind == MOOD_WELL;
}

bool mood_take_probe(struct mood *mood, int64_t now_ms)
{
    if (mood_is_well(mood) || now_ms < mood->probe_ms)
        return false;
    mood->probe_ms = now_ms + PROBE_MS;
    return true;
}

uint32_t mood_retry_after_ms(const struct mood *mood)
{
    return mood_is_well(mood) ? BUSY_MS : BUSY_WHEN_SICK_MS;
}
