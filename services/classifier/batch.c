/* batch.c - see batch.h. */
#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "grow.h"

int batch_new(struct batch **ret_batch, const char *model)
{
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return -ENOMEM;

    batch->n = 1;
    (void)snprintf(batch->model, sizeof batch->model, "%s", model);
    *ret_batch = batch;
    return 0;
}

void batch_free(struct batch **batch)
{
    if (!*batch)
        return;
    ekc_buffer_done(&(*batch)->text);
    free((*batch)->rows);
    free((*batch)->deliveries);
    free(*batch);
    *batch = NULL;
}

struct ekc_bytes batch_bytes(const struct batch *batch, struct batch_span span)
{
    return (struct ekc_bytes){ span.len ? batch->text.data + span.at : NULL, span.len };
}

int batch_add_row(struct batch *batch, const struct batch_row *row)
{
    struct batch_row *rows = grow(batch->rows, &batch->room, batch->count + 1, sizeof *rows);
    if (!rows)
        return -ENOMEM;

    batch->rows = rows;
    rows[batch->count++] = *row;
    return 0;
}

int batch_add_delivery(struct batch *batch, uint64_t peer, uint64_t id)
{
    struct batch_delivery *deliveries = grow(batch->deliveries, &batch->delivery_room,
                                             batch->delivery_count + 1, sizeof *deliveries);
    if (!deliveries)
        return -ENOMEM;

    batch->deliveries = deliveries;
    deliveries[batch->delivery_count++] = (struct batch_delivery){ peer, id };
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct batch_row *a = left;
    const struct batch_row *b = right;
    if (a->portal != b->portal)
        return a->portal < b->portal ? -1 : 1;
    return (a->inquiry > b->inquiry) - (a->inquiry < b->inquiry);
}

void batch_seal(struct batch *batch)
{
    size_t kept = 0;
    if (batch->count > 0)
        qsort(batch->rows, batch->count, sizeof *batch->rows, compare);
    for (size_t i = 0; i < batch->count; i++)
        if (kept == 0 || compare(&batch->rows[kept - 1], &batch->rows[i]) != 0)
            batch->rows[kept++] = batch->rows[i];
    batch->count = kept;
    batch->from = 0;
    batch->to = kept;
}

bool batch_advance(struct batch *batch)
{
    batch->from = batch->to;
    batch->to = batch->count;
    return batch->from < batch->to;
}

bool batch_halve(struct batch *batch)
{
    size_t count = batch->to - batch->from;
    if (count > 1)
        batch->to = batch->from + count / 2;
    return count > 1;
}

const struct batch_row *batch_find(const struct batch *batch, int32_t portal, int64_t inquiry)
{
    struct batch_row key = { .portal = portal, .inquiry = inquiry };
    if (batch->from == batch->to)
        return NULL;
    return bsearch(&key, batch->rows + batch->from, batch->to - batch->from, sizeof key,
                   compare);
}
