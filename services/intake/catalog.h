/* catalog.h - what inquiries are sorted by, as the database has it. */
#ifndef INTAKE_CATALOG_H
#define INTAKE_CATALOG_H

#include "ekc/db.h"
#include "ekc/wire.h"

struct catalog;

/* Reads the five results of store_catalog. -ENOMEM; -EPROTO when there is no taxonomy. */
EKC_MUST_CHECK int catalog_read(struct catalog **ret_catalog, const struct ekc_reply *reply);
void catalog_free(struct catalog **catalog);

/* For struct validate_rules; self is a struct catalog. */
bool catalog_has_channel(void *self, const char *id);
bool catalog_has_okrug(void *self, const char *id);
bool catalog_has_topic(void *self, const char *id);

/* The answer to GetCatalog, lent. */
const Ekc__V1__Catalog *catalog_message(const struct catalog *catalog);

#endif
