/* offer.c - what was just committed is offered to the classifiers; see work.h. */
#include <errno.h>
#include <string.h>

#include "intake/dispatch.h"
#include "intake/events.h"
#include "intake/work.h"

/* What an item takes beside its texts, at most. */
enum { ITEM_FRAME = 256 };

static bool has_room(const struct intake *intake, const struct batch *batch, size_t from,
                     size_t to)
{
    size_t count = 0, bytes = 0;
    for (size_t i = from; i < to; i++) {
        const struct item *item = &batch->items[i];
        if (item->state != ITEM_STORED)
            continue;
        count++;
        bytes += ITEM_FRAME + strlen(item->inquiry.text) + strlen(item->inquiry.subject);
    }
    return count <= dispatch_room(intake->dispatch) &&
           bytes <= dispatch_room_bytes(intake->dispatch);
}

/* All or none, so that what the log is read again for was offered to nobody. */
int work_offer(struct intake *intake, const struct batch *batch, size_t from, size_t to)
{
    if (!has_room(intake, batch, from, to))
        return -ENOSPC;

    EKC_CLEANUP(ekc_buffer_done) struct ekc_buffer buffer = { 0 };
    for (size_t i = from; i < to; i++) {
        const struct item *item = &batch->items[i];
        if (item->state != ITEM_STORED)
            continue;
        buffer.len = 0;
        int r = events_write_work(&buffer, item);
        if (r == 0)
            r = dispatch_offer(intake->dispatch, &(struct dispatch_item){
                                                     .portal = item->portal,
                                                     .inquiry = item->id,
                                                     .bytes = { buffer.data, buffer.len },
                                                 });
        if (r < 0)
            return r;
    }
    return 0;
}
