/* check_peer_find.c - a consumer follows what the names of its list lead to. The resolver here
 * gives the answers that a test has written down, one after the other. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

#include "ekc/peer.h"
#include "support/ekc_check.h"
#include "support/port.h"
#include "support/producer.h"

enum { TURNS = 1000, TURN_MS = 10, PRODUCERS = 3, NAMES = 2, FOR_EVER = 1000000, NONE = 0 };

static ekc_loop *loop;
static ekc_bus *ours, *theirs;
static struct producer producers[PRODUCERS]; /* at 127.0.0.1, .2, .3 of one port */
static ekc_peers *peers;
static char port[8];

/* An answer, given so many times: bit 0 stands for 127.0.0.1, and so on. */
struct answer {
    int times;
    unsigned who;
};

enum { FAILURE = 1 << 8, BEYOND = 1 << 9, MANY = 1 << 10 };

/* Of the names "a" and "b". Until they are played the first is given, as often as asked for. */
static const struct answer *answers[NAMES];
static atomic_bool is_playing;
static atomic_int lookups[NAMES]; /* since then */

static unsigned answer_of(int name, int number)
{
    const struct answer *answer = answers[name];
    while (number >= answer->times)
        number -= answer++->times;
    return answer->who;
}

static void add(struct ekc_found *found, int net, int i)
{
    (void)snprintf(found->addresses[found->count++], EKC_FOUND_SIZE, "127.0.%d.%d", net & 255,
                   i & 255);
}

static void look_up(void *self, const char *host, struct ekc_found *found)
{
    (void)self;
    int name = host[0] - 'a';
    bool is_playing_now = atomic_load(&is_playing);
    unsigned who = is_playing_now ? answer_of(name, lookups[name]) : answers[name]->who;
    found->trouble = who & FAILURE ? "no such name" : NULL;
    if (who & BEYOND)
        (void)strcpy(found->addresses[found->count++], "192.0.2.1");
    for (int i = 0; i < PRODUCERS; i++)
        if (who >> i & 1)
            add(found, 0, i + 1);
    for (int i = 1; who & MANY && i <= EKC_PEERS_MAX + 10; i++)
        add(found, 1, i);
    lookups[name] += is_playing_now;
}

static void take_message(void *self, uint64_t peer, const Ekc__V1__Envelope *envelope)
{
    (void)self;
    (void)peer;
    (void)envelope;
}

static void open_peers(const char *list)
{
    const struct ekc_peers_options options = { .setting = "EKC_EVENTS",
                                               .role = EKC__V1__ROLE__ROLE_STATISTICS,
                                               .lookup = look_up,
                                               .on_message = take_message };
    (void)setenv("EKC_EVENTS", list, 1);
    ck_ok(ekc_peers_open(&peers, loop, ours, &options));
}

/* At "a", and at "b" as well, as the answers have it. */
static void open_names(const struct answer *a, const struct answer *b)
{
    char list[64];
    answers[0] = a;
    answers[1] = b;
    (void)snprintf(list, sizeof list, b ? "a:%s,b:%s" : "a:%s", port, port);
    open_peers(list);
}

static void begin(void)
{
    char address[ADDRESS_SIZE];
    free_address(address);
    (void)snprintf(port, sizeof port, "%.7s", strchr(address, ':') + 1);
    (void)setenv("EKC_RESOLVE_MS", "100", 1);
    ck_ok(ekc_loop_new(&loop));
    ck_ok(ekc_bus_new(&ours, &(struct ekc_bus_options){ 0 }));
    ck_ok(ekc_bus_new(&theirs, &(struct ekc_bus_options){ 0 }));
    ekc_loop_attach(loop, ours);
}

static void begin_bound(void)
{
    begin();
    for (int i = 0; i < PRODUCERS; i++) {
        char address[ADDRESS_SIZE];
        (void)snprintf(address, sizeof address, "127.0.0.%d:%s", i + 1, port);
        producer_open(&producers[i], loop, theirs, address);
    }
}

static void finish(void)
{
    ekc_peers_close(&peers);
    for (int i = 0; i < PRODUCERS; i++)
        producer_close(&producers[i]);
    ekc_bus_close(&ours);
    ekc_bus_close(&theirs);
    ekc_loop_free(&loop);
}

static void welcome(int i)
{
    producer_welcome(&producers[i], EKC__V1__ROLE__ROLE_INTAKE);
    producer_await(&producers[i], EKC__V1__ENVELOPE__BODY_PING);
}

static void meet(int i)
{
    producer_greeted(&producers[i]);
    welcome(i);
}

/* Plays the answers of a name until so many have been taken. */
static void play(int name, int count)
{
    atomic_store(&is_playing, true);
    for (int i = 0; i < TURNS && lookups[name] <= count; i++)
        ck_ok(ekc_loop_turn(loop, TURN_MS));
    ck_assert_int_gt(lookups[name], count);
}

/* It has got nothing but pings, and by the same way. */
static void ck_kept(int i)
{
    struct ekc_route route = producers[i].letter.route;
    Ekc__V1__Envelope__BodyCase what = EKC__V1__ENVELOPE__BODY_PING;
    for (; what != EKC__V1__ENVELOPE__BODY__NOT_SET; what = producer_poll(&producers[i]))
        ck_assert_int_eq(what, EKC__V1__ENVELOPE__BODY_PING);
    ck_assert(ekc_route_equal(&producers[i].letter.route, &route));
}

START_TEST(all_addresses_of_a_name_are_met)
{
    static const struct answer all[] = { { FOR_EVER, 7 } };
    open_names(all, NULL);
    for (int i = 0; i < PRODUCERS; i++)
        meet(i);
    ck_assert_uint_eq(ekc_peers_alive(peers), PRODUCERS);
}
END_TEST

START_TEST(a_new_address_is_met_at_once)
{
    static const struct answer growing[] = { { 1, 1 }, { FOR_EVER, 3 } };
    open_names(growing, NULL);
    meet(0);
    play(0, 2);
    int64_t began_ms = ekc_tick_ms();
    producer_greeted(&producers[1]);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 500);
}
END_TEST

START_TEST(who_is_absent_twice_is_kept)
{
    static const struct answer in_turns[] = { { 1, 3 }, { 2, 1 }, { 1, 3 }, { 2, 1 },
                                              { 1, 2 }, { 2, 1 }, { 1, 3 }, { FOR_EVER, 3 } };
    open_names(in_turns, NULL);
    meet(0);
    meet(1);
    play(0, 12);
    ck_kept(0);
    ck_kept(1);
    ck_assert_uint_eq(ekc_peers_alive(peers), 2);
}
END_TEST

START_TEST(who_is_absent_three_times_is_told_bye_and_dropped)
{
    static const struct answer leaving[] = { { 1, 3 }, { 10, 1 }, { FOR_EVER, 3 } };
    open_names(leaving, NULL);
    meet(0);
    meet(1);
    play(0, 4);
    producer_await(&producers[1], EKC__V1__ENVELOPE__BODY_BYE);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
    meet(1); /* when it comes up again */
    ck_kept(0);
}
END_TEST

START_TEST(a_lookup_that_fails_drops_nobody)
{
    static const struct answer troubled[] = { { 1, 3 },       { 4, FAILURE }, { 2, 1 },
                                              { 4, FAILURE }, { 1, 3 },       { 2, 1 },
                                              { 1, FAILURE }, { FOR_EVER, 3 } };
    open_names(troubled, NULL);
    meet(0);
    meet(1);
    play(0, 17);
    ck_kept(0);
    ck_kept(1);
    ck_assert_uint_eq(ekc_peers_alive(peers), 2);
}
END_TEST

START_TEST(an_address_of_two_names_is_met_once_and_kept_while_one_has_it)
{
    static const struct answer losing[] = { { 3, 1 }, { FOR_EVER, NONE } };
    static const struct answer winning[] = { { 2, NONE }, { FOR_EVER, 1 } };
    open_names(losing, winning);
    meet(0);
    play(0, 12);
    play(1, 12);
    ck_kept(0);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
}
END_TEST

START_TEST(a_number_of_the_list_is_kept_whatever_names_lead_to)
{
    static const struct answer losing[] = { { 2, 1 }, { FOR_EVER, NONE } };
    char list[64];
    answers[0] = losing;
    (void)snprintf(list, sizeof list, "a:%s,127.0.0.1:%s", port, port);
    open_peers(list);
    meet(0);
    play(0, 8);
    ck_kept(0);
    ck_assert_uint_eq(ekc_peers_alive(peers), 1);
}
END_TEST

START_TEST(an_address_that_cannot_be_met_harms_no_other)
{
    static const struct answer mixed[] = { { FOR_EVER, BEYOND | 2 } };
    open_names(mixed, NULL);
    meet(1);
    play(0, 5);
    ck_kept(1);
}
END_TEST

/* Listens at every address of this host. */
static int listen_everywhere(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(fd, 4 * EKC_PEERS_MAX), 0);
    return fd;
}

/* Accepts whoever has come; each is one of 127.0.1.1, 127.0.1.2 … */
static void accept_all(int listener, bool came[static 256])
{
    for (;;) {
        struct sockaddr_in at;
        socklen_t len = sizeof at;
        int fd = accept4(listener, NULL, NULL, 0);
        if (fd < 0)
            return;
        ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
        came[ntohl(at.sin_addr.s_addr) & 255] = true;
        ck_assert_int_eq(close(fd), 0);
    }
}

START_TEST(as_many_addresses_are_met_as_it_holds)
{
    bool came[256] = { false };
    int count = 0, listener = listen_everywhere();
    static const struct answer many[] = { { FOR_EVER, MANY } };
    open_names(many, NULL);
    for (int i = 0; i < TURNS && !came[EKC_PEERS_MAX]; i++) {
        ck_ok(ekc_loop_turn(loop, TURN_MS));
        accept_all(listener, came);
    }
    play(0, 5);
    accept_all(listener, came);
    for (int i = 0; i < 256; i++)
        count += came[i];
    ck_assert_int_eq(count, EKC_PEERS_MAX);
    ck_assert_int_eq(close(listener), 0);
}
END_TEST

START_TEST(more_numbers_than_it_holds_are_passed_over)
{
    char list[(EKC_PEERS_MAX + 1) * ADDRESS_SIZE] = "";
    for (int i = 0; i <= EKC_PEERS_MAX; i++)
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s127.0.0.1:%d",
                       i ? "," : "", 10001 + i);
    open_peers(list);
    ck_ok(ekc_loop_turn(loop, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer_find");
    TCase *names = tcase_create("names"), *many = tcase_create("many");

    tcase_set_timeout(names, 30);
    tcase_add_checked_fixture(names, begin_bound, finish);
    tcase_add_test(names, all_addresses_of_a_name_are_met);
    tcase_add_test(names, a_new_address_is_met_at_once);
    tcase_add_test(names, who_is_absent_twice_is_kept);
    tcase_add_test(names, who_is_absent_three_times_is_told_bye_and_dropped);
    tcase_add_test(names, a_lookup_that_fails_drops_nobody);
    tcase_add_test(names, an_address_of_two_names_is_met_once_and_kept_while_one_has_it);
    tcase_add_test(names, a_number_of_the_list_is_kept_whatever_names_lead_to);
    tcase_add_test(names, an_address_that_cannot_be_met_harms_no_other);
    suite_add_tcase(suite, names);

    tcase_set_timeout(many, 30);
    tcase_add_checked_fixture(many, begin, finish);
    tcase_add_test(many, as_many_addresses_are_met_as_it_holds);
    tcase_add_test(many, more_numbers_than_it_holds_are_passed_over);
    suite_add_tcase(suite, many);
    return ekc_check_run(suite);
}
