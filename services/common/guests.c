/* guests.c - see ekc/guests.h. */
#include "ekc/guests.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const struct ekc_statement ekc_guests_list = {
    "guests_list",
    "SELECT curve_key, role || ':' || id FROM portal WHERE curve_key IS NOT NULL "
    "UNION ALL SELECT curve_key, 'service:' || name FROM service_key",
};

int ekc_guests_admit(ekc_bus *bus, const ekc_result *result)
{
    int count = ekc_result_rows(result);
    struct ekc_guest *guests = calloc((size_t)count + 1, sizeof *guests);
    if (!guests)
        return -ENOMEM;

    for (int i = 0; i < count; i++) {
        (void)snprintf(guests[i].key, sizeof guests[i].key, "%s",
                       ekc_result_text(result, i, 0));
        (void)snprintf(guests[i].identity, sizeof guests[i].identity, "%s",
                       ekc_result_text(result, i, 1));
    }
    int r = ekc_bus_admit(bus, guests, (size_t)count);
    free(guests);
    return r;
}
