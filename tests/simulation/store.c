/* store.c - see store.h. Lanes, their log, inquiries. */
#include "simulation/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KIND(name) EKC__V1__EVENT_KIND__EVENT_KIND_##name
#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name

/* --- lanes -------------------------------------------------------------------------------- */

static int new_lane(struct world *world, bool is_intake)
{
    struct store *store = &world->store;
    if (store->lane_count == LANES)
        return 0;
    store->lanes[store->lane_count++] = (struct lane){ .is_intake = is_intake };
    return store->lane_count;
}

int store_take_lane(struct world *world, bool is_intake, uint64_t owner)
{
    struct store *store = &world->store;
    int id = 0;
    for (int i = 0; i < store->lane_count && !id; i++)
        if (store->lanes[i].is_intake == is_intake && store->lanes[i].lease_ms < world->now_ms)
            id = i + 1;
    id = id ? id : new_lane(world, is_intake);
    if (!id)
        return 0;
    store->lanes[id - 1].owner = owner;
    store->lanes[id - 1].lease_ms = world->now_ms + LEASE_MS;
    return id;
}

bool store_renew_lane(struct world *world, int lane, uint64_t owner)
{
    struct lane *row = &world->store.lanes[lane - 1];
    if (row->owner == owner)
        row->lease_ms = world->now_ms + LEASE_MS;
    return row->owner == owner;
}

/* --- events ------------------------------------------------------------------------------- */

static void set_dimensions(Ekc__V1__Dimensions *dimensions, char topic[static 4], int inquiry,
                           Ekc__V1__VerdictStatus status)
{
    static char *const channels[] = { "site", "app" };
    bool has_topic = status == STATUS(SURE);
    (void)snprintf(topic, 4, "t%d", inquiry % 3);
    dimensions->channel = channels[inquiry % 2];
    dimensions->okrug = "c";
    dimensions->regime = "message";
    dimensions->applicant_kind = EKC__V1__APPLICANT_KIND__APPLICANT_KIND_RESIDENT;
    dimensions->verdict_status = status;
    dimensions->topic = has_topic ? topic : "";
    dimensions->area = has_topic ? "a" : "";
}

int store_write_event(struct world *world, struct ekc_buffer *buffer, int inquiry,
                      Ekc__V1__EventKind kind, Ekc__V1__VerdictStatus status)
{
    char topic[4];
    Ekc__V1__Dimensions after = EKC__V1__DIMENSIONS__INIT;
    set_dimensions(&after, topic, inquiry, status);
    Ekc__V1__Event event = EKC__V1__EVENT__INIT;
    event.portal = 1 + inquiry % 2;
    event.inquiry = inquiry;
    event.n = kind == KIND(JUDGED) ? 2 : 1;
    event.kind = kind;
    event.at_us = world->now_ms * 1000;
    event.created_at_us = (int64_t)inquiry * 10 * 3600 * 1000000;
    event.after = &after;
    return ekc_wire_write_item(buffer, &event.base);
}

void store_append(struct world *world, int lane, struct store_rows *rows, bool is_judged)
{
    struct store *store = &world->store;
    struct lane *owned = &store->lanes[lane - 1];
    world_promise(world, store->row_count < ROWS,
                  "the log has no more rows than there are facts");
    if (rows->count == 0 || world->broken)
        return;
    uint8_t *text = store->text + store->text_len;
    memcpy(text, world->buffer.data, world->buffer.len);
    store->text_len += world->buffer.len;
    struct log_row *row = &store->rows[store->row_count];
    *row = (struct log_row){ .at_ms = world->now_ms,
                             .events = { text, world->buffer.len },
                             .count = (uint32_t)rows->count,
                             .is_judged = is_judged };
    memcpy(row->ids, rows->ids, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        store->inquiries[rows->ids[i]].logged[is_judged ? KIND(JUDGED) : KIND(RECEIVED)]++;
    owned->rows[owned->last_seq++] = (uint8_t)store->row_count++;
    owned->lease_ms = world->now_ms + LEASE_MS;
    rows->seq = owned->last_seq;
    rows->events = row->events;
}

/* --- inquiries ---------------------------------------------------------------------------- */

int store_insert(struct world *world, int lane, uint64_t owner, const uint8_t *ids,
                 size_t count, struct store_rows *ret_rows)
{
    struct store *store = &world->store;
    *ret_rows = (struct store_rows){ 0 };
    world->buffer.len = 0;
    for (size_t i = 0; i < count; i++)
        if (!store->inquiries[ids[i]].is_stored)
            ret_rows->ids[ret_rows->count++] = ids[i];
    if (ret_rows->count > 0 && store->lanes[lane - 1].owner != owner)
        return -EPROTO;
    for (size_t i = 0; i < ret_rows->count; i++) {
        store->inquiries[ret_rows->ids[i]].is_stored = true;
        int r = store_write_event(world, &world->buffer, ret_rows->ids[i], KIND(RECEIVED), 0);
        if (r < 0)
            return r;
    }
    store_append(world, lane, ret_rows, false);
    return 0;
}
