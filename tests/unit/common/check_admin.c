/* check_admin.c - what an administrator's probes and scrapers see of a worker. */
#include "ekc/admin.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/ekc_check.h"

static ekc_loop *loop;
static ekc_bus *bus;
static ekc_admin *admin;
static const char *trouble;
static double by_wire = 168300, by_sweep = 0, share = 0.25;
static uint16_t port;
static char address[32], heard[65536];

static const char *not_ready(void *self)
{
    return *(const char **)self;
}

static const struct ekc_metric metrics[] = {
    { "ekc_verdicts_total", "path=\"wire\"", "Verdicts made.", "counter", &by_wire },
    { "ekc_verdicts_total", "path=\"sweep\"", "Verdicts made.", "counter", &by_sweep },
    { "ekc_window_ratio", NULL, "How full the window is.", "gauge", &share },
};

static int open_admin(ekc_admin **ret_admin)
{
    return ekc_admin_open(ret_admin, loop,
                          &(struct ekc_admin_options){
                              .address = address,
                              .not_ready = not_ready,
                              .self = &trouble,
                              .metrics = metrics,
                              .metric_count = EKC_COUNT(metrics),
                          });
}

/* A port that was free a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_ok(bind(fd, (struct sockaddr *)&at, len));
    ck_ok(getsockname(fd, (struct sockaddr *)&at, &len));
    ck_ok(close(fd));
    return ntohs(at.sin_port);
}

static void begin(void)
{
    ck_ok(ekc_loop_new(&loop));
    ck_ok(ekc_bus_new(&bus, &(struct ekc_bus_options){ 0 }));
    ekc_loop_attach(loop, bus);
    port = free_port();
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", port);
    ck_ok(open_admin(&admin));
}

static void end(void)
{
    ekc_admin_close(&admin);
    ekc_admin_close(&admin);
    ekc_bus_close(&bus);
    ekc_loop_free(&loop);
}

static int dial(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_ok(connect(fd, (struct sockaddr *)&at, sizeof at));
    return fd;
}

/* Turns the loop until the other side has closed; what it said is in heard. */
static const char *hear(int fd)
{
    size_t len = 0;
    ssize_t got = -1;
    for (int i = 0; i < 1000 && got != 0; i++) {
        ck_ok(ekc_loop_turn(loop, 10));
        got = recv(fd, heard + len, sizeof heard - 1 - len, MSG_DONTWAIT);
        len += got > 0 ? (size_t)got : 0;
    }
    ck_assert_int_eq(got, 0);
    heard[len] = '\0';
    ck_ok(close(fd));
    return heard;
}

static const char *ask(const char *method, const char *path)
{
    char request[256];
    int len =
        snprintf(request, sizeof request,
                 "%s %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", method, path);
    int fd = dial();
    ck_assert_int_eq(send(fd, request, (size_t)len, 0), len);
    return hear(fd);
}

static const struct {
    const char *method, *path, *trouble, *want_first, *want_within;
} probes[] = {
    { "GET", "/healthz", NULL, "HTTP/1.1 200 ", "\r\n\r\nok\n" },
    { "GET", "/healthz", "no database", "HTTP/1.1 200 ", "\r\n\r\nok\n" },
    { "GET", "/readyz", NULL, "HTTP/1.1 200 ", "\r\n\r\nready\n" },
    { "GET", "/readyz", "no database", "HTTP/1.1 503 ", "\r\n\r\nnot ready: no database\n" },
    { "GET", "/", NULL, "HTTP/1.1 404 ", "/metrics" },
    { "GET", "/readyz/x", NULL, "HTTP/1.1 404 ", "" },
    { "GET", "/readyz?verbose=1", NULL, "HTTP/1.1 200 ", "" },
    { "POST", "/healthz", NULL, "HTTP/1.1 405 ", "Allow: GET, HEAD" },
    { "DELETE", "/metrics", NULL, "HTTP/1.1 405 ", "" },
    { "GET", "/metrics", NULL, "HTTP/1.1 200 ", "text/plain; version=0.0.4" },
};

START_TEST(each_probe_gets_its_answer)
{
    trouble = probes[_i].trouble;
    const char *answer = ask(probes[_i].method, probes[_i].path);
    ck_assert_msg(strncmp(answer, probes[_i].want_first, strlen(probes[_i].want_first)) == 0,
                  "%s", answer);
    ck_assert_msg(strstr(answer, probes[_i].want_within) != NULL, "%s", answer);
}
END_TEST

START_TEST(head_is_answered_without_a_body)
{
    const char *answer = ask("HEAD", "/healthz");
    ck_assert_ptr_nonnull(strstr(answer, "HTTP/1.1 200 "));
    ck_assert_str_eq(answer + strlen(answer) - 4, "\r\n\r\n");
}
END_TEST

START_TEST(rows_of_one_name_share_their_help_and_type)
{
    by_wire++;
    ck_assert_ptr_nonnull(strstr(ask("GET", "/metrics"),
                                 "\r\n\r\n# HELP ekc_verdicts_total Verdicts made.\n"
                                 "# TYPE ekc_verdicts_total counter\n"
                                 "ekc_verdicts_total{path=\"wire\"} 168301\n"
                                 "ekc_verdicts_total{path=\"sweep\"} 0\n"
                                 "# HELP ekc_window_ratio How full the window is.\n"
                                 "# TYPE ekc_window_ratio gauge\n"
                                 "ekc_window_ratio 0.25\n"));
}
END_TEST

static double own_metric(const char *name)
{
    const char *text = strstr(ask("GET", "/metrics"), name);
    ck_assert_ptr_nonnull(text);
    return strtod(text + strlen(name), NULL);
}

START_TEST(a_process_tells_its_memory_and_when_it_began)
{
    double now = (double)time(NULL);
    double started = own_metric("\nprocess_start_time_seconds ");
    ck_assert_double_gt(own_metric("\nprocess_resident_memory_bytes "), 1e5);
    ck_assert_double_gt(started, now - 600);
    ck_assert_double_lt(started, now + 2);
}
END_TEST

START_TEST(a_client_that_says_nothing_holds_up_nobody)
{
    int silent = dial();
    ck_assert_ptr_nonnull(strstr(ask("GET", "/healthz"), " 200 "));
    ck_ok(close(silent));
}
END_TEST

START_TEST(what_is_no_http_is_cut_off)
{
    int fd = dial();
    ck_assert_int_eq(send(fd, "\x16\x03\x01\r\n\r\n", 7, 0), 7);
    ck_assert_ptr_null(strstr(hear(fd), " 200 "));
}
END_TEST

START_TEST(a_port_in_use_is_told_as_such)
{
    ekc_admin *second = NULL;
    ck_fails(open_admin(&second), EADDRINUSE);
    ck_assert_ptr_null(second);
}
END_TEST

START_TEST(a_host_that_is_not_there_is_refused)
{
    ekc_admin *second = NULL;
    (void)snprintf(address, sizeof address, "%s", "no.such.invalid:80");
    ck_fails(open_admin(&second), EADDRNOTAVAIL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("admin");
    TCase *http = tcase_create("http");

    tcase_add_checked_fixture(http, begin, end);
    tcase_add_loop_test(http, each_probe_gets_its_answer, 0, EKC_COUNT(probes));
    tcase_add_test(http, head_is_answered_without_a_body);
    tcase_add_test(http, rows_of_one_name_share_their_help_and_type);
    tcase_add_test(http, a_process_tells_its_memory_and_when_it_began);
    tcase_add_test(http, a_client_that_says_nothing_holds_up_nobody);
    tcase_add_test(http, what_is_no_http_is_cut_off);
    tcase_add_test(http, a_port_in_use_is_told_as_such);
    tcase_add_test(http, a_host_that_is_not_there_is_refused);
    suite_add_tcase(suite, http);
    return ekc_check_run(suite);
}
