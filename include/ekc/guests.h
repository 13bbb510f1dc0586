/* guests.h - who may come in, as the database has it: portals and services by their key.
 *
 * Identities read "portal:ID", "admin:ID" and "service:NAME". A worker that binds an end runs
 * ekc_guests_list every EKC_GUESTS_PERIOD_MS, so that a new key needs no restart. */
#ifndef EKC_GUESTS_H
#define EKC_GUESTS_H

#include "ekc/db.h"

enum { EKC_GUESTS_PERIOD_MS = 2000 };

/* For ekc_db_add, without parameters: one row for each key, (key, identity). */
extern const struct ekc_statement ekc_guests_list;

/* Admits to the bus those that ekc_guests_list gave. -ENOMEM; what ekc_bus_admit fails with. */
EKC_MUST_CHECK int ekc_guests_admit(ekc_bus *bus, const ekc_result *result);

#endif
