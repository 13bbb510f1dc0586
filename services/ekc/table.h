/* table.h - views of the store on stdout: as aligned text, or as one JSON object. */
#ifndef EKC_TABLE_H
#define EKC_TABLE_H

#include "store.h"

/* Asks each view and prints it under its name. A failure is logged by the database's door. */
EKC_MUST_CHECK int table_print(ekc_sql *sql, const struct store_view *views, size_t count,
                               bool is_json);

#endif
