/* suspect.c - see suspect.h. */
#include "suspect.h"

#include <errno.h>
#include <string.h>

#include "ekc/post.h"
#include "store.h"

int suspects_add(struct suspects *suspects, uint64_t peer, const Ekc__V1__Work *work)
{
    if (suspects->count == SUSPECTS_MAX)
        return -ENOSPC;
    struct suspect *suspect = &suspects->waiting[suspects->count];
    *suspect = (struct suspect){ .peer = peer, .delivery = work->delivery_id };
    int r = ekc_buffer_append(&suspect->work,
                              (struct ekc_bytes){ work->batch.data, work->batch.len });
    suspects->count += r == 0;
    return r;
}

bool suspects_are_due(const struct suspects *suspects)
{
    return suspects->count > 0 && !suspects->is_running && !suspects->is_written;
}

/* One that could not be written down is tried again. */
static void written(void *self, const struct ekc_reply *reply)
{
    struct suspects *suspects = self;
    suspects->is_running = false;
    suspects->is_written = reply->r == 0;
}

int suspects_write(struct suspects *suspects, struct writer *writer, ekc_arena *arena)
{
    const struct suspect *first = &suspects->waiting[0];
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(arena);
    int r = ekc_wire_unpack(arena, &ekc__v1__work_batch__descriptor,
                            (struct ekc_bytes){ first->work.data, first->work.len }, &message);
    const Ekc__V1__WorkBatch *work = (const Ekc__V1__WorkBatch *)message;
    for (size_t i = 0; r == 0 && i < work->n_items; i++)
        r = store_attempt(writer_db(writer), work->items[i]->portal, work->items[i]->inquiry,
                          ekc_self_incarnation());
    r = r < 0 ? r : writer_run(writer, written, suspects);
    suspects->is_running = r == 0;
    return r;
}

void suspects_drop(struct suspects *suspects)
{
    ekc_buffer_done(&suspects->waiting[0].work);
    suspects->count--;
    memmove(suspects->waiting, suspects->waiting + 1,
            suspects->count * sizeof *suspects->waiting);
    suspects->is_written = false;
}

void suspects_done(struct suspects *suspects)
{
    while (suspects->count > 0)
        suspects_drop(suspects);
}
