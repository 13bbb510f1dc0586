/* reader.h - the connection that reads: what intake must know, and what it is asked. One chore
 * runs at a time; the first that is due goes first. */
#ifndef INTAKE_READER_H
#define INTAKE_READER_H

#include "intake/intake.h"

EKC_MUST_CHECK int reader_open(struct intake *intake);
void reader_pump(struct intake *intake);
void reader_close(struct intake *intake);

/* The next free id, or 0 when the stock is used up. */
int64_t ids_take(struct intake *intake);

/* Drops the stock: its ids turned out to be in use. */
void ids_forget(struct intake *intake);

/* The portal of an identity or a name; NULL when there is none. */
const struct portal *portal_by_id(const struct intake *intake, int32_t id);
const struct portal *portal_by_name(const struct intake *intake, const char *name);

#endif
