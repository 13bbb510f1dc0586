/* store.c - see store.h. */
#include "store.h"

#include <errno.h>
#include <string.h>

#define CONSUMER "'statistics'"

/* The counters and the cursor stand or fall together, and what a crash of the server takes is
 * counted again from the log: so the commit need not wait for the disk. */
static const struct ekc_statement hurry = {
    "stat_hurry",
    "SELECT set_config('synchronous_commit', 'off', true)",
};

static const struct ekc_statement new_cursors = {
    "stat_new_cursors",
    "INSERT INTO stat_cursor (consumer, lane_id) SELECT " CONSUMER ", lane "
    "FROM unnest($1::int4[]) AS lane ORDER BY lane ON CONFLICT DO NOTHING",
};

static const struct ekc_statement move_cursors = {
    "stat_move_cursors",
    "WITH step AS (SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], "
    "$5::int8[]) AS step(lane, old, new, wire, sweep)), "
    "moved AS (UPDATE stat_cursor AS c SET pos = step.new, wire = c.wire + step.wire, "
    "sweep = c.sweep + step.sweep FROM step "
    "WHERE c.consumer = " CONSUMER
    " AND c.lane_id = step.lane AND c.pos = step.old RETURNING 1) "
    "SELECT ekc_require((SELECT count(*) FROM moved) = (SELECT count(*) FROM step), "
    "'a cursor of statistics has moved')",
};

static const struct ekc_statement add_counters = {
    "stat_add_counters",
    "INSERT INTO stat_counter AS c (rollup, day, a, b, n) "
    "SELECT * FROM unnest($1::int2[], $2::date[], $3::text[], $4::text[], $5::int8[]) "
    "ON CONFLICT (rollup, day, a, b) DO UPDATE SET n = c.n + excluded.n",
};

static const struct ekc_statement keep_turn = {
    "stat_keep_turn",
    "WITH kept AS (UPDATE stat_turn SET lease_until = now() + interval '5 s', "
    "as_of = greatest(as_of, $2::timestamptz) "
    "WHERE consumer = " CONSUMER " AND owner = $1::int8 RETURNING 1) "
    "SELECT ekc_require(EXISTS (SELECT FROM kept), 'another worker counts now')",
};

static const struct ekc_statement take_turn = {
    "stat_take_turn",
    "INSERT INTO stat_turn AS t (consumer, owner, lease_until, as_of) "
    "VALUES (" CONSUMER ", $1::int8, now() + interval '5 s', 'epoch') "
    "ON CONFLICT (consumer) DO UPDATE SET owner = excluded.owner, "
    "lease_until = excluded.lease_until "
    "WHERE t.owner = excluded.owner OR t.lease_until < now() RETURNING 1",
};

static const struct ekc_statement leave_turn = {
    "stat_leave_turn",
    "UPDATE stat_turn SET lease_until = now() - interval '1 s' "
    "WHERE consumer = " CONSUMER " AND owner = $1::int8",
};

static const struct ekc_statement list_lanes = {
    "stat_lanes",
    "SELECT l.id, coalesce(c.pos, 0), l.last_seq FROM lane AS l LEFT JOIN stat_cursor AS c "
    "ON c.consumer = " CONSUMER " AND c.lane_id = l.id ORDER BY l.id",
};

static const struct ekc_statement read_log = {
    "stat_log",
    "SELECT seq, events FROM event_log WHERE lane_id = $1::int4 AND seq > $2::int8 "
    "ORDER BY seq LIMIT $3::int4",
};

static const struct ekc_statement list_rollups = {
    "stat_rollups",
    "SELECT id, measure, grain = 'month', a, b FROM stat_rollup ORDER BY id",
};

static int add(ekc_db *db, int r, const struct ekc_statement *statement,
               const struct ekc_params *params)
{
    return r < 0 ? r : ekc_db_add(db, statement, params);
}

/* --- counting ------------------------------------------------------------------------------
 */

/* The columns of struct store_page, in order. */
static const enum ekc_type types[STORE_COLUMNS] = {
    EKC_INT4, EKC_INT8, EKC_INT8, EKC_INT8, EKC_INT8, /* lane, from, to, wire, sweep */
    EKC_INT2, EKC_DAY,  EKC_TEXT, EKC_TEXT, EKC_INT8, /* rollup, day, a, b, n */
};

enum { STEP_COLUMNS = 5, COUNTER_COLUMNS = STORE_COLUMNS - STEP_COLUMNS };

static struct ekc_bytes text(const char *value)
{
    return (struct ekc_bytes){ value, strlen(value) };
}

static void put_counter(void *self, const struct tally_row *row)
{
    struct ekc_array *columns = self;
    ekc_array_int(&columns[0], row->rollup);
    ekc_array_int(&columns[1], row->day);
    ekc_array_bytes(&columns[2], text(row->a));
    ekc_array_bytes(&columns[3], text(row->b));
    ekc_array_int(&columns[4], row->n);
}

static void put_page(struct store_page *columns, const struct ledger_page *page)
{
    for (size_t i = 0; i < STORE_COLUMNS; i++) {
        columns->arrays[i].type = types[i];
        ekc_array_clear(&columns->arrays[i]);
    }
    for (size_t i = 0; i < page->step_count; i++) {
        const struct ledger_step *step = &page->steps[i];
        ekc_array_int(&columns->arrays[0], step->lane);
        ekc_array_int(&columns->arrays[1], step->from);
        ekc_array_int(&columns->arrays[2], step->to);
        ekc_array_int(&columns->arrays[3], step->events[FOLLOW_WIRE]);
        ekc_array_int(&columns->arrays[4], step->events[FOLLOW_SWEEP]);
    }
    tally_each(page->tally, put_counter, &columns->arrays[STEP_COLUMNS]);
}

static int add_columns(ekc_db *db, int r, const struct ekc_statement *statement,
                       struct ekc_array *columns, size_t count)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    for (size_t i = 0; i < count; i++)
        ekc_params_array(&params, &columns[i]);
    return add(db, r, statement, &params);
}

int store_add_page(ekc_db *db, int64_t owner, const struct ledger_page *page,
                   struct store_page *columns)
{
    struct ekc_params none, turn;
    ekc_params_clear(&none);
    ekc_params_clear(&turn);
    ekc_params_int8(&turn, owner);
    ekc_params_moment(&turn, page->newest_us);
    put_page(columns, page);

    int r = add(db, 0, &hurry, &none);
    r = add_columns(db, r, &new_cursors, columns->arrays, 1);
    r = add_columns(db, r, &move_cursors, columns->arrays, STEP_COLUMNS);
    r = add_columns(db, r, &add_counters, &columns->arrays[STEP_COLUMNS], COUNTER_COLUMNS);
    return add(db, r, &keep_turn, &turn);
}

void store_page_done(struct store_page *columns)
{
    for (size_t i = 0; i < STORE_COLUMNS; i++)
        ekc_array_done(&columns->arrays[i]);
}

int store_add_watch(ekc_db *db, int64_t owner)
{
    struct ekc_params turn, none;
    ekc_params_clear(&none);
    ekc_params_clear(&turn);
    ekc_params_int8(&turn, owner);
    return add(db, add(db, 0, &take_turn, &turn), &list_lanes, &none);
}

int store_add_leave(ekc_db *db, int64_t owner)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int8(&params, owner);
    return add(db, 0, &leave_turn, &params);
}

int store_add_log(ekc_db *db, int32_t lane, int64_t pos)
{
    struct ekc_params params;
    ekc_params_clear(&params);
    ekc_params_int4(&params, lane);
    ekc_params_int8(&params, pos);
    ekc_params_int4(&params, STORE_LOG_ROWS);
    return add(db, 0, &read_log, &params);
}

/* --- what is kept --------------------------------------------------------------------------
 */

int store_add_rollups(ekc_db *db)
{
    struct ekc_params none;
    ekc_params_clear(&none);
    return add(db, 0, &list_rollups, &none);
}

int store_read_rollups(const ekc_result *result, struct rollups *ret_rollups)
{
    int count = ekc_result_rows(result);
    if (count > ROLLUP_MAX)
        return -E2BIG;

    for (int i = 0; i < count; i++)
        ret_rollups->rows[i] =
            (struct rollup){ .id = (int16_t)ekc_result_int(result, i, 0),
                             .measure = (enum measure)ekc_result_int(result, i, 1),
                             .is_monthly = ekc_result_int(result, i, 2) != 0,
                             .a = (enum dimension)ekc_result_int(result, i, 3),
                             .b = (enum dimension)ekc_result_int(result, i, 4) };
    ret_rollups->count = (size_t)count;
    return 0;
}
