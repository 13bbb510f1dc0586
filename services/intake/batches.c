/* batches.c - see batches.h. */
#include "intake/batches.h"

#include <string.h>

enum { LATE_MS = 2000, GIVE_UP_MS = 10000 };

static bool is_older(const struct batch *batch, int64_t ms)
{
    return batch->count > 0 && ekc_tick_ms() - batch->opened_ms >= ms;
}

bool batches_is_late(const struct batch *batch)
{
    return is_older(batch, LATE_MS);
}

bool batches_is_too_old(const struct batch *batch)
{
    return is_older(batch, GIVE_UP_MS);
}

void batches_answer(struct intake *intake, struct batch *batch)
{
    answer_batch(intake, batch);
    batch->request_count = 0;
}

void batches_finish(struct intake *intake, struct batch *batch)
{
    batches_answer(intake, batch);
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

static int64_t patience_ms(const struct intake *intake)
{
    if (!mood_is_well(&intake->mood))
        return 0;
    for (size_t i = 0; i < WRITERS; i++)
        if (writer_is_ready(&intake->writers[i]))
            return GIVE_UP_MS;
    return LATE_MS;
}

/* What is open is younger than all that waits. */
void batches_give_up(struct intake *intake)
{
    int64_t ms = patience_ms(intake);
    while (intake->waiting_count > 0 && is_older(intake->waiting[0], ms))
        batches_finish(intake, oldest_waiting(intake));
    if (is_older(intake->open, ms) && batches_turn(intake))
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
