/* batch.c - see batch.h. */
#include "intake/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/loop.h"

enum { MESSAGE_ROOM = 4 << 20 };

int batch_new(struct batch **ret_batch, size_t limit)
{
    EKC_CLEANUP(batch_free) struct batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return -ENOMEM;

    batch->arena_limit = limit;
    int r = ekc_arena_new(&batch->arena, limit + MESSAGE_ROOM);
    if (r < 0)
        return r;

    *ret_batch = batch;
    batch = NULL;
    return 0;
}

void batch_free(struct batch **batch)
{
    if (!*batch)
        return;
    ekc_arena_free(&(*batch)->arena);
    ekc_buffer_done(&(*batch)->events);
    free((*batch)->items);
    free((*batch)->requests);
    free(*batch);
    *batch = NULL;
}

void batch_reset(struct batch *batch)
{
    ekc_arena_reset(batch->arena);
    batch->count = 0;
    batch->request_count = 0;
    batch->from = batch->to = 0;
    batch->events.len = 0;
    batch->tries = 0;
}

bool batch_is_full(const struct batch *batch, size_t max_items)
{
    return batch->count >= max_items || ekc_arena_used(batch->arena) >= batch->arena_limit;
}

/* Grows *list so that one more fits; false without memory. */
static bool grow(void **list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room ? *room * 2 : 64;
    void *grown = realloc(*list, more * size);
    if (!grown)
        return false;
    *list = grown;
    *room = more;
    return true;
}

struct request *batch_add_request(struct batch *batch)
{
    void *list = batch->requests;
    if (!grow(&list, batch->request_count, &batch->request_room, sizeof *batch->requests))
        return NULL;
    batch->requests = list;
    if (batch->request_count == 0)
        batch->opened_ms = ekc_tick_ms();

    struct request *request = &batch->requests[batch->request_count++];
    *request = (struct request){ .first = batch->count };
    return request;
}

struct item *batch_add_item(struct batch *batch)
{
    void *list = batch->items;
    if (!grow(&list, batch->count, &batch->room, sizeof *batch->items))
        return NULL;
    batch->items = list;

    struct item *item = &batch->items[batch->count++];
    memset(item, 0, sizeof *item);
    batch->requests[batch->request_count - 1].count++;
    return item;
}

void batch_drop_request(struct batch *batch)
{
    batch->count = batch->requests[--batch->request_count].first;
}

bool batch_is_waiting(const struct batch *batch, const struct request *request)
{
    for (size_t i = 0; i < request->count; i++) {
        enum item_state state = batch->items[request->first + i].state;
        if (state == ITEM_PENDING || state == ITEM_KNOWN)
            return true;
    }
    return false;
}
