/* check_feed.c - what a feed tells: to services alone, by credit, the newest it holds. */
#include "ekc/feed.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/peer.h"
#include "ekc/post.h"
#include "support/ekc_check.h"
#include "support/listener.h"
#include "support/port.h"

enum { ROUNDS = 60, RING_MAX = 4096, LISTENER_MAX = 32, CREDIT_MAX = 1024 };

enum { CENTRE, SERVICE, PORTAL, SIDES };

static const char *const identities[SIDES] = { "service:intake", "service:statistics",
                                               "portal:12" };

static ekc_loop *loop;
static ekc_bus *buses[SIDES];
static ekc_feed *feed;
static ekc_peers *peers;
static struct listener service, second, portal;
static char address[ADDRESS_SIZE];
static int64_t published;

static int open_feed(void)
{
    return ekc_feed_open(&feed, loop, buses[CENTRE], address, EKC__V1__ROLE__ROLE_INTAKE);
}

/* The feed's bus is the one that the loop lets guests into. */
static void begin(void)
{
    struct ekc_keypair pairs[SIDES];
    struct ekc_guest guests[SIDES] = { 0 };
    for (int i = 0; i < SIDES; i++) {
        ck_ok(ekc_keypair_new(&pairs[i]));
        ck_ok(ekc_bus_new(&buses[i], &(struct ekc_bus_options){ pairs[i].secret_key,
                                                                pairs[CENTRE].public_key }));
        memcpy(guests[i].key, pairs[i].public_key, EKC_KEY_SIZE);
        (void)snprintf(guests[i].identity, EKC_IDENTITY_SIZE, "%s", identities[i]);
    }
    free_address(address);
    (void)setenv("EKC_EVENTS", address, 1);
    ck_ok(ekc_bus_admit(buses[CENTRE], guests, SIDES));
    ck_ok(ekc_loop_new(&loop));
    ekc_loop_attach(loop, buses[CENTRE]);
    ck_ok(open_feed());
    listener_open(&service, loop, buses[SERVICE], address);
    listener_open(&second, loop, buses[SERVICE], address);
    listener_open(&portal, loop, buses[PORTAL], address);
    published = 0;
}

static void finish(void)
{
    ekc_peers_close(&peers);
    ekc_feed_close(&feed);
    ekc_feed_close(&feed);
    listener_close(&service);
    listener_close(&second);
    listener_close(&portal);
    for (int i = 0; i < SIDES; i++)
        ekc_bus_close(&buses[i]);
    ekc_loop_free(&loop);
}

static void publish(const void *batch, size_t len)
{
    published++;
    ekc_feed_publish(feed, 3, published, 2, (struct ekc_bytes){ batch, len });
}

START_TEST(who_comes_late_gets_what_is_held)
{
    for (int i = 0; i < 3; i++)
        publish("batch", 5);
    listener_hello(&service, 10);
    listener_hears(&service, 1, 3);
    ck_assert_int_eq(service.first, 1);
    publish("batch", 5);
    listener_hears(&service, 1, 4);
}
END_TEST

START_TEST(credit_bounds_what_is_sent)
{
    listener_hello(&service, 2);
    listener_hears(&service, 1, 0);
    for (int i = 0; i < 6; i++)
        publish("batch", 5);
    listener_hears(&service, 1, 2);
    listener_hello(&service, 2); /* a sign of life is no credit */
    listener_hears(&service, 2, 2);
    listener_credit(&service, 1);
    listener_hears(&service, 2, 3);
    listener_credit(&service, 2);
    listener_hello(&service, 2);
    listener_hears(&service, 3, 5);
}
END_TEST

START_TEST(no_credit_is_larger_than_an_end_can_hold)
{
    listener_hello(&service, UINT32_MAX);
    listener_hears(&service, 1, 0);
    for (int i = 0; i < CREDIT_MAX + 10; i++)
        publish("batch", 5);
    listener_hears(&service, 1, CREDIT_MAX);
    listener_credit(&service, 3);
    listener_hears(&service, 1, CREDIT_MAX + 3);
    listener_credit(&service, UINT32_MAX); /* more than it holds */
    listener_hears(&service, 1, CREDIT_MAX + 10);
    for (int i = 0; i < CREDIT_MAX + 10; i++)
        publish("batch", 5);
    listener_hears(&service, 1, 2 * CREDIT_MAX + 3); /* 7 it held */
}
END_TEST

START_TEST(credit_bounds_the_bytes_that_are_sent)
{
    static const uint8_t batch[1000] = "batch"; /* packed it takes some 20 more */
    listener_hello_of(&service, 100, 3500);
    listener_hears(&service, 1, 0);
    for (int i = 0; i < 8; i++)
        publish(batch, sizeof batch);
    listener_hears(&service, 1, 3);
    listener_ping(&service, 0);
    listener_await(&service, &service.pongs, 1);
    listener_hears(&service, 1, 3);
    listener_credit(&service, 1);
    listener_hears(&service, 1, 4);
    listener_credit(&service, 3);
    listener_hears(&service, 1, 7);
}
END_TEST

START_TEST(credit_gives_back_the_bytes_of_the_oldest_batches)
{
    static const uint8_t batch[1000] = "batch";
    const size_t sizes[] = { 100, 1000, 1000, 400, 300, 300 };
    listener_hello_of(&service, 100, 2600);
    for (size_t i = 0; i < EKC_COUNT(sizes); i++)
        publish(batch, sizes[i]);
    listener_hears(&service, 1, 4); /* 2500, and what frames them */
    listener_credit(&service, 1);   /* of 100 */
    listener_ping(&service, 0);
    listener_await(&service, &service.pongs, 1);
    listener_hears(&service, 1, 4);
    listener_credit(&service, 1); /* of 1000 */
    listener_hears(&service, 1, 6);
}
END_TEST

START_TEST(a_batch_larger_than_all_credit_goes_alone)
{
    static const uint8_t batch[5000] = "batch";
    listener_hello_of(&service, 100, 1000);
    publish("batch", 5);
    publish(batch, sizeof batch);
    publish("batch", 5);
    listener_hears(&service, 1, 1);
    listener_credit(&service, 1);
    listener_hears(&service, 1, 2);
    listener_credit(&service, 1);
    listener_hears(&service, 1, 3);
}
END_TEST

START_TEST(who_pings_is_answered_if_it_is_known)
{
    listener_ping(&service, 5);
    listener_await(&service, &service.byes, 1);
    ck_assert_int_eq(service.pongs, 0);
    listener_hello(&service, 10);
    listener_ping(&service, 7);
    listener_await(&service, &service.pongs, 1);
    ck_assert_uint_eq(service.progress, 7);
    ck_assert_int_eq(service.byes, 1);
}
END_TEST

START_TEST(who_comes_another_way_goes_on_with_what_it_has_not_returned)
{
    listener_hello(&service, 3);
    for (int i = 0; i < 5; i++)
        publish("batch", 5);
    listener_hears(&service, 1, 3);
    listener_credit(&service, 1);
    listener_hears(&service, 1, 4);

    second.incarnation = service.incarnation;
    listener_hello(&second, 3);
    listener_hears(&second, 1, 3);
    ck_assert_int_eq(second.first, 2);
    listener_ping(&service, 0);
    listener_await(&service, &service.byes, 1);
}
END_TEST

START_TEST(a_feed_has_left_when_its_listeners_have_read_its_bye)
{
    listener_hello(&service, 10);
    listener_hears(&service, 1, 0);
    ck_assert(!ekc_feed_has_left(feed));
    publish("batch", 5);
    ekc_feed_leave(feed);
    listener_await(&service, &service.byes, 1);
    ck_assert_int_eq(service.batches, 1);
    ck_assert(!ekc_feed_has_left(feed));

    listener_hello(&service, 10);
    listener_await(&service, &service.byes, 2);
    ck_assert(ekc_feed_has_left(feed));
    ck_assert_int_eq(service.welcomes, 1);
}
END_TEST

START_TEST(who_listens_twice_begins_twice)
{
    publish("batch", 5);
    listener_hello(&service, 10);
    listener_hears(&service, 1, 1);
    listener_hello(&second, 10);
    listener_hears(&second, 1, 1);
    publish("batch", 5);
    listener_hears(&service, 1, 2);
    listener_hears(&second, 1, 2);
}
END_TEST

/* Publishes and waits until second has it, so often that whoever else listened had service. */
static void play_rounds(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        publish("batch", 5);
        listener_hears(&second, second.welcomes, second.batches + 1);
    }
}

START_TEST(bye_ends_it_and_hello_begins_anew)
{
    listener_hello(&service, 1000);
    listener_hears(&service, 1, 0);
    listener_hello(&second, 1000);
    listener_hears(&second, 1, 0);
    listener_bye(&service);
    play_rounds();
    listener_turn(&service, 0);
    ck_assert_int_lt(service.batches, ROUNDS / 2);

    service.welcomes = service.batches = 0;
    listener_hello(&service, 1000);
    listener_hears(&service, 1, ROUNDS);
    ck_assert_int_eq(service.first, 1);
}
END_TEST

START_TEST(services_alone_are_told)
{
    listener_hello(&portal, 1000);
    listener_hello(&second, 1000);
    listener_hears(&second, 1, 0);
    play_rounds();
    listener_turn(&portal, 0);
    ck_assert_int_eq(portal.welcomes, 0);
    ck_assert_int_eq(portal.batches, 0);
}
END_TEST

START_TEST(a_slow_listener_loses_the_oldest_batches)
{
    listener_hello(&service, 1);
    listener_hears(&service, 1, 0);
    for (int i = 0; i < RING_MAX + 10; i++)
        publish("batch", 5);
    listener_hears(&service, 1, 1);
    ck_assert_int_eq(service.first, 1);
    service.batches = 0;
    listener_credit(&service, 1);
    listener_hears(&service, 1, 1);
    ck_assert_int_eq(service.first, 11);
}
END_TEST

START_TEST(large_batches_take_no_more_than_8_mb)
{
    static uint8_t large[200 * 1024] = "batch";
    for (int i = 0; i < 100; i++)
        publish(large, sizeof large);
    listener_hello(&service, 1000);
    listener_hears(&service, 1, 41); /* 41 * 200 KiB are the first over 8 MiB */
    ck_assert_int_eq(service.last, 100);
}
END_TEST

static const struct ekc_bytes nonsense[] = {
    { "\xff\xff\xff", 3 },
    { "", 0 },
    { "\xc2\x02\x02\x18\x00", 5 }, /* a Hello without an incarnation */
    { "\xea\x02\x02\x08\x05", 5 }, /* a Credit before any Hello */
    { "\xf2\x02\x00", 3 },         /* a Bye before any Hello */
    { "\x72\x00", 2 },             /* GetCatalog */
};

START_TEST(nonsense_is_passed_over)
{
    publish("batch", 5);
    listener_say(&service, nonsense[_i]);
    listener_hello(&service, 10);
    listener_hears(&service, 1, 1);
}
END_TEST

START_TEST(more_listeners_than_it_holds_are_told_bye)
{
    struct listener all[LISTENER_MAX];
    for (int i = 0; i < LISTENER_MAX; i++) {
        listener_open(&all[i], loop, buses[SERVICE], address);
        listener_hello(&all[i], 10);
        listener_hears(&all[i], 1, 0);
    }
    listener_hello(&service, 10);
    publish("batch", 5);
    for (int i = 0; i < LISTENER_MAX; i++)
        listener_hears(&all[i], 1, 1);
    listener_await(&service, &service.byes, 1);
    listener_hears(&service, 0, 0);

    listener_bye(&all[0]);
    for (int i = 0; i < LISTENER_TURNS && service.batches == 0; i++) {
        listener_hello(&service, 10);
        listener_turn(&service, LISTENER_TURN_MS);
    }
    ck_assert_int_eq(service.batches, 1);
    for (int i = 0; i < LISTENER_MAX; i++)
        listener_close(&all[i]);
}
END_TEST

static void take_message(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope)
{
    (void)peer;
    listener_note(self, envelope);
}

static void open_peers(void)
{
    const struct ekc_peers_options options = { .setting = "EKC_EVENTS",
                                               .role = EKC__V1__ROLE__ROLE_STATISTICS,
                                               .credit = 10,
                                               .on_message = take_message,
                                               .self = &service };
    ck_ok(ekc_peers_open(&peers, loop, buses[SERVICE], &options));
}

START_TEST(consumers_follow_a_feed_that_starts_again)
{
    publish("batch", 5);
    open_peers();
    listener_hears(&service, 0, 1);

    ekc_feed_close(&feed);
    ck_ok_when_free(open_feed(), ekc_loop_turn(loop, 10));
    publish("batch", 5);
    listener_hears(&service, 0, 2);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
}
END_TEST

START_TEST(consumers_have_read_all_when_a_feed_has_left)
{
    open_peers();
    publish("batch", 5);
    listener_hears(&service, 0, 1);
    for (int i = 0; i < 9; i++)
        publish("batch", 5);
    ekc_feed_leave(feed);
    for (int i = 0; i < LISTENER_TURNS && !ekc_feed_has_left(feed); i++)
        ck_ok(ekc_loop_turn(loop, LISTENER_TURN_MS));
    ck_assert(ekc_feed_has_left(feed));
    ck_assert_int_eq(service.batches, 10);
}
END_TEST

/* As when the feed forgot it for a silence: another comes in its name, and goes. */
START_TEST(a_consumer_that_the_feed_has_forgotten_comes_back)
{
    open_peers();
    publish("batch", 5);
    listener_hears(&service, 0, 1);
    second.incarnation = ekc_self_incarnation();
    listener_hello(&second, 10);
    listener_hears(&second, 1, 1);
    listener_bye(&second);
    publish("batch", 5);
    service.batches = 0;
    listener_hears(&service, 0, 2);
    ck_assert_int_eq(service.first, 1);
}
END_TEST

START_TEST(an_address_in_use_is_told_as_such)
{
    ekc_feed *other = NULL;
    ck_fails(ekc_feed_open(&other, loop, buses[CENTRE], address, EKC__V1__ROLE__ROLE_INTAKE),
             EADDRINUSE);
    ck_assert_ptr_null(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("feed");
    TCase *listeners = tcase_create("listeners");

    tcase_set_timeout(listeners, 30);
    tcase_add_checked_fixture(listeners, begin, finish);
    tcase_add_test(listeners, who_comes_late_gets_what_is_held);
    tcase_add_test(listeners, credit_bounds_what_is_sent);
    tcase_add_test(listeners, no_credit_is_larger_than_an_end_can_hold);
    tcase_add_test(listeners, credit_bounds_the_bytes_that_are_sent);
    tcase_add_test(listeners, credit_gives_back_the_bytes_of_the_oldest_batches);
    tcase_add_test(listeners, a_batch_larger_than_all_credit_goes_alone);
    tcase_add_test(listeners, who_pings_is_answered_if_it_is_known);
    tcase_add_test(listeners, who_comes_another_way_goes_on_with_what_it_has_not_returned);
    tcase_add_test(listeners, a_feed_has_left_when_its_listeners_have_read_its_bye);
    tcase_add_test(listeners, consumers_have_read_all_when_a_feed_has_left);
    tcase_add_test(listeners, who_listens_twice_begins_twice);
    tcase_add_test(listeners, bye_ends_it_and_hello_begins_anew);
    tcase_add_test(listeners, services_alone_are_told);
    tcase_add_test(listeners, a_slow_listener_loses_the_oldest_batches);
    tcase_add_test(listeners, large_batches_take_no_more_than_8_mb);
    tcase_add_loop_test(listeners, nonsense_is_passed_over, 0, EKC_COUNT(nonsense));
    tcase_add_test(listeners, more_listeners_than_it_holds_are_told_bye);
    tcase_add_test(listeners, consumers_follow_a_feed_that_starts_again);
    tcase_add_test(listeners, a_consumer_that_the_feed_has_forgotten_comes_back);
    tcase_add_test(listeners, an_address_in_use_is_told_as_such);
    suite_add_tcase(suite, listeners);
    return ekc_check_run(suite);
}
