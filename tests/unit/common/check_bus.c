/* check_bus.c - keys are keys, addresses are safe ones, and waiting tells who can go on. */
#include "ekc/bus.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/ekc_check.h"
#include "support/port.h"

/* The server's pair in the example of ZeroMQ's manual. */
#define SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define PUBLIC "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static ekc_bus *plain;
static ekc_end *end;
static char address[ADDRESS_SIZE], path[32];
static int key_file, ends[2];

static void begin(void)
{
    ck_ok(ekc_bus_new(&plain, &(struct ekc_bus_options){ 0 }));
    free_address(address);
    ck_assert_int_eq(pipe(ends), 0);
    key_file = memfd_create("key", 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", key_file);
}

static void finish(void)
{
    ekc_end_close(&end);
    ekc_end_close(&end);
    ekc_bus_close(&plain);
    ekc_bus_close(&plain);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)close(key_file);
}

static void write_key(const char *text)
{
    ck_assert_int_eq(write(key_file, text, strlen(text)), (ssize_t)strlen(text));
}

START_TEST(a_new_pair_is_the_pair_of_its_secret_key)
{
    struct ekc_keypair pair, again;
    ck_ok(ekc_keypair_new(&pair));
    ck_ok(ekc_keypair_of(pair.secret_key, &again));
    ck_assert_str_eq(again.public_key, pair.public_key);
    ck_assert_str_eq(again.secret_key, pair.secret_key);
}
END_TEST

static const struct {
    const char *text;
    int of, read; /* what the text is as a key, and as a file's content */
} keys[] = {
    { SECRET, 0, 0 },
    { SECRET "\n", -EINVAL, 0 },
    { SECRET "\r\n", -EINVAL, 0 },
    { SECRET "\nmore lines\n", -EINVAL, 0 },
    { "", -EINVAL, -EINVAL },
    { "\n" SECRET, -EINVAL, -EINVAL },
    { " " SECRET, -EINVAL, -EINVAL },
    { SECRET "0", -EINVAL, -EINVAL },
    { SECRET SECRET, -EINVAL, -EINVAL },
    { "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh", -EINVAL, -EINVAL },
    { "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{L\"~", -EINVAL, -EINVAL },
    { "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{L\xd0\x81", -EINVAL, -EINVAL },
    { "########################################", -EINVAL, -EINVAL },
};

START_TEST(only_40_characters_of_z85_are_a_key)
{
    struct ekc_keypair pair;
    ck_assert_int_eq(ekc_keypair_of(keys[_i].text, &pair), keys[_i].of);
    if (keys[_i].of == 0)
        ck_assert_str_eq(pair.public_key, PUBLIC);
}
END_TEST

START_TEST(a_key_file_has_the_secret_key_in_its_first_line)
{
    struct ekc_keypair pair;
    write_key(keys[_i].text);
    ck_assert_int_eq(ekc_keypair_read(path, &pair), keys[_i].read);
    if (keys[_i].read == 0)
        ck_assert_str_eq(pair.public_key, PUBLIC);
}
END_TEST

START_TEST(a_key_file_that_is_not_there_is_told_as_such)
{
    struct ekc_keypair pair;
    ck_fails(ekc_keypair_read("no/such/file", &pair), ENOENT);
}
END_TEST

static const struct {
    const char *secret, *server;
    int want;
} pairs[] = {
    { SECRET, NULL, 0 },
    { SECRET, PUBLIC, 0 },
    { "short", NULL, -EINVAL },
    { SECRET, "", -EINVAL },
    { SECRET, PUBLIC "0", -EINVAL },
    { SECRET, "########################################", -EINVAL },
};

START_TEST(a_bus_takes_whole_keys_alone)
{
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = NULL;
    ck_assert_int_eq(
        ekc_bus_new(&bus, &(struct ekc_bus_options){ pairs[_i].secret, pairs[_i].server }),
        pairs[_i].want);
    ck_assert_int_eq(bus != NULL, pairs[_i].want == 0);
    ck_assert(!bus || !ekc_bus_is_plain(bus));
}
END_TEST

static const struct {
    const char *curve, *key_file, *server_key;
    int want;
} settings[] = {
    { "off", "", "", 0 },  { "on", "", "", -EINVAL }, { "on", "no/such/file", "", -ENOENT },
    { "on", path, "", 0 }, { "on", path, PUBLIC, 0 }, { "on", path, "x", -EINVAL },
};

START_TEST(the_settings_say_which_bus_it_is)
{
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = NULL;
    write_key(SECRET);
    (void)setenv("EKC_CURVE", settings[_i].curve, 1);
    (void)setenv("EKC_KEY_FILE", settings[_i].key_file, 1);
    (void)setenv("EKC_SERVER_KEY", settings[_i].server_key, 1);

    ck_assert_int_eq(ekc_bus_open(&bus), settings[_i].want);
    if (bus)
        ck_assert_int_eq(ekc_bus_is_plain(bus), strcmp(settings[_i].curve, "off") == 0);
}
END_TEST

#define DIGITS50 "11111111111111111111111111111111111111111111111111"
static const struct {
    const char *address;
    int want;
} addresses[] = {
    { "0.0.0.0:5510", -EPERM },
    { "*:5510", -EPERM },
    { "192.0.2.1:5510", -EPERM },
    { "1270.0.0.1:5510", -EPERM },
    { "example.invalid:5510", -EPERM },
    { "localhost.example.invalid:5510", -EPERM },
    { "127.0.0.1.example.invalid:5510", -EPERM },
    { "127.example.invalid:5510", -EPERM },
    { "127.0.0.1", -EINVAL },
    { "127.0.0.1:", -EINVAL },
    { "127.0.0.1:" DIGITS50 DIGITS50 DIGITS50 DIGITS50 DIGITS50 DIGITS50, -EINVAL },
};

START_TEST(plaintext_stays_on_loopback)
{
    ck_assert_int_eq(ekc_end_bind(plain, addresses[_i].address, &end), addresses[_i].want);
    ck_assert_int_eq(ekc_end_connect(plain, addresses[_i].address, &end), addresses[_i].want);
    ck_assert_ptr_null(end);
}
END_TEST

START_TEST(an_address_in_use_is_told_as_such)
{
    ekc_end *second = NULL;
    ck_ok(ekc_end_bind(plain, address, &end));
    ck_fails(ekc_end_bind(plain, address, &second), EADDRINUSE);
    ck_assert_ptr_null(second);
}
END_TEST

START_TEST(waiting_tells_which_fd_can_go_on)
{
    struct ekc_wait items[] = { { .fd = ends[0], .want_read = true },
                                { .fd = ends[1], .want_read = true, .want_write = true },
                                { .fd = ends[1] } };
    ck_assert_int_eq(ekc_bus_wait(plain, items, 3, 1000), 1);
    ck_assert(!items[0].can_read && !items[0].can_write);
    ck_assert(!items[1].can_read && items[1].can_write);
    ck_assert(!items[2].can_read && !items[2].can_write);

    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(ekc_bus_wait(NULL, items, 1, 1000), 1);
    ck_assert(items[0].can_read && !items[0].can_write);
}
END_TEST

START_TEST(an_fd_whose_other_side_is_gone_can_go_on)
{
    struct ekc_wait item = { .fd = ends[1], .want_write = true };
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(ekc_bus_wait(plain, &item, 1, 1000), 1);
}
END_TEST

START_TEST(waiting_in_vain_ends_with_nobody)
{
    struct ekc_wait item = { .fd = ends[0], .want_read = true, .can_read = true };
    ck_assert_int_eq(ekc_bus_wait(plain, &item, 1, 1), 0);
    ck_assert(!item.can_read);
}
END_TEST

static void ignore_it(int number)
{
    (void)number;
}

START_TEST(after_a_signal_nobody_can_go_on)
{
    struct ekc_wait item = { .fd = ends[0], .want_read = true, .can_read = true };
    const struct itimerval soon = { .it_value.tv_usec = 1000 };
    ck_assert_int_eq(sigaction(SIGALRM, &(struct sigaction){ .sa_handler = ignore_it }, NULL),
                     0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
    ck_assert_int_eq(ekc_bus_wait(NULL, &item, 1, -1), 0);
    ck_assert(!item.can_read);
}
END_TEST

START_TEST(more_than_it_can_wait_for_is_refused)
{
    struct ekc_wait items[257] = { { .fd = ends[0] } };
    ck_fails(ekc_bus_wait(plain, items, EKC_COUNT(items), 0), E2BIG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bus");
    TCase *opening = tcase_create("keys and addresses");
    TCase *waiting = tcase_create("waiting");

    tcase_add_checked_fixture(opening, begin, finish);
    tcase_add_test(opening, a_new_pair_is_the_pair_of_its_secret_key);
    tcase_add_loop_test(opening, only_40_characters_of_z85_are_a_key, 0, EKC_COUNT(keys));
    tcase_add_loop_test(opening, a_key_file_has_the_secret_key_in_its_first_line, 0,
                        EKC_COUNT(keys));
    tcase_add_test(opening, a_key_file_that_is_not_there_is_told_as_such);
    tcase_add_loop_test(opening, a_bus_takes_whole_keys_alone, 0, EKC_COUNT(pairs));
    tcase_add_loop_test(opening, the_settings_say_which_bus_it_is, 0, EKC_COUNT(settings));
    tcase_add_loop_test(opening, plaintext_stays_on_loopback, 0, EKC_COUNT(addresses));
    tcase_add_test(opening, an_address_in_use_is_told_as_such);
    suite_add_tcase(suite, opening);

    tcase_add_checked_fixture(waiting, begin, finish);
    tcase_add_test(waiting, waiting_tells_which_fd_can_go_on);
    tcase_add_test(waiting, an_fd_whose_other_side_is_gone_can_go_on);
    tcase_add_test(waiting, waiting_in_vain_ends_with_nobody);
    tcase_add_test(waiting, after_a_signal_nobody_can_go_on);
    tcase_add_test(waiting, more_than_it_can_wait_for_is_refused);
    suite_add_tcase(suite, waiting);
    return ekc_check_run(suite);
}
