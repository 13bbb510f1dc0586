/* batches.c - see batches.h. */
#include "intake/batches.h"

#include <string.h>

enum { GIVE_UP_MS = 10000 };

bool batches_is_too_old(const struct batch *batch)
{
    return batch->count > 0 && ekc_tick_ms() - batch->opened_ms > GIVE_UP_MS;
}

void batches_finish(struct intake *intake, struct batch *batch)
{
    answer_batch(intake, batch);
    batch_reset(batch);
    intake->spare[intake->spare_count++] = batch;
}

bool batches_turn(struct intake *intake)
{
    if (intake->spare_count == 0)
        return false;
    intake->waiting[intake->waiting_count++] = intake->open;
    intake->open = intake->spare[--intake->spare_count];
    return true;
}

static struct batch *oldest_waiting(struct intake *intake)
{
    struct batch *batch = intake->waiting[0];
    memmove(intake->waiting, intake->waiting + 1,
            --intake->waiting_count * sizeof *intake->waiting);
    return batch;
}

void batches_give_up(struct intake *intake)
{
    if (batches_is_too_old(intake->open) && !batches_turn(intake))
        return;
    while (intake->waiting_count > 0 && batches_is_too_old(intake->waiting[0]))
        batches_finish(intake, oldest_waiting(intake));
}

/* The batch that has waited longest, or what is open now. */
struct batch *batches_take(struct intake *intake)
{
    if (intake->waiting_count == 0 && (intake->open->count == 0 || !batches_turn(intake)))
        return NULL;
    struct batch *batch = oldest_waiting(intake);
    batch->to = batch->count;
    return batch;
}
