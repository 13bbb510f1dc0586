/* report_store.c - see report_store.h. */
#include "report_store.h"

int report_store_agreement(ekc_sql *sql, int64_t *ret_compared, int64_t *ret_agreed)
{
    static const char text[] =
        "SELECT count(*), count(*) FILTER (WHERE first.topic = i.category) "
        "FROM inquiry AS i JOIN topic AS t ON t.id = i.category "
        "JOIN verdict AS v ON v.portal_id = i.portal_id AND v.inquiry_id = i.id "
        "LEFT JOIN verdict_topic AS first ON first.portal_id = v.portal_id "
        "AND first.inquiry_id = v.inquiry_id AND first.n = v.n AND first.k = 1 "
        "WHERE NOT EXISTS (SELECT FROM verdict AS later WHERE later.portal_id = v.portal_id "
        "AND later.inquiry_id = v.inquiry_id AND later.n > v.n)";
    EKC_CLEANUP(ekc_result_free) ekc_result *result = NULL;
    int r = ekc_sql_run(sql, text, NULL, &result);
    if (r < 0)
        return r;

    *ret_compared = ekc_result_int(result, 0, 0);
    *ret_agreed = ekc_result_int(result, 0, 1);
    return 0;
}
