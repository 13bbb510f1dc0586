/* check_bus_letter.c - every asker gets its answer by the way that its question came.
 *
 * The askers are foreign programs: raw sockets that frame as they please. */
#include <errno.h>
#include <stdio.h>
#include <zmq.h>

#include "ekc/bus.h"
#include "support/ekc_check.h"
#include "support/port.h"

#define TEXT(text) ((struct ekc_bytes){ (text), sizeof(text) - 1 })

static ekc_bus *bus;
static ekc_end *end;
static void *ctx, *asker;
static char address[ADDRESS_SIZE];
static struct ekc_letter letter;

static void begin(void)
{
    ck_ok(ekc_bus_new(&bus, &(struct ekc_bus_options){ 0 }));
    free_address(address);
    ck_ok(ekc_end_bind(bus, address, &end));
    ctx = zmq_ctx_new();
}

static void finish(void)
{
    (void)zmq_close(asker);
    (void)zmq_ctx_term(ctx);
    ekc_end_close(&end);
    ekc_bus_close(&bus);
}

static void *ask_as(int type)
{
    char endpoint[64];
    (void)snprintf(endpoint, sizeof endpoint, "tcp://%s", address);
    void *socket = zmq_socket(ctx, type);
    ck_assert_int_eq(zmq_connect(socket, endpoint), 0);
    return socket;
}

static void say(void *socket, struct ekc_bytes frame, bool has_more)
{
    int flags = has_more ? ZMQ_SNDMORE : 0;
    ck_assert_int_eq(zmq_send(socket, frame.data, frame.len, flags), (int)frame.len);
}

static void hear(void *socket, const char *want, bool has_more)
{
    char frame[512];
    int more = -1;
    size_t size = sizeof more;
    int len = zmq_recv(socket, frame, sizeof frame - 1, 0);
    ck_assert_int_ge(len, 0);
    frame[len] = '\0';
    ck_assert_str_eq(frame, want);
    ck_assert_int_eq(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size), 0);
    ck_assert_int_eq(more, has_more);
}

static void receive_next(void)
{
    struct ekc_wait wait = { .end = end, .want_read = true };
    ck_assert_int_eq(ekc_bus_wait(bus, &wait, 1, -1), 1);
    ck_assert(wait.can_read && !wait.can_write);
    ck_assert_int_eq(ekc_end_receive(end, &letter), 1);
}

static void ck_payload(const char *want)
{
    ck_assert_ptr_nonnull(letter.payload.data);
    ck_assert_uint_eq(letter.payload.len, strlen(want));
    ck_assert_mem_eq(letter.payload.data, want, letter.payload.len);
}

/* A route holds four frames and 288 bytes, of which the routing id takes one and five. */
#define X283                                                                                   \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxx"                                                                                      \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxx"                                                                                      \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxx"                                                                                      \
    "xxxxxxxxxx"
static const struct {
    const char *sent[7]; /* frames, NULL after the last */
    unsigned payload_frames;
    const char *payload;
    unsigned mirrored; /* so many of the frames sent stand before the answer */
} framings[] = {
    { { "p" }, 1, "p", 0 },
    { { "", "p" }, 1, "p", 1 },
    { { "id", "", "p" }, 1, "p", 2 },
    { { "a", "b", "", "p" }, 1, "p", 3 },
    { { "a", "b", "c", "", "p" }, 2, "p", 0 },
    { { "a", "b", "c", "d", "", "p" }, 2, "p", 0 },
    { { X283, "", "p" }, 1, "p", 2 },
    { { X283 "x", "", "p" }, 2, "p", 0 },
    { { X283 "x", "p" }, 2, "p", 0 },
    { { "p", "q" }, 2, "q", 0 },
    { { "p", "q", "r", "s", "t" }, 5, "t", 0 },
    { { "", "p", "q" }, 2, "q", 1 },
    { { "id", "", "p", "", "q" }, 3, "q", 2 },
    { { "" }, 0, "", 1 },
    { { "", "" }, 1, "", 1 },
    { { "id", "" }, 0, "", 2 },
    { { "", "p", "" }, 2, "", 1 },
};

START_TEST(the_answer_goes_back_the_way_the_question_came)
{
    const char *const *sent = framings[_i].sent;
    asker = ask_as(ZMQ_DEALER);
    for (size_t i = 0; sent[i]; i++)
        say(asker, (struct ekc_bytes){ sent[i], strlen(sent[i]) }, sent[i + 1] != NULL);

    receive_next();
    ck_assert_uint_eq(letter.payload_frames, framings[_i].payload_frames);
    ck_payload(framings[_i].payload);
    ck_assert_str_eq(letter.identity, "");

    ck_ok(ekc_end_send(end, &letter.route, TEXT("answer")));
    for (size_t i = 0; i < framings[_i].mirrored; i++)
        hear(asker, sent[i], true);
    hear(asker, "answer", false);
}
END_TEST

static const int correlations[] = { 0, 1 };

START_TEST(a_lockstep_asker_is_answered_with_and_without_correlation)
{
    asker = ask_as(ZMQ_REQ);
    ck_assert_int_eq(
        zmq_setsockopt(asker, ZMQ_REQ_CORRELATE, &correlations[_i], sizeof correlations[_i]),
        0);
    for (int i = 0; i < 3; i++) {
        say(asker, TEXT("question"), false);
        receive_next();
        ck_assert_uint_eq(letter.payload_frames, 1);
        ck_payload("question");
        ck_ok(ekc_end_send(end, &letter.route, TEXT("answer")));
        hear(asker, "answer", false);
    }
}
END_TEST

START_TEST(letters_come_in_order_and_then_none)
{
    asker = ask_as(ZMQ_DEALER);
    say(asker, TEXT("first"), false);
    say(asker, TEXT("second"), false);
    receive_next();
    ck_payload("first");
    receive_next();
    ck_payload("second");
    ck_assert_int_eq(ekc_end_receive(end, &letter), 0);
}
END_TEST

START_TEST(an_answer_to_somebody_gone_is_told_as_such)
{
    asker = ask_as(ZMQ_DEALER);
    say(asker, TEXT("bye"), false);
    receive_next();
    (void)zmq_close(asker);
    asker = NULL;

    int r = 0;
    for (int i = 0; i < 1000 && r >= 0; i++) {
        struct ekc_wait wait = { .end = end, .want_read = true };
        ck_assert_int_eq(ekc_bus_wait(bus, &wait, 1, 1), 0);
        r = ekc_end_send(end, &letter.route, TEXT("answer"));
    }
    ck_fails(r, EHOSTUNREACH);
}
END_TEST

START_TEST(a_letter_to_nobody_is_not_taken)
{
    EKC_CLEANUP(ekc_end_close) ekc_end *lonely = NULL;
    char nowhere[ADDRESS_SIZE];
    free_address(nowhere);
    ck_ok(ekc_end_connect(bus, nowhere, &lonely));
    ck_fails(ekc_end_send(lonely, NULL, TEXT("hello")), EAGAIN);
}
END_TEST

START_TEST(a_route_knows_its_sender)
{
    asker = ask_as(ZMQ_DEALER);
    void *other = ask_as(ZMQ_DEALER);
    say(asker, TEXT("first"), false);
    receive_next();
    struct ekc_route first = letter.route;
    say(asker, TEXT("second"), false);
    receive_next();
    ck_assert(ekc_route_equal(&first, &letter.route));

    say(other, TEXT("third"), false);
    receive_next();
    ck_assert(!ekc_route_equal(&first, &letter.route));
    (void)zmq_close(other);
}
END_TEST

static const struct {
    struct ekc_route a, b;
    bool want;
} routes[] = {
    { { 0, { 0 }, "" }, { 0, { 0 }, "" }, true },
    { { 2, { 2, 0 }, "ab" }, { 2, { 2, 0 }, "ab" }, true },
    { { 2, { 2, 0 }, "ab-left over" }, { 2, { 2, 0, 9 }, "ab-of before" }, true },
    { { 2, { 2, 0 }, "ab" }, { 2, { 2, 0 }, "ac" }, false },
    { { 2, { 2, 0 }, "ab" }, { 2, { 1, 1 }, "ab" }, false },
    { { 2, { 2, 0 }, "ab" }, { 1, { 2 }, "ab" }, false },
    { { 1, { 2 }, "ab" }, { 2, { 2, 0 }, "ab" }, false },
};

START_TEST(routes_are_equal_in_their_frames_alone)
{
    ck_assert_int_eq(ekc_route_equal(&routes[_i].a, &routes[_i].b), routes[_i].want);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("letters");
    TCase *ways = tcase_create("ways back");

    tcase_add_checked_fixture(ways, begin, finish);
    tcase_add_loop_test(ways, the_answer_goes_back_the_way_the_question_came, 0,
                        EKC_COUNT(framings));
    tcase_add_loop_test(ways, a_lockstep_asker_is_answered_with_and_without_correlation, 0,
                        EKC_COUNT(correlations));
    tcase_add_test(ways, letters_come_in_order_and_then_none);
    tcase_add_test(ways, an_answer_to_somebody_gone_is_told_as_such);
    tcase_add_test(ways, a_letter_to_nobody_is_not_taken);
    tcase_add_test(ways, a_route_knows_its_sender);
    tcase_add_loop_test(ways, routes_are_equal_in_their_frames_alone, 0, EKC_COUNT(routes));
    suite_add_tcase(suite, ways);
    return ekc_check_run(suite);
}
