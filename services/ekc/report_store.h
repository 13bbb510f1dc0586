/* report_store.h - the one figure of the report that no counter holds. */
#ifndef EKC_REPORT_STORE_H
#define EKC_REPORT_STORE_H

#include "ekc/db.h"

/* How many inquiries whose portal gave a topic of the Catalog as category have a verdict, and
 * in how many of them the current verdict is that topic. */
EKC_MUST_CHECK int report_store_agreement(ekc_sql *sql, int64_t *ret_compared,
                                          int64_t *ret_agreed);

#endif
