/* probe.c - asks a database that was not well for a write that leaves nothing behind. */
#include "intake/writer.h"

static void probed(void *self, const struct ekc_reply *reply)
{
    struct writer *writer = self;
    writer->is_waiting = false;
    mood_hear(&writer->intake->mood, reply, ekc_tick_ms());
    writer_pump(writer);
}

/* The insert of no inquiry needs the same schema and the same rights as any other. */
void probe_start(struct writer *writer)
{
    store_columns_clear(&writer->columns);
    int r = store_insert(writer->db, &writer->columns, &writer->lane);
    if (r == 0)
        r = store_probe_space(writer->db);
    writer->is_waiting = r == 0 && ekc_db_run(writer->db, probed, writer) == 0;
}
