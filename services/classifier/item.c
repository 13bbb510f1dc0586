/* item.c - see item.h. */
#include "item.h"

#include "ekc/words.h"

/* The strings are lent by the result, whose bytes nobody changes. */
void item_read(const ekc_result *rows, int i, Ekc__V1__WorkItem *ret_item)
{
    ekc__v1__work_item__init(ret_item);
    ret_item->portal = (int32_t)ekc_result_int(rows, i, ITEM_PORTAL);
    ret_item->inquiry = ekc_result_int(rows, i, ITEM_INQUIRY);
    ret_item->created_at_us = ekc_result_moment(rows, i, ITEM_CREATED_AT);
    ret_item->channel = (char *)ekc_result_text(rows, i, ITEM_CHANNEL);
    ret_item->applicant_kind = ekc_kind_of(ekc_result_text(rows, i, ITEM_APPLICANT_KIND));
    ret_item->okrug = (char *)ekc_result_text(rows, i, ITEM_OKRUG);
    ret_item->regime = (char *)ekc_result_text(rows, i, ITEM_REGIME);
    ret_item->subject = (char *)ekc_result_text(rows, i, ITEM_SUBJECT);
    ret_item->text = (char *)ekc_result_text(rows, i, ITEM_BODY);
}
