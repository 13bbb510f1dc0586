/* item.h - an inquiry as the database gives it, read as the wire would bring it. */
#ifndef CLASSIFIER_ITEM_H
#define CLASSIFIER_ITEM_H

#include "ekc/wire.h"
#include "store.h"

/* Reads the ITEM_… columns of a row. The strings are lent by the result. */
void item_read(const ekc_result *rows, int row, Ekc__V1__WorkItem *ret_item);

#endif
