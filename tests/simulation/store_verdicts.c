/* store_verdicts.c - see store.h. Verdicts, and deaths on the way to them. */
#include <errno.h>
#include <string.h>

#include "simulation/store.h"

#define STATUS(name) EKC__V1__VERDICT_STATUS__VERDICT_STATUS_##name

/* --- verdicts ----------------------------------------------------------------------------- */

static bool is_acceptable(const struct world *world, const struct batch *batch)
{
    for (size_t i = batch->from; i < batch->to; i++) {
        const struct batch_row *row = &batch->rows[i];
        if (world->store.inquiries[row->inquiry].kind == KIND_UNSTORABLE &&
            row->status != STATUS(DEAD))
            return false;
    }
    return true;
}

static bool has_poison(const struct world *world)
{
    for (int i = 0; i < world->store.inquiry_count; i++)
        if (world->store.inquiries[i].kind == KIND_POISON)
            return true;
    return false;
}

/* What is judged in the same process as poison may share its fate: how often is told, not
 * forbidden. */
static void check_verdict(struct world *world, const struct inquiry *inquiry,
                          Ekc__V1__VerdictStatus status)
{
    bool is_dead = status == STATUS(DEAD);
    world_promise(world, inquiry->is_stored, "a verdict is of an inquiry that exists");
    if (inquiry->kind == KIND_POISON)
        world_promise(world, is_dead && inquiry->death_count >= 5,
                      "poison gets its verdict, dead, after five deaths");
    if (inquiry->kind != KIND_PLAIN || !is_dead)
        return;
    world_promise(world, inquiry->death_count >= 5, "nothing is dead before five deaths");
    world_promise(world, has_poison(world), "where there is no poison, nothing is dead");
    world->totals.bystanders++;
}

static bool has(const struct store_rows *rows, int inquiry)
{
    return rows->count > 0 && memchr(rows->ids, inquiry, rows->count);
}

/* The events are those of the rows given that have the key of a row inserted: of twins in a
 * batch, both. */
static int insert_verdicts(struct world *world, const struct batch *batch,
                           struct store_rows *rows)
{
    world->buffer.len = 0;
    for (size_t i = batch->from; i < batch->to && rows->count < INQUIRIES; i++) {
        const struct batch_row *row = &batch->rows[i];
        struct inquiry *inquiry = &world->store.inquiries[row->inquiry];
        if (inquiry->is_judged && !has(rows, (int)row->inquiry))
            continue;
        if (!inquiry->is_judged)
            check_verdict(world, inquiry, row->status);
        inquiry->is_judged = true;
        inquiry->status = row->status;
        rows->ids[rows->count++] = (uint8_t)row->inquiry;
        int r = ekc_buffer_append(&world->buffer, batch_bytes(batch, row->event));
        if (r < 0)
            return r;
    }
    return 0;
}

static void move_cursor(struct world *world, struct lane *lane, const struct store_move *move)
{
    lane->swept = move->to;
    lane->claim.holder = 0;
    lane->claim.free_ms = world->now_ms + move->rest_ms;
    if (!move->is_ours)
        lane->claim.moved_ms = world->now_ms;
}

static void check_swept(struct world *world, const struct lane *lane)
{
    for (int64_t seq = 1; seq <= lane->swept; seq++) {
        const struct log_row *row = &world->store.rows[lane->rows[seq - 1]];
        for (size_t i = 0; i < row->count; i++)
            world_promise(world, world->store.inquiries[row->ids[i]].is_judged,
                          "a sweep passes nothing that is open");
    }
}

static bool has_news(const struct world *world, const struct batch *batch)
{
    for (size_t i = batch->from; i < batch->to; i++)
        if (!world->store.inquiries[batch->rows[i].inquiry].is_judged)
            return true;
    return false;
}

int store_judge(struct world *world, int lane, uint64_t owner, const struct batch *batch,
                int swept, const struct store_move *move, struct store_rows *ret_rows)
{
    struct lane *lanes = world->store.lanes;
    *ret_rows = (struct store_rows){ 0 };
    if (move && lanes[swept - 1].swept != move->from)
        return -EPROTO;
    if (!is_acceptable(world, batch))
        return -EINVAL;
    if (has_news(world, batch) && lanes[lane - 1].owner != owner)
        return -EPROTO;
    int r = insert_verdicts(world, batch, ret_rows);
    if (r < 0)
        return r;
    store_append(world, lane, ret_rows, true);
    if (move) {
        move_cursor(world, &lanes[swept - 1], move);
        check_swept(world, &lanes[swept - 1]);
    }
    return 0;
}

/* --- deaths ------------------------------------------------------------------------------- */

void store_add_death(struct world *world, int inquiry, uint64_t holder)
{
    struct inquiry *row = &world->store.inquiries[inquiry];
    for (uint32_t i = 0; i < row->death_count; i++)
        if (row->deaths[i] == holder)
            return;
    if (!row->is_judged && row->death_count < DEATHS_MAX)
        row->deaths[row->death_count++] = holder;
}

void store_add_held(struct world *world, int inquiry, uint64_t holder)
{
    if (world->store.inquiries[inquiry].death_count < DISPATCH_ALONE_FROM)
        store_add_death(world, inquiry, holder);
}
