/* schema.h - which schema this build needs, and which one a database has. */
#ifndef EKC_SCHEMA_H
#define EKC_SCHEMA_H

#include "ekc/db.h"

/* One migration, embedded in the program: services/<owner>/schema/NNN_what.sql. */
struct ekc_migration {
    int number;
    const char *name;  /* "001_portal" */
    const char *owner; /* the service whose tables it makes */
    const char *sql;
};

/* All migrations in order of number; generated from the tree. */
extern const struct ekc_migration ekc_migrations[];
extern const size_t ekc_migration_count;

/* The version this build needs: the highest number. */
int ekc_schema_needed(void);

/* Asks a database for its version: one row, one int4 (0 when it has none). */
extern const struct ekc_statement ekc_schema_version;

/* Applies what is missing, each in a transaction of its own, under a lock; logs each. The
 * number applied, or -errno. -EINVAL: the database is newer than this build. */
EKC_MUST_CHECK int ekc_schema_migrate(ekc_sql *sql);

#endif
