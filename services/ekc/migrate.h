/* migrate.h - a database brought to this version: schema and taxonomy. */
#ifndef EKC_MIGRATE_H
#define EKC_MIGRATE_H

#include "ekc/db.h"

/* Applies what is missing. What is wrong is logged. */
EKC_MUST_CHECK int migrate_database(ekc_sql *sql);

#endif
