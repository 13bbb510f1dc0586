/* store_dead.h - the inquiries whose verdict is dead: what killed workers, and their revival.
 */
#ifndef EKC_STORE_DEAD_H
#define EKC_STORE_DEAD_H

#include "store.h"

extern const struct store_view store_dead_list;

/* One of them, by id; rows of (what, value), of nothing where there is no such. Never its text.
 */
EKC_MUST_CHECK int store_dead_show(ekc_sql *sql, int64_t id, ekc_result **ret_rows);

/* Has it, or all of them (id 0), judged again by the classifiers. How many. */
EKC_MUST_CHECK int store_dead_revive(ekc_sql *sql, int64_t id);

#endif
