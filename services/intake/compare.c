/* compare.c - what stands behind the keys that were there before: the same inquiry, or another.
 */
#include <string.h>

#include "intake/fingerprint.h"
#include "intake/writer.h"

static struct item *nth_known(struct batch *batch, int64_t ordinal)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].state == ITEM_KNOWN && --ordinal == 0)
            return &batch->items[i];
    return NULL;
}

static void compare_one(struct item *item, const ekc_result *result, int row)
{
    struct ekc_bytes salt = ekc_result_bytes(result, row, 2);
    struct ekc_bytes stored = ekc_result_bytes(result, row, 3);
    uint8_t salt_bytes[16] = { 0 }, digest[32];
    memcpy(salt_bytes, salt.data, salt.len < sizeof salt_bytes ? salt.len : sizeof salt_bytes);
    fingerprint_of(&item->inquiry, salt_bytes, digest);

    bool is_same =
        stored.len == sizeof digest && memcmp(stored.data, digest, sizeof digest) == 0;
    item->id = ekc_result_int(result, row, 1);
    item->state = is_same ? ITEM_DUPLICATE : ITEM_REUSED;
}

/* From the last ordinal to the first: each settled item leaves the count of known ones. */
static void compared(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    if (reply->r < 0) {
        writer_fail(writer, reply);
        return;
    }
    const ekc_result *result = reply->results[0];
    for (int row = ekc_result_rows(result) - 1; row >= 0; row--)
        compare_one(nth_known(writer->batch, ekc_result_int(result, row, 0)), result, row);
    writer_release(writer);
    writer_pump(writer);
}

bool compare_start(struct writer *writer)
{
    const struct batch *batch = writer->batch;
    ekc_array_clear(&writer->compare_portals);
    ekc_array_clear(&writer->compare_keys);
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->items[i].state != ITEM_KNOWN)
            continue;
        ekc_array_int(&writer->compare_portals, batch->items[i].portal);
        ekc_array_text(&writer->compare_keys, batch->items[i].inquiry.external_id);
    }
    if (writer->compare_keys.count == 0)
        return false;
    int r = store_compare(writer->db, &writer->compare_portals, &writer->compare_keys);
    if (r == 0)
        r = ekc_db_run(writer->db, compared, writer);
    writer->is_waiting = r == 0;
    if (r < 0)
        writer_fail_with(writer, r);
    return true;
}
