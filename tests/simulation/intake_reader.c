/* intake_reader.c - what intake reads again, and the deaths it records; in the order of
 * services/intake/refill.c and deaths.c. */
#include <string.h>

#include "simulation/intake.h"

enum { REFILL_ROWS = 3 };
enum { READ_LOG = 1, READ_WORK, READ_DEATHS };

static void apply_log(struct world *world, struct intake *intake)
{
    const struct lane *lane = &world->store.lanes[intake->refill_lane - 1];
    int64_t seq = intake->refill_seq > lane->swept ? intake->refill_seq : lane->swept + 1;
    intake->key_count = 0;
    intake->refilled_seq = 0;
    for (int rows = 0; intake->refill_seq && seq <= lane->last_seq && rows < REFILL_ROWS;
         seq++, rows++) {
        const struct log_row *row = &world->store.rows[lane->rows[seq - 1]];
        memcpy(intake->keys + intake->key_count, row->ids, row->count);
        intake->key_count += row->count;
        intake->refilled_seq = seq;
    }
}

static void apply_work(struct world *world, struct intake *intake)
{
    intake->work_count = 0;
    for (size_t i = 0; i < intake->key_count; i++) {
        const struct inquiry *inquiry = &world->store.inquiries[intake->keys[i]];
        if (inquiry->is_judged)
            continue;
        intake->attempts[intake->work_count] = inquiry->death_count;
        intake->work[intake->work_count++] = intake->keys[i];
    }
}

static void apply_deaths(struct world *world, struct intake *intake)
{
    for (uint32_t i = 0; i < intake->death_count; i++)
        store_add_held(world, intake->death_ids[i], intake->death_key);
    for (uint32_t i = 0; i < intake->death_count; i++) {
        const struct inquiry *inquiry = &world->store.inquiries[intake->death_ids[i]];
        intake->deaths[i] = inquiry->is_judged ? DISPATCH_JUDGED : inquiry->death_count;
    }
}

static void read_apply(struct world *world, struct intake *intake)
{
    if (intake->read.what == READ_LOG)
        apply_log(world, intake);
    if (intake->read.what == READ_WORK)
        apply_work(world, intake);
    if (intake->read.what == READ_DEATHS)
        apply_deaths(world, intake);
}

static void take_work(struct intake *intake)
{
    intake->has_keys = false;
    if (intake->refill_seq == 0)
        return;
    for (size_t i = 0; i < intake->work_count; i++)
        intake_offer(intake, intake->work[i], intake->attempts[i]);
    bool is_behind = intake->refilled_seq < intake->last_seq;
    intake->refill_seq = is_behind ? intake->refilled_seq + 1 : 0;
}

/* dispatch_settle drops what is judged only out of a parcel in which something is suspect, and
 * a judged one counts as such. */
static void settle(struct intake *intake)
{
    for (uint32_t i = 0; i < intake->death_count; i++) {
        if (intake->deaths[i] == DISPATCH_JUDGED)
            intake->shadow.held--;
        else
            intake->shadow.known[intake->death_ids[i]] = intake->deaths[i];
    }
    dispatch_settle(intake->dispatch, intake->death_delivery, intake->deaths);
}

static void read_answer(struct intake *intake)
{
    struct call call = intake->read;
    intake->read.what = 0;
    if (call.r < 0)
        return;
    if (call.what == READ_LOG) {
        intake->has_keys = intake->refilled_seq > 0 && intake->refill_seq > 0;
        intake->refill_seq = intake->has_keys ? intake->refill_seq : 0;
    } else if (call.what == READ_WORK) {
        take_work(intake);
    } else {
        settle(intake);
    }
}

static bool ask_deaths(struct world *world, struct intake *intake)
{
    struct dispatch_doubt doubt;
    if (!dispatch_doubt(intake->dispatch, &doubt))
        return false;
    shadow_doubt(world, &intake->shadow, doubt.key);
    intake->death_delivery = doubt.delivery_id;
    intake->death_key = doubt.key;
    intake->death_count = doubt.count;
    for (uint32_t i = 0; i < doubt.count && i < PARCEL; i++)
        intake->death_ids[i] = (uint8_t)doubt.keys[i].inquiry;
    net_call(world, &intake->read, READ_DEATHS);
    return true;
}

void intake_read_ask(struct world *world, struct intake *intake)
{
    if (intake->read.what || ask_deaths(world, intake))
        return;
    bool is_due = intake->refill_seq && intake->lane &&
                  dispatch_room(intake->dispatch) >= intake->window / 2;
    if (intake->has_keys) {
        net_call(world, &intake->read, READ_WORK);
    } else if (is_due) {
        intake->refill_lane = intake->lane;
        net_call(world, &intake->read, READ_LOG);
    }
}

void intake_read_step(struct world *world, struct intake *intake, bool can_hear)
{
    enum call_step step = net_turn(world, &intake->read, can_hear);
    if (step == CALL_APPLY)
        read_apply(world, intake);
    else if (step == CALL_ANSWER)
        read_answer(intake);
}
