/* refresh.h - what the classifier reads from the database again and again: the taxonomy, which
 * makes the model, and the guests of the bus. */
#ifndef CLASSIFIER_REFRESH_H
#define CLASSIFIER_REFRESH_H

#include "model.h"
#include "writer.h"

struct refresh;

/* Reads through a writer's connection; both stay the caller's. */
EKC_MUST_CHECK int refresh_open(struct refresh **ret_refresh, ekc_loop *loop, ekc_bus *bus,
                                struct writer *reader);
void refresh_close(struct refresh **refresh);

/* The model of the newest taxonomy that could be read, or NULL before the first. Lent until the
 * next turn. */
const struct model *refresh_model(const struct refresh *refresh);

/* Why there is no model, or NULL when there is one. */
const char *refresh_trouble(const struct refresh *refresh);

#endif
