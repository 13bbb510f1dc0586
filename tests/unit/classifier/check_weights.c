/* check_weights.c - how evidence becomes votes. */
#include "classifier/weights.h"

#include "support/ekc_check.h"

enum { TOPICS = 6, RARE = 1, COMMON = 2, SILENT = 3, FEATURES = 4 };

/* Topics 0 and 1 are one area; RARE is known of topic 0, COMMON of all. */
static weights *settled(void)
{
    static const uint16_t area_of[TOPICS] = { 0, 0, 2, 3, 4, 5 };
    weights *book = NULL;

    ck_ok(weights_new(&book));
    ck_ok(weights_note(book, RARE, 0, WEIGHTS_EVIDENCE_ONE));
    for (uint16_t i = 0; i < TOPICS; i++)
        ck_ok(weights_note(book, COMMON, i, WEIGHTS_EVIDENCE_ONE));
    ck_ok(weights_settle(book, FEATURES, area_of, TOPICS));
    return book;
}

static uint16_t vote(const weights *book, uint32_t feature, uint16_t topic)
{
    struct weights_votes votes = weights_of(book, feature);

    for (size_t i = 0; i < votes.count; i++)
        if (votes.votes[i].topic == topic)
            return votes.votes[i].weight;
    return 0;
}

START_TEST(what_occurs_in_many_topics_weighs_little)
{
    EKC_CLEANUP(weights_free) weights *book = settled();

    ck_assert_uint_gt(vote(book, COMMON, 0), 0);
    ck_assert_uint_gt(vote(book, RARE, 0), 2 * vote(book, COMMON, 0));
}
END_TEST

START_TEST(topics_of_an_area_share_a_little_and_strangers_nothing)
{
    EKC_CLEANUP(weights_free) weights *book = settled();

    ck_assert_uint_gt(vote(book, RARE, 1), 0);
    ck_assert_uint_lt(vote(book, RARE, 1), vote(book, RARE, 0));
    ck_assert_uint_eq(vote(book, RARE, 2), 0);
}
END_TEST

START_TEST(a_feature_without_evidence_has_no_votes)
{
    EKC_CLEANUP(weights_free) weights *book = settled();

    ck_assert_uint_eq(weights_of(book, 0).count, 0);
    ck_assert_uint_eq(weights_of(book, SILENT).count, 0);
    ck_assert_uint_eq(weights_of(book, FEATURES).count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("weights");
    TCase *votes = tcase_create("votes");

    tcase_add_test(votes, what_occurs_in_many_topics_weighs_little);
    tcase_add_test(votes, topics_of_an_area_share_a_little_and_strangers_nothing);
    tcase_add_test(votes, a_feature_without_evidence_has_no_votes);
    suite_add_tcase(suite, votes);
    return ekc_check_run(suite);
}
