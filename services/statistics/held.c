/* held.c - see held.h. */
#include "held.h"

#include <stdlib.h>
#include <string.h>

static void remove_at(struct held *held, size_t i)
{
    held->bytes -= held->batches[i].len;
    held->batches[i] = held->batches[--held->count];
}

void held_put(struct held *held, int32_t lane, int64_t seq, struct ekc_bytes batch)
{
    if (held->count == HELD_MAX || held->bytes + batch.len > HELD_BYTES_MAX)
        return;

    void *data = malloc(batch.len + 1);
    if (!data)
        return;

    memcpy(data, batch.data, batch.len);
    held->bytes += batch.len;
    held->batches[held->count++] =
        (struct held_batch){ .lane = lane, .seq = seq, .data = data, .len = batch.len };
}

bool held_take(struct held *held, int32_t lane, int64_t seq, struct held_batch *ret_batch)
{
    for (size_t i = 0; i < held->count; i++) {
        if (held->batches[i].lane != lane || held->batches[i].seq != seq)
            continue;
        *ret_batch = held->batches[i];
        remove_at(held, i);
        return true;
    }
    return false;
}

bool held_drop(struct held *held, int32_t lane, int64_t seq)
{
    bool has_later = false;
    for (size_t i = held->count; i-- > 0;) {
        if (held->batches[i].lane != lane)
            continue;
        if (held->batches[i].seq > seq) {
            has_later = true;
            continue;
        }
        free(held->batches[i].data);
        remove_at(held, i);
    }
    return has_later;
}

void held_clear(struct held *held)
{
    for (size_t i = 0; i < held->count; i++)
        free(held->batches[i].data);
    held->count = 0;
    held->bytes = 0;
}
