/* store.h - every SQL statement of ekc's own tables and of its view of the centre. */
#ifndef EKC_STORE_H
#define EKC_STORE_H

#include "ekc/db.h"

/* Connects to the database of EKC_DB and checks that its schema fits. What is wrong is logged.
 */
EKC_MUST_CHECK int store_open(ekc_sql **ret_sql);

/* Makes the database ekc in a cluster, of which conninfo names another, unless it is there. */
EKC_MUST_CHECK int store_make_database(const char *conninfo);

/* Adds a portal, or gives it another key or role. key may be "": one that has a key keeps it.
 * The server's reason is logged. */
EKC_MUST_CHECK int store_add_portal(ekc_sql *sql, const char *name, const char *key,
                                    const char *role);
bool store_is_portal_name(const char *name);

/* Lets a service in by its public key. */
EKC_MUST_CHECK int store_admit_service(ekc_sql *sql, const char *name, const char *key);

/* Loads a taxonomy (JSON) if its version is newer than what is there. The number of topics
 * loaded, 0 when there was nothing to do. */
EKC_MUST_CHECK int store_load_taxonomy(ekc_sql *sql, const char *json);

/* What is not finished yet, as the log tells: batches that statistics has not counted, and
 * inquiries without a verdict. */
EKC_MUST_CHECK int store_left(ekc_sql *sql, int64_t *ret_left);

enum { STORE_COLUMNS_MAX = 6 };

/* A question to the database and what its columns are called; a column is text or an int8. */
struct store_view {
    const char *name;
    const char *columns[STORE_COLUMNS_MAX]; /* NULL at the end; "text:" before a text's name */
    const char *sql;
};

extern const struct store_view store_portals;
extern const struct store_view store_status[];
extern const size_t store_status_count;

#endif
