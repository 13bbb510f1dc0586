/* check_peer.c - a consumer finds its producers, keeps them posted, and begins anew with those
 * that fall silent. The producer here is a bare end that says what a test tells it to. */
#include "ekc/peer.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/post.h"
#include "support/ekc_check.h"
#include "support/port.h"

enum { TURNS = 2000, TURN_MS = 10, CREDIT = 7, SILENCE_MS = 5000 };

static ekc_loop *loop;
static ekc_bus *ours, *theirs;
static ekc_end *producer;
static ekc_peers *peers;
static ekc_arena *arena;
static char address[ADDRESS_SIZE];

static struct ekc_letter letter; /* the last that the producer got, and what was in it */
static Ekc__V1__Envelope *envelope;
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
                                               .is_asleep = is_asleep,
                                               .credit = credit,
                                               .on_message = take_message };
    return ekc_peers_open(ret_peers, loop, ours, &options);
}

static void begin(void)
{
    free_address(address);
    (void)setenv("EKC_EVENTS", address, 1);
    ck_ok(ekc_loop_new(&loop));
    ck_ok(ekc_bus_new(&ours, &(struct ekc_bus_options){ 0 }));
    ck_ok(ekc_bus_new(&theirs, &(struct ekc_bus_options){ 0 }));
    ekc_loop_attach(loop, ours);
    ck_ok(ekc_end_bind(theirs, address, &producer));
    ck_ok(ekc_arena_new(&arena, 64 * 1024));
    heard = 0;
}

static void finish(void)
{
    ekc_peers_close(&peers);
    ekc_peers_close(&peers);
    ekc_end_close(&producer);
    ekc_bus_close(&ours);
    ekc_bus_close(&theirs);
    ekc_loop_free(&loop);
    ekc_arena_free(&arena);
}

/* Turns until the producer has got an envelope. */
static Ekc__V1__Envelope__BodyCase next_envelope(void)
{
    for (int i = 0; i < TURNS; i++) {
        if (ekc_end_receive(producer, &letter) > 0) {
            ekc_arena_reset(arena);
            ck_ok(ekc_wire_read(arena, letter.payload, &envelope));
            return envelope->body_case;
        }
        ck_ok(ekc_loop_turn(loop, TURN_MS));
    }
    ck_abort_msg("the producer waited in vain");
}

static void ck_greeted(void)
{
    ck_assert_int_eq(next_envelope(), EKC__V1__ENVELOPE__BODY_HELLO);
}

static void say_welcome(void)
{
    Ekc__V1__Welcome welcome = EKC__V1__WELCOME__INIT;
    Ekc__V1__Envelope message = EKC__V1__ENVELOPE__INIT;
    message.body_case = EKC__V1__ENVELOPE__BODY_WELCOME;
    message.welcome = &welcome;
    ck_ok(ekc_post(producer, &letter.route, &message));
}

static Ekc__V1__Envelope *credit_of(Ekc__V1__Credit *credit)
{
    static Ekc__V1__Envelope message;
    message = (Ekc__V1__Envelope)EKC__V1__ENVELOPE__INIT;
    message.body_case = EKC__V1__ENVELOPE__BODY_CREDIT;
    message.credit = credit;
    return &message;
}

static void say_credit(uint32_t number)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    credit.credit = number;
    ck_ok(ekc_post(producer, &letter.route, credit_of(&credit)));
}

static void turn_until_heard(int count)
{
    for (int i = 0; i < TURNS && heard < count; i++)
        ck_ok(ekc_loop_turn(loop, TURN_MS));
    ck_assert_int_eq(heard, count);
}

START_TEST(a_hello_says_who_comes_and_what_it_takes)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    ck_assert_int_eq(envelope->hello->role, EKC__V1__ROLE__ROLE_STATISTICS);
    ck_assert_str_eq(envelope->hello->worker_id, ekc_self_id());
    ck_assert_uint_eq(envelope->hello->incarnation, ekc_self_incarnation());
    ck_assert_str_eq(envelope->hello->version, EKC_VERSION);
    ck_assert_uint_eq(envelope->hello->credit, CREDIT);
}
END_TEST

START_TEST(who_has_answered_is_greeted_each_second)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    say_welcome();
    while (ekc_peers_alive(peers) == 0)
        ck_greeted();
    ck_greeted(); /* this one may have been under way */
    int64_t began_ms = ekc_tick_ms();
    ck_greeted();
    ck_greeted();
    int64_t took_ms = ekc_tick_ms() - began_ms;
    ck_assert_int_ge(took_ms, 1000);
    ck_assert_int_lt(took_ms, 4000);
}
END_TEST

START_TEST(the_producers_words_arrive_and_are_answered)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_assert_uint_eq(ekc_peers_alive(peers), 0);
    ck_greeted();
    say_welcome();
    say_credit(11);
    turn_until_heard(1);
    ck_assert_uint_eq(heard_credit, 11);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);

    credit.credit = 12;
    ck_ok(ekc_peers_send(peers, heard_from, credit_of(&credit)));
    while (next_envelope() == EKC__V1__ENVELOPE__BODY_HELLO)
        continue;
    ck_assert_uint_eq(envelope->credit->credit, 12);
    ck_fails(ekc_peers_send(peers, heard_from + 1, credit_of(&credit)), EHOSTUNREACH);
}
END_TEST

START_TEST(what_is_no_envelope_is_passed_over)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    ck_ok(ekc_end_send(producer, &letter.route, (struct ekc_bytes){ "\xff\xff\xff", 3 }));
    say_credit(11);
    turn_until_heard(1);
    ck_assert_uint_eq(heard_credit, 11);
}
END_TEST

START_TEST(who_is_asleep_says_nothing_until_woken)
{
    EKC_CLEANUP(ekc_peers_close) ekc_peers *awake = NULL;
    ck_ok(open_peers(&peers, CREDIT, true));
    ck_ok(open_peers(&awake, CREDIT + 1, false));
    for (int i = 0; i < 10; i++) { /* one at each tick, as nobody answers */
        ck_greeted();
        ck_assert_uint_eq(envelope->hello->credit, CREDIT + 1);
    }
    ekc_peers_wake(peers);
    do
        ck_greeted();
    while (envelope->hello->credit != CREDIT);
}
END_TEST

START_TEST(after_bye_nothing_is_said_until_woken)
{
    EKC_CLEANUP(ekc_peers_close) ekc_peers *awake = NULL;
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    ekc_peers_bye(peers);
    while (next_envelope() == EKC__V1__ENVELOPE__BODY_HELLO)
        continue;
    ck_assert_int_eq(envelope->body_case, EKC__V1__ENVELOPE__BODY_BYE);

    ck_ok(open_peers(&awake, CREDIT + 1, false));
    for (int i = 0; i < 10; i++) {
        ck_greeted();
        ck_assert_uint_eq(envelope->hello->credit, CREDIT + 1);
    }
    ekc_peers_wake(peers);
    do
        ck_greeted();
    while (envelope->hello->credit != CREDIT);
}
END_TEST

START_TEST(a_producer_that_comes_back_is_greeted_again)
{
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    say_credit(1);
    turn_until_heard(1);
    ekc_end_close(&producer);
    ck_ok_when_free(ekc_end_bind(theirs, address, &producer), ekc_loop_turn(loop, 10));
    ck_greeted();
    say_credit(2);
    turn_until_heard(2);
}
END_TEST

START_TEST(a_silent_producer_is_opened_anew)
{
    Ekc__V1__Credit credit = EKC__V1__CREDIT__INIT;
    ck_ok(open_peers(&peers, CREDIT, false));
    ck_greeted();
    struct ekc_route route = letter.route;
    say_credit(1);
    turn_until_heard(1);
    int64_t last_ms = ekc_tick_ms();
    uint64_t before = heard_from;

    do
        ck_greeted();
    while (ekc_route_equal(&letter.route, &route));
    ck_assert_int_ge(ekc_tick_ms() - last_ms, SILENCE_MS - 2 * TURN_MS);
    ck_assert_uint_eq(ekc_peers_alive(peers), 0);
    ck_fails(ekc_peers_send(peers, before, credit_of(&credit)), EHOSTUNREACH);

    say_credit(2);
    turn_until_heard(2);
    ck_assert_uint_ne(heard_from, before);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
}
END_TEST

START_TEST(more_addresses_than_it_holds_are_refused)
{
    char list[33 * ADDRESS_SIZE] = "";
    for (int i = 0; i < 33; i++)
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s127.0.0.1:%d",
                       i ? "," : "", 10001 + i);
    (void)setenv("EKC_EVENTS", list, 1);
    ck_fails(open_peers(&peers, CREDIT, true), ENOSPC);
    ck_assert_ptr_null(peers);
    ck_ok(ekc_loop_turn(loop, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer");
    TCase *greetings = tcase_create("greetings");

    tcase_set_timeout(greetings, 30);
    tcase_add_checked_fixture(greetings, begin, finish);
    tcase_add_test(greetings, a_hello_says_who_comes_and_what_it_takes);
    tcase_add_test(greetings, who_has_answered_is_greeted_each_second);
    tcase_add_test(greetings, the_producers_words_arrive_and_are_answered);
    tcase_add_test(greetings, what_is_no_envelope_is_passed_over);
    tcase_add_test(greetings, who_is_asleep_says_nothing_until_woken);
    tcase_add_test(greetings, after_bye_nothing_is_said_until_woken);
    tcase_add_test(greetings, a_producer_that_comes_back_is_greeted_again);
    tcase_add_test(greetings, a_silent_producer_is_opened_anew);
    tcase_add_test(greetings, more_addresses_than_it_holds_are_refused);
    suite_add_tcase(suite, greetings);
    return ekc_check_run(suite);
}
