/* check_bus_porter.c - who is on the list gets in under its name, and nobody else. */
#include <errno.h>
#include <stdio.h>

#include "common/bus_internal.h"
#include "support/ekc_check.h"
#include "support/port.h"

enum { STEP_MS = 10, STEPS = 1000 };

#define TEXT(text) ((struct ekc_bytes){ (text), sizeof(text) - 1 })
#define NAME63 "service:abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabc"

static struct ekc_keypair centre, visitor, other;
static ekc_bus *server, *client;
static ekc_end *bound, *connected;
static void *fate; /* tells when the connection of the client is lost */
static struct ekc_letter letter;

static void begin(void)
{
    char address[ADDRESS_SIZE];
    free_address(address);
    ck_ok(ekc_keypair_new(&centre));
    ck_ok(ekc_keypair_new(&visitor));
    ck_ok(ekc_keypair_new(&other));
    ck_ok(ekc_bus_new(&server, &(struct ekc_bus_options){ centre.secret_key, NULL }));
    ck_ok(ekc_bus_new(&client,
                      &(struct ekc_bus_options){ visitor.secret_key, centre.public_key }));
    ck_ok(ekc_end_bind(server, address, &bound));
    ck_ok(ekc_end_connect(client, address, &connected));

    ck_assert_int_eq(
        zmq_socket_monitor(connected->socket, "inproc://fate", ZMQ_EVENT_DISCONNECTED), 0);
    fate = zmq_socket(client->ctx, ZMQ_PAIR);
    ck_assert_int_eq(zmq_connect(fate, "inproc://fate"), 0);
}

static void finish(void)
{
    (void)zmq_close(fate);
    ekc_end_close(&connected);
    ekc_end_close(&bound);
    ekc_bus_close(&client);
    ekc_bus_close(&server);
}

static struct ekc_guest guest(const struct ekc_keypair *pair, const char *identity)
{
    struct ekc_guest guest = { 0 };
    memcpy(guest.key, pair->public_key, sizeof guest.key);
    (void)snprintf(guest.identity, sizeof guest.identity, "%s", identity);
    return guest;
}

static void admit(const struct ekc_keypair *pair, const char *identity)
{
    const struct ekc_guest only = guest(pair, identity);
    ck_ok(ekc_bus_admit(server, &only, 1));
}

static void wait_a_step(void)
{
    struct ekc_wait wait = { .end = bound, .want_read = true };
    ck_ok(ekc_bus_wait(server, &wait, 1, STEP_MS));
}

/* One attempt of the client to say something to the server. */
static bool is_in(void)
{
    int r = ekc_end_send(connected, NULL, TEXT("knock"));
    ck_assert(r == 0 || r == -EAGAIN);
    wait_a_step();
    return ekc_end_receive(bound, &letter) > 0;
}

static void ck_gets_in(const char *identity)
{
    int steps = 0;
    while (!is_in() && steps < STEPS)
        steps++;
    ck_assert_msg(steps < STEPS, "it did not get in");
    ck_assert_str_eq(letter.identity, identity);
}

static bool has_event(void *socket)
{
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
    return zmq_poll(&item, 1, 0) > 0;
}

static void ck_knocks(void)
{
    zmq_pollitem_t knock = { .socket = server->porter, .events = ZMQ_POLLIN };
    ck_assert_int_eq(zmq_poll(&knock, 1, STEPS * STEP_MS), 1);
}

START_TEST(a_guest_is_heard_and_answered_under_its_name)
{
    struct ekc_wait wait = { .end = connected, .want_read = true };
    admit(&visitor, "portal:12");
    ck_gets_in("portal:12");
    ck_assert_uint_eq(letter.payload_frames, 1);
    ck_assert_uint_eq(letter.payload.len, 5);
    ck_assert_mem_eq(letter.payload.data, "knock", 5);

    ck_ok(ekc_end_send(bound, &letter.route, TEXT("come in")));
    ck_assert_int_eq(ekc_bus_wait(client, &wait, 1, -1), 1);
    ck_assert_int_eq(ekc_end_receive(connected, &letter), 1);
    ck_assert_uint_eq(letter.payload_frames, 1);
    ck_assert_uint_eq(letter.payload.len, 7);
    ck_assert_mem_eq(letter.payload.data, "come in", 7);
}
END_TEST

START_TEST(an_unknown_key_gets_in_only_when_it_is_on_the_list)
{
    int steps = 0;
    admit(&other, "portal:13");
    for (; !has_event(fate) && steps < STEPS; steps++)
        ck_assert(!is_in());
    ck_assert_msg(steps < STEPS, "it was not turned away");

    admit(&visitor, "portal:12");
    ck_gets_in("portal:12");
}
END_TEST

START_TEST(nobody_gets_in_by_an_empty_list)
{
    ck_ok(ekc_bus_admit(server, NULL, 0));
    ck_knocks();
    for (int i = 0; i < 20; i++)
        ck_assert(!is_in());
    ck_assert(!has_event(server->porter));
}
END_TEST

START_TEST(whoever_knocks_before_the_first_list_waits_for_it)
{
    ck_knocks();
    ck_assert(!is_in());
    ck_assert(has_event(server->porter));

    admit(&visitor, "portal:12");
    ck_gets_in("portal:12");
    ck_assert_msg(!has_event(fate), "it was turned away first");
}
END_TEST

START_TEST(each_guest_of_many_has_its_own_name)
{
    const struct ekc_guest guests[] = { guest(&other, "portal:13"), guest(&visitor, NAME63),
                                        guest(&centre, "portal:14") };
    ck_ok(ekc_bus_admit(server, guests, EKC_COUNT(guests)));
    ck_gets_in(NAME63);
}
END_TEST

START_TEST(who_takes_another_for_the_centre_does_not_get_in)
{
    struct ekc_bus_options misled = { visitor.secret_key, other.public_key };
    (void)zmq_close(fate);
    fate = NULL;
    ekc_end_close(&connected);
    ekc_bus_close(&client);
    char endpoint[ADDRESS_SIZE + 8];
    size_t size = sizeof endpoint;
    ck_assert_int_eq(zmq_getsockopt(bound->socket, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    ck_ok(ekc_bus_new(&client, &misled));
    ck_ok(ekc_end_connect(client, endpoint + strlen("tcp://"), &connected));

    admit(&visitor, "portal:12");
    for (int i = 0; i < 20; i++)
        ck_assert(!is_in());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("porter");
    TCase *door = tcase_create("door");

    tcase_set_timeout(door, 20);
    tcase_add_checked_fixture(door, begin, finish);
    tcase_add_test(door, a_guest_is_heard_and_answered_under_its_name);
    tcase_add_test(door, an_unknown_key_gets_in_only_when_it_is_on_the_list);
    tcase_add_test(door, nobody_gets_in_by_an_empty_list);
    tcase_add_test(door, whoever_knocks_before_the_first_list_waits_for_it);
    tcase_add_test(door, each_guest_of_many_has_its_own_name);
    tcase_add_test(door, who_takes_another_for_the_centre_does_not_get_in);
    suite_add_tcase(suite, door);
    return ekc_check_run(suite);
}
