/* deaths.c - records that a classifier died holding inquiries, before they go to another; see
 * work.h. */
#include <errno.h>
#include <stdlib.h>

#include "ekc/fault.h"
#include "intake/dispatch.h"
#include "intake/work.h"

bool deaths_are_due(struct intake *intake)
{
    struct dispatch_doubt doubt;
    return dispatch_doubt(intake->dispatch, &doubt);
}

int deaths_start(struct intake *intake)
{
    struct dispatch_doubt doubt;
    ekc_array_clear(&intake->death_portals);
    ekc_array_clear(&intake->death_ids);
    if (!dispatch_doubt(intake->dispatch, &doubt))
        return -ENOENT;

    for (uint32_t i = 0; i < doubt.count; i++) {
        ekc_array_int(&intake->death_portals, doubt.keys[i].portal);
        ekc_array_int(&intake->death_ids, doubt.keys[i].inquiry);
    }
    intake->death_delivery = doubt.delivery_id;
    EKC_FAULT("before_attempt");
    return store_deaths(intake->reader, doubt.key, &intake->death_portals, &intake->death_ids);
}

/* One that could not be recorded stays in doubt, and its chore is due again. */
void deaths_done(struct intake *intake, const struct ekc_reply *reply)
{
    const ekc_result *result = reply->results[1];
    int count = ekc_result_rows(result);
    uint32_t *deaths = calloc((size_t)count + 1, sizeof *deaths);
    if (!deaths)
        return;
    EKC_FAULT("after_attempt");
    for (int i = 0; i < count; i++) {
        bool is_judged = ekc_result_int(result, i, 0);
        deaths[i] = is_judged ? DISPATCH_JUDGED : (uint32_t)ekc_result_int(result, i, 1);
        intake->counters.deaths += !is_judged;
    }
    dispatch_settle(intake->dispatch, intake->death_delivery, deaths);
    free(deaths);
}
