/* judge.h - an inquiry and the model in, a row of a batch out: the verdict and its event.
 *
 * No I/O, no clock. An unsure verdict has no topic and no area: it waits for a person, and
 * figures by topic leave it out; its ranking keeps the guesses. */
#ifndef CLASSIFIER_JUDGE_H
#define CLASSIFIER_JUDGE_H

#include "batch.h"
#include "model.h"

/* Memory that is used again for each inquiry; zeroed is empty. */
struct judge {
    struct ekc_buffer text;
};

void judge_done(struct judge *judge);

/* Appends the verdict on an item, made at at_us by batch->model, which model must be. -ENOMEM.
 */
EKC_MUST_CHECK int judge_item(struct judge *judge, const struct model *model,
                              const Ekc__V1__WorkItem *item, int64_t at_us,
                              struct batch *batch);

/* Appends a dead verdict on an item, whose text is not looked at: it has killed workers.
 * -ENOMEM.
 */
EKC_MUST_CHECK int judge_unread(const Ekc__V1__WorkItem *item, int64_t at_us,
                                struct batch *batch);

/* Makes a row's verdict dead: no topic, no guesses. The arena is reset and used. -ENOMEM,
 * -E2BIG. */
EKC_MUST_CHECK int judge_dead(ekc_arena *arena, struct batch *batch, struct batch_row *row);

#endif
