/* intern.h - gives every distinct run of bytes a number: 1, 2, 3 … in order of arrival. */
#ifndef INTERN_H
#define INTERN_H

#include "ekc/base.h"

typedef struct intern intern;

/* An empty register, the caller's. -ENOMEM. */
EKC_MUST_CHECK int intern_new(intern **ret_intern);

/* The number of key, given to it now if it is new; the bytes are copied. -ENOMEM. */
EKC_MUST_CHECK int intern_add(intern *self, struct ekc_bytes key, uint32_t *ret_id);

/* The number of key, 0 if it never arrived. */
uint32_t intern_find(const intern *self, struct ekc_bytes key);

/* How many keys there are, which is also the highest number. */
uint32_t intern_count(const intern *self);

/* Well-mixed 64 bits of key, the same in every run. */
uint64_t intern_hash(struct ekc_bytes key);

/* Frees *self and sets it to NULL; NULL is fine. */
void intern_free(intern **self);

#endif
