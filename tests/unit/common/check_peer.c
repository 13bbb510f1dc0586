/* check_peer.c - a consumer greets its producers, keeps them posted, and begins anew with those
 * that fall silent. */
#include "ekc/peer.h"

#include <errno.h>
#include <stdio.h>
#include <zmq.h>

#include "support/ekc_check.h"
#include "support/port.h"
#include "support/producer.h"

enum { TURNS = 2000, TURN_MS = 10, CREDIT = 7, CREDIT_BYTES = 4096, SILENCE_MS = 5000 };

static ekc_loop *loop;
static ekc_bus *ours, *theirs;
static struct producer producer;
static ekc_peers *peers;
static char address[ADDRESS_SIZE];
static uint64_t progress, waiting;

static int heard; /* messages that reached the consumer, and the last of them */
static uint64_t heard_from, heard_credit;

static void take_message(void *self, uint64_t peer, const Ekc__V1__Envelope *message)
{
    (void)self;
    ck_assert_int_eq(message->body_case, EKC__V1__ENVELOPE__BODY_CREDIT);
    heard++;
    heard_from = peer;
    heard_credit = message->credit->credit;
}

static int open_peers(ekc_peers **ret_peers, uint32_t credit, bool is_asleep)
{
    const struct ekc_peers_options options = { .setting = "EKC_EVENTS",
                                               .role = EKC__V1__ROLE__ROLE_STATISTICS,
                                               .expects = 1U << EKC__V1__ROLE__ROLE_INTAKE,
                                               .is_asleep = is_asleep,
                                               .credit = credit,
                                               .credit_bytes = CREDIT_BYTES,
                                               .progress = &progress,
                                               .waiting = &waiting,
                                               .on_message = take_message };
    return ekc_peers_open(ret_peers, loop, ours, &options);
}

static void begin_unbound(void)
{
    free_address(address);
    (void)setenv("EKC_EVENTS", address, 1);
    ck_ok(ekc_loop_new(&loop));
    ck_ok(ekc_bus_new(&ours, &(struct ekc_bus_options){ 0 }));
    ck_ok(ekc_bus_new(&theirs, &(struct ekc_bus_options){ 0 }));
    ekc_loop_attach(loop, ours);
    heard = 0;
}

static void begin(void)
{
    begin_unbound();
    producer_open(&producer, loop, theirs, address);
}

static void finish(void)
{
    ekc_peers_close(&peers);
    ekc_peers_close(&peers);
    producer_close(&producer);
    ekc_bus_close(&ours);
    ekc_bus_close(&theirs);
    ekc_loop_free(&loop);
}

static void turn_until_heard(int count)
{
    for (int i = 0; i < TURNS && heard < count; i++)
        ck_ok(ekc_loop_turn(loop, TURN_MS));
    ck_assert_int_eq(heard, count);
}

static void welcome(void)
{
    producer_welcome(&producer, EKC__V1__ROLE__ROLE_INTAKE);
}

/* Until the consumer knows that it is welcome, and says so. */
static void get_acquainted(void)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    producer_greeted(&producer);
    welcome();
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_PING);
}

START_TEST(a_hello_says_who_comes_and_what_it_takes)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    producer_greeted(&producer);
    const Ekc__V1__Hello *hello = producer.envelope->hello;
    ck_assert_int_eq(hello->role, EKC__V1__ROLE__ROLE_STATISTICS);
    ck_assert_str_eq(hello->worker_id, ekc_self_id());
    ck_assert_uint_eq(hello->incarnation, ekc_self_incarnation());
    ck_assert_str_eq(hello->version, EKC_VERSION);
    ck_assert_uint_eq(hello->credit, CREDIT);
    ck_assert_uint_eq(hello->credit_bytes, CREDIT_BYTES);
}
END_TEST

START_TEST(who_has_welcomed_is_pinged_each_second)
{
    get_acquainted();
    int64_t began_ms = ekc_tick_ms();
    producer_pong(&producer);
    ck_assert_int_eq(producer_next(&producer), EKC__V1__ENVELOPE__BODY_PING);
    producer_pong(&producer);
    ck_assert_int_eq(producer_next(&producer), EKC__V1__ENVELOPE__BODY_PING);
    int64_t took_ms = ekc_tick_ms() - began_ms;
    ck_assert_int_ge(took_ms, 1800);
    ck_assert_int_lt(took_ms, 5000);
    ck_assert_int_eq(heard, 0);
}
END_TEST

START_TEST(a_ping_tells_the_progress_of_that_moment)
{
    progress = 11;
    waiting = 2;
    get_acquainted();
    ck_assert_uint_eq(producer.envelope->ping->progress, 11);
    ck_assert_uint_eq(producer.envelope->ping->waiting, 2);
    progress = 13;
    waiting = 0;
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_PING);
    ck_assert_uint_eq(producer.envelope->ping->progress, 13);
    ck_assert_uint_eq(producer.envelope->ping->waiting, 0);
}
END_TEST

START_TEST(pongs_alone_keep_a_producer_alive)
{
    get_acquainted();
    struct ekc_route route = producer.letter.route;
    int64_t until_ms = ekc_tick_ms() + SILENCE_MS + 1000;
    while (ekc_tick_ms() < until_ms) {
        producer_pong(&producer);
        ck_assert_int_eq(producer_next(&producer), EKC__V1__ENVELOPE__BODY_PING);
        ck_assert_uint_eq(ekc_peers_alive(peers), 1);
    }
    ck_assert(ekc_route_equal(&producer.letter.route, &route));
}
END_TEST

START_TEST(bye_is_answered_by_hello_at_once_and_then_each_second)
{
    get_acquainted();
    int64_t began_ms = ekc_tick_ms();
    producer_bye(&producer);
    producer_greeted(&producer);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 800);
    producer_bye(&producer);
    producer_greeted(&producer);
    ck_assert_int_ge(ekc_tick_ms() - began_ms, 900);
    welcome();
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_PING);
    ck_assert_int_eq(heard, 0);
}
END_TEST

START_TEST(the_producers_words_arrive_and_are_answered)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_CREDIT;
    envelope.credit = &credit;
    credit.credit = 12;
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_assert_uint_eq(ekc_peers_alive(peers), 0);
    producer_greeted(&producer);
    welcome();
    producer_credit(&producer, 11);
    turn_until_heard(1);
    ck_assert_uint_eq(heard_credit, 11);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);

    ck_ok(ekc_peers_send(peers, heard_from, &envelope));
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_CREDIT);
    ck_assert_uint_eq(producer.envelope->credit->credit, 12);
    ck_fails(ekc_peers_send(peers, heard_from + 1, &envelope), EHOSTUNREACH);
}
END_TEST

START_TEST(what_is_no_envelope_is_passed_over)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    producer_greeted(&producer);
    ck_ok(ekc_end_send(producer.end, &producer.letter.route,
                       (struct ekc_bytes){ "\xff\xff\xff", 3 }));
    producer_credit(&producer, 11);
    turn_until_heard(1);
    ck_assert_uint_eq(heard_credit, 11);
}
END_TEST

/* Two consumers tell apart by their credit: while one speaks at each tick the other does not.
 */
static void only_the_other_speaks(void)
{
    EKC_CLEANUP(ekc_peers_close) ekc_peers *awake = NULL;
    ck_ok(open_peers(&awake, CREDIT + 1, false));
    for (int i = 0; i < 10; i++) {
        producer_greeted(&producer);
        ck_assert_uint_eq(producer.envelope->hello->credit, CREDIT + 1);
    }
    ekc_peers_wake(peers);
    do
        producer_greeted(&producer);
    while (producer.envelope->hello->credit != CREDIT);
}

START_TEST(who_is_asleep_says_nothing_until_woken)
{
    ck_ok(open_peers(&peers, CREDIT, true));
    only_the_other_speaks();
}
END_TEST

START_TEST(after_bye_nothing_is_said_until_woken)
{
    get_acquainted();
    ekc_peers_bye(peers);
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_BYE);
    only_the_other_speaks();
}
END_TEST

START_TEST(a_producer_that_comes_back_is_greeted_again)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    producer_greeted(&producer);
    producer_credit(&producer, 1);
    turn_until_heard(1);
    producer_close(&producer);
    producer_open(&producer, loop, theirs, address);
    producer_greeted(&producer);
    producer_credit(&producer, 2);
    turn_until_heard(2);
}
END_TEST

START_TEST(a_silent_producer_is_opened_anew)
{
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    get_acquainted();
    struct ekc_route route = producer.letter.route;
    producer_credit(&producer, 1);
    turn_until_heard(1);
    int64_t last_ms = ekc_tick_ms();
    uint64_t before = heard_from;

    do
        (void)producer_next(&producer);
    while (ekc_route_equal(&producer.letter.route, &route));
    ck_assert_int_eq(producer.envelope->body_case, EKC__V1__ENVELOPE__BODY_HELLO);
    ck_assert_int_ge(ekc_tick_ms() - last_ms, SILENCE_MS - 2 * TURN_MS);
    ck_assert_uint_eq(ekc_peers_alive(peers), 0);
    ck_fails(ekc_peers_send(peers, before, &envelope), EHOSTUNREACH);

    producer_credit(&producer, 2);
    turn_until_heard(2);
    ck_assert_uint_ne(heard_from, before);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
}
END_TEST

START_TEST(a_producer_of_a_wrong_role_is_left_and_tried_again_later)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    producer_greeted(&producer);
    struct ekc_route route = producer.letter.route;
    int64_t began_ms = ekc_tick_ms();
    producer_welcome(&producer, EKC__V1__ROLE__ROLE_CLASSIFIER);
    producer_credit(&producer, 1);
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_BYE);
    ck_assert_uint_eq(ekc_peers_alive(peers), 0);

    producer_greeted(&producer);
    ck_assert(!ekc_route_equal(&producer.letter.route, &route));
    ck_assert_int_ge(ekc_tick_ms() - began_ms, 4900);
    welcome();
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_PING);
    ck_assert_int_eq(heard, 0);
}
END_TEST

START_TEST(plaintext_beyond_loopback_is_refused)
{
    (void)setenv("EKC_EVENTS", "192.0.2.1:5512", 1);
    ck_fails(open_peers(&peers, CREDIT, true), EPERM);
    ck_assert_ptr_null(peers);
    ck_ok(ekc_loop_turn(loop, 0));
}
END_TEST

/* --- zombies: who held the address first leaves libzmq's connecting side dead ---------------
 */

static const struct {
    int type;
    bool is_curve;
} strangers[] = { { ZMQ_PUB, false }, { ZMQ_ROUTER, true } };

static void *open_stranger(void *context, int i)
{
    char endpoint[ADDRESS_SIZE + 8], public_key[41], secret_key[41];
    int yes = strangers[i].is_curve;
    void *stranger = zmq_socket(context, strangers[i].type);
    ck_assert_int_eq(zmq_curve_keypair(public_key, secret_key), 0);
    ck_assert_int_eq(zmq_setsockopt(stranger, ZMQ_CURVE_SERVER, &yes, sizeof yes), 0);
    if (strangers[i].is_curve)
        ck_assert_int_eq(zmq_setsockopt(stranger, ZMQ_CURVE_SECRETKEY, secret_key, 41), 0);
    (void)snprintf(endpoint, sizeof endpoint, "tcp://%s", address);
    ck_assert_int_eq(zmq_bind(stranger, endpoint), 0);
    return stranger;
}

/* Turns until the stranger has broken with the consumer. */
static void put_off(void *context, void *stranger)
{
    enum { BREAKS = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL };
    char event[64];
    ck_assert_int_eq(zmq_socket_monitor(stranger, "inproc://breaks", BREAKS), 0);
    void *monitor = zmq_socket(context, ZMQ_PAIR);
    ck_assert_int_eq(zmq_connect(monitor, "inproc://breaks"), 0);
    ck_ok(open_peers(&peers, CREDIT, false));
    int r = -1;
    for (int i = 0; i < TURNS && r < 0; i++) {
        ck_ok(ekc_loop_turn(loop, TURN_MS));
        r = zmq_recv(monitor, event, sizeof event, ZMQ_DONTWAIT);
    }
    ck_assert_int_ge(r, 0);
    ck_assert_int_eq(zmq_close(monitor), 0);
}

START_TEST(an_address_that_a_stranger_held_is_met_again_within_10_s)
{
    void *context = zmq_ctx_new();
    void *stranger = open_stranger(context, _i);
    put_off(context, stranger);
    ck_assert_int_eq(zmq_close(stranger), 0);
    ck_assert_int_eq(zmq_ctx_term(context), 0);

    int64_t began_ms = ekc_tick_ms();
    producer_open(&producer, loop, theirs, address);
    producer_greeted(&producer);
    welcome();
    producer_await(&producer, EKC__V1__ENVELOPE__BODY_PING);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 10000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer");
    TCase *greetings = tcase_create("greetings"), *zombies = tcase_create("zombies");

    tcase_set_timeout(greetings, 30);
    tcase_add_checked_fixture(greetings, begin, finish);
    tcase_add_test(greetings, a_hello_says_who_comes_and_what_it_takes);
    tcase_add_test(greetings, who_has_welcomed_is_pinged_each_second);
    tcase_add_test(greetings, a_ping_tells_the_progress_of_that_moment);
    tcase_add_test(greetings, pongs_alone_keep_a_producer_alive);
    tcase_add_test(greetings, bye_is_answered_by_hello_at_once_and_then_each_second);
    tcase_add_test(greetings, the_producers_words_arrive_and_are_answered);
    tcase_add_test(greetings, what_is_no_envelope_is_passed_over);
    tcase_add_test(greetings, who_is_asleep_says_nothing_until_woken);
    tcase_add_test(greetings, after_bye_nothing_is_said_until_woken);
    tcase_add_test(greetings, a_producer_that_comes_back_is_greeted_again);
    tcase_add_test(greetings, a_silent_producer_is_opened_anew);
    tcase_add_test(greetings, a_producer_of_a_wrong_role_is_left_and_tried_again_later);
    tcase_add_test(greetings, plaintext_beyond_loopback_is_refused);
    suite_add_tcase(suite, greetings);

    tcase_set_timeout(zombies, 30);
    tcase_add_checked_fixture(zombies, begin_unbound, finish);
    tcase_add_loop_test(zombies, an_address_that_a_stranger_held_is_met_again_within_10_s, 0,
                        EKC_COUNT(strangers));
    suite_add_tcase(suite, zombies);
    return ekc_check_run(suite);
}
