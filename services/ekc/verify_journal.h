/* verify_journal.h - journals of `ekc submit --journal`: one JSON object a line. */
#ifndef EKC_VERIFY_JOURNAL_H
#define EKC_VERIFY_JOURNAL_H

#include "verify_store.h"

/* A function that takes entries; lent during the call. */
typedef int verify_entries_fn(void *self, const struct verify_entry *entries, size_t count);

/* Reads a journal and hands its entries on, some thousand at a time. A last line that was cut
 * off is left out. What is wrong is logged with its line. -EINVAL: a line is no entry; -errno
 * of open(2); the first negative result of take. */
EKC_MUST_CHECK int verify_journal_read(const char *path, verify_entries_fn *take, void *self);

#endif
