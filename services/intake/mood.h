/* mood.h - whether the database lets intake write at all. Of one mind with all writers: what
 * one has met, the others need not meet as well.
 *
 * A database that is sick (its disk is full) or unfit (another schema, a right that is missing)
 * is not given inquiries; it is probed now and then, and the first probe that goes through
 * makes it well. A worker that left instead would only start in vain until somebody has made
 * room, or until the migration is through; this one goes on within a second of it. */
#ifndef INTAKE_MOOD_H
#define INTAKE_MOOD_H

#include "ekc/db.h"

enum mood_kind {
    MOOD_WELL,
    MOOD_SICK,
    MOOD_UNFIT,
};

struct mood {
    enum mood_kind kind;
    char text[320];      /* what is wrong; "" when it is well */
    int64_t probe_ms;    /* when it may be probed again */
    int64_t told_ms;     /* when the last line about it was logged; 0 = never */
    bool is_told;        /* the log knows that it is not well */
    int64_t noted_ms;    /* the same of other failures */
    unsigned long noted; /* since then */
};

/* Takes what became of a write; logs a change of mood. */
void mood_hear(struct mood *mood, const struct ekc_reply *reply, int64_t now_ms);

/* Logs any other failure of what was tried, but not each one. */
void mood_note(struct mood *mood, const char *what, const struct ekc_reply *reply,
               int64_t now_ms);

bool mood_is_well(const struct mood *mood);

/* True when the caller is to probe now; nobody else is until the next time. */
bool mood_take_probe(struct mood *mood, int64_t now_ms);

/* When whoever is turned away may come again. */
uint32_t mood_retry_after_ms(const struct mood *mood);

#endif
