/* events.h - an inquiry told to others: to the log, and to a classifier. */
#ifndef INTAKE_EVENTS_H
#define INTAKE_EVENTS_H

#include "intake/batch.h"

/* Appends the RECEIVED event of an item, as an element of an EventBatch. 0 or -ENOMEM. */
EKC_MUST_CHECK int events_write_received(struct ekc_buffer *buffer, const struct item *item);

/* Appends the work that an item is for a classifier, as an element of a WorkBatch. */
EKC_MUST_CHECK int events_write_work(struct ekc_buffer *buffer, const struct item *item);

#endif
