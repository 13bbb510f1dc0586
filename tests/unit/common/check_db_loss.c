/* check_db_loss.c - a connection may go at any moment; its caller learns of it once, and it
 * comes back by itself. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "common/db_internal.h"
#include "support/scratch_db.h"

static const struct ekc_statement put = { "put", "INSERT INTO thing VALUES (1)" };
static const struct ekc_statement nap = { "nap", "SELECT 1 FROM pg_sleep(3)" };
static const struct ekc_statement one = { "one", "SELECT 1" };

static void open_things(void)
{
    open_world();
    ck_ok(ekc_sql_script(sql, "CREATE TABLE thing (id integer)"));
}

static int64_t things(void)
{
    return scratch_int(sql, "SELECT count(*) FROM thing");
}

/* Ends the worker's connection from outside, as a shutdown of the server would. */
static void end_connection(void)
{
    static const char others[] =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE application_name = current_setting('application_name') "
        "AND pid <> pg_backend_pid()";
    ck_assert_int_eq(scratch_int(sql, others), 1);
}

/* The connections of one test are known by a name of their own. */
static void connect_named(int64_t deadline_ms)
{
    char name[32], script[64];
    (void)snprintf(name, sizeof name, "ekc-test-%ld", (long)getpid());
    (void)snprintf(script, sizeof script, "SET application_name = '%s'", name);
    ck_assert_int_eq(setenv("PGAPPNAME", name, 1), 0);
    ck_ok(ekc_sql_script(sql, script));
    connect_scratch(deadline_ms);
}

START_TEST(a_batch_on_a_connection_that_dies_is_of_unknown_outcome)
{
    connect_named(0);
    START_BATCH(&put, &nap);
    ck_ok(ekc_loop_turn(loop, 100));
    end_connection();
    turn_until(told.calls > 0);
    ck_fails(told.r, ENOTCONN);
    ck_assert(!ekc_db_is_connected(db));
    ck_assert_int_eq(lost_calls, 1);
    ck_assert_str_ne(ekc_db_trouble(db), "");

    turn_until(ekc_db_is_idle(db));
    ck_assert_int_eq(ready_calls, 2);
    ck_assert_str_eq(ekc_db_trouble(db), "");
    ck_ok(RUN_BATCH(&put));
    ck_assert_int_eq(told.calls, 1);
    ck_assert_int_eq(things(), 1);
}
END_TEST

START_TEST(the_end_of_an_idle_connection_is_noticed)
{
    connect_named(0);
    ck_ok(RUN_BATCH(&one));
    end_connection();
    turn_until(lost_calls == 1);
    ck_fails(ekc_db_add(db, &one, NULL), ENOTCONN);
    turn_until(ready_calls == 2);
    ck_ok(RUN_BATCH(&one));
    ck_assert_int_eq(told.calls, 1);
}
END_TEST

START_TEST(a_connection_that_died_unnoticed_is_told_in_a_later_turn)
{
    connect_named(0);
    end_connection();
    START_BATCH(&put);
    turn_until(told.calls > 0);
    ck_fails(told.r, ENOTCONN);
    turn_until(ready_calls == 2);
    ck_assert_int_eq(told.calls, 1);
    ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(a_batch_that_takes_too_long_is_of_unknown_outcome)
{
    connect_named(150);
    int64_t began_ms = ekc_tick_ms();
    ck_fails(RUN_BATCH(&nap), ENOTCONN);
    ck_assert_int_ge(ekc_tick_ms() - began_ms, 150);
    ck_assert_int_lt(ekc_tick_ms() - began_ms, 2500);
    ck_assert(lost_calls == 1 && !ekc_db_is_connected(db));
    turn_until(ekc_db_is_idle(db));
    ck_ok(RUN_BATCH(&one));
}
END_TEST

START_TEST(a_deadline_is_over_with_its_batch)
{
    connect_named(300);
    ck_ok(RUN_BATCH(&one));
    for (int64_t began_ms = ekc_tick_ms(); ekc_tick_ms() - began_ms < 400;)
        ck_ok(ekc_loop_turn(loop, 50));
    ck_assert_int_eq(lost_calls, 0);
}
END_TEST

START_TEST(a_batch_that_is_never_run_does_not_stay)
{
    connect_named(150);
    ck_ok(ekc_db_add(db, &put, NULL));
    turn_until(ready_calls == 2);
    ck_assert_int_eq(lost_calls, 1);
    ck_ok(RUN_BATCH(&one));
    ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(a_closed_connection_calls_nobody)
{
    connect_named(0);
    START_BATCH(&nap);
    ekc_db_close(&db);
    ck_ok(ekc_loop_turn(loop, 0));
    ck_assert(told.calls == 0 && lost_calls == 0);
    ekc_db_close(&db);
}
END_TEST

/* --- on_ready ----------------------------------------------------------------------------- */

static void run_at_once(void *self)
{
    (void)self;
    ready_calls++;
    ck_ok(ekc_db_add(db, &one, NULL));
    ck_ok(ekc_db_run(db, take_reply, NULL));
}

START_TEST(a_batch_may_run_as_soon_as_there_is_a_connection)
{
    const struct ekc_db_options options = { .conninfo = scratch_conninfo(),
                                            .on_ready = run_at_once };
    ck_ok(ekc_db_open(&db, loop, &options));
    turn_until(told.calls == 1);
    ck_ok(told.r);
    ck_assert_int_eq(ready_calls, 1);
}
END_TEST

static void run_again(void *self, const struct ekc_reply *reply)
{
    take_reply(self, reply);
    if (told.calls == 100)
        return;
    ck_ok(ekc_db_add(db, &one, NULL));
    ck_ok(ekc_db_run(db, run_again, NULL));
}

START_TEST(a_reply_may_run_the_next_batch)
{
    connect_named(0);
    ck_ok(ekc_db_add(db, &one, NULL));
    ck_ok(ekc_db_run(db, run_again, NULL));
    turn_until(told.calls == 100);
    ck_ok(told.r);
}
END_TEST

START_TEST(a_session_is_set_up_before_anything_runs)
{
    static const struct ekc_statement session = {
        "session", "SELECT (current_setting('lock_timeout'), current_setting('timezone'), "
                   "current_setting('idle_in_transaction_session_timeout'), "
                   "current_setting('client_encoding')) = ('3s', 'UTC', '15s', 'UTF8')"
    };
    connect_named(0);
    ck_ok(RUN_BATCH(&session));
    ck_assert_int_eq(told.number, 1);
    ck_assert_int_eq(scratch_int(sql, session.sql), 1);
}
END_TEST

/* --- servers that are none ---------------------------------------------------------------- */

static void open_to(const char *conninfo, int64_t deadline_ms)
{
    const struct ekc_db_options options = { .conninfo = conninfo,
                                            .on_ready = count_ready,
                                            .on_lost = count_lost,
                                            .deadline_ms = deadline_ms };
    ck_ok(ekc_db_open(&db, loop, &options));
}

START_TEST(a_missing_server_is_told_by_name)
{
    open_to("host=/nowhere", 0);
    ck_assert_ptr_nonnull(strstr(ekc_db_trouble(db), "/nowhere"));
    for (int i = 0; i < 5; i++)
        ck_ok(ekc_loop_turn(loop, 100));
    ck_assert(!ekc_db_is_connected(db) && ready_calls == 0 && lost_calls == 0);
}
END_TEST

static int listen_at(int *ret_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(fd, 8), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

START_TEST(a_server_that_never_speaks_is_left_and_tried_again)
{
    int port = 0;
    int fd = listen_at(&port);
    char conninfo[64];
    (void)snprintf(conninfo, sizeof conninfo, "host=127.0.0.1 port=%d", port);
    open_to(conninfo, 100);
    int callers = 0;
    while (callers < 3) {
        ck_ok(ekc_loop_turn(loop, 100));
        int caller = accept(fd, NULL, NULL);
        callers += caller >= 0;
    }
    ck_assert_ptr_nonnull(strstr(ekc_db_trouble(db), "within the time allowed"));
    (void)close(fd);
}
END_TEST

/* The scratch server as the second host: the first takes calls and says nothing. */
START_TEST(a_silent_host_does_not_keep_from_the_next)
{
    int port = 0;
    int fd = listen_at(&port);
    char conninfo[256];
    ck_assert_int_eq(strncmp(scratch_conninfo(), "host=", 5), 0);
    (void)snprintf(conninfo, sizeof conninfo, "port=%d,5432 host=127.0.0.1,%s", port,
                   scratch_conninfo() + 5);
    open_to(conninfo, 500);
    turn_until(ekc_db_is_idle(db));
    ck_ok(RUN_BATCH(&put));
    ck_assert_int_eq(things(), 1);
    (void)close(fd);
}
END_TEST

START_TEST(of_several_hosts_one_that_only_reads_is_passed_over)
{
    char conninfo[512], host[128];
    ck_assert_int_eq(sscanf(scratch_conninfo(), "host=%127s", host), 1);
    (void)snprintf(conninfo, sizeof conninfo, "%s host=%s,%s", scratch_conninfo(), host, host);
    ck_assert_int_eq(setenv("PGOPTIONS", "-c default_transaction_read_only=on", 1), 0);
    open_to(conninfo, 0);
    while (!strstr(ekc_db_trouble(db), "read-only"))
        ck_ok(ekc_loop_turn(loop, 100));
    ck_assert(!ekc_db_is_connected(db) && ready_calls == 0);
}
END_TEST

START_TEST(a_connection_bears_the_name_of_its_program)
{
    static const struct ekc_statement name = {
        "name", "SELECT (current_setting('application_name') = 'check_db_loss')::int"
    };
    connect_scratch(0);
    ck_ok(RUN_BATCH(&name));
    ck_assert_int_eq(told.number, 1);
    ck_assert_int_eq(scratch_int(sql, name.sql), 1);
}
END_TEST

/* What a socket that libpq has opened was told of a dead machine. */
static void check_alive_options(const char *conninfo, int idle, int user_timeout)
{
    struct ekc_target target = { 0 };
    int port = 0, fd = listen_at(&port), got = 0;
    socklen_t len = sizeof got;
    char whole[128];
    (void)snprintf(whole, sizeof whole, "host=127.0.0.1 port=%d %s", port, conninfo);
    ck_ok(ekc_target_read(&target, whole, NULL));
    PGconn *conn = ekc_target_start(&target);
    while (PQstatus(conn) == CONNECTION_STARTED || PQstatus(conn) == CONNECTION_NEEDED)
        (void)PQconnectPoll(conn);
    ck_assert_int_eq(getsockopt(PQsocket(conn), IPPROTO_TCP, TCP_KEEPIDLE, &got, &len), 0);
    ck_assert_int_eq(got, idle);
    ck_assert_int_eq(getsockopt(PQsocket(conn), IPPROTO_TCP, TCP_USER_TIMEOUT, &got, &len), 0);
    ck_assert_int_eq(got, user_timeout);
    PQfinish(conn);
    ekc_target_done(&target);
    (void)close(fd);
}

START_TEST(a_dead_machine_is_noticed_in_seconds_unless_the_conninfo_says_otherwise)
{
    check_alive_options("", 5, 8000);
    check_alive_options("keepalives_idle=60 tcp_user_timeout=30000", 60, 30000);
}
END_TEST

/* --- a server that stands still ----------------------------------------------------------- */

static pid_t relay_pid;
static char relay_home[64];

static void pump(int from, int to)
{
    char bytes[65536];
    ssize_t len = read(from, bytes, sizeof bytes);
    if (len <= 0 || write(to, bytes, (size_t)len) != len)
        _exit(0);
}

static int socket_at(const char *folder, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    (void)snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%.80s/.s.PGSQL.5432",
                   folder);
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

/* Stands between a program and the server, one connection long, and can be stopped. */
static void relay(int listener, const char *server)
{
    struct sockaddr_un address;
    int near = accept(listener, NULL, NULL), far = socket_at(server, &address);
    if (connect(far, (struct sockaddr *)&address, sizeof address) < 0)
        _exit(1);
    for (;;) {
        struct pollfd fds[] = { { .fd = near, .events = POLLIN },
                                { .fd = far, .events = POLLIN } };
        (void)poll(fds, 2, -1);
        if (fds[0].revents)
            pump(near, far);
        if (fds[1].revents)
            pump(far, near);
    }
}

static void start_relay(void)
{
    char server[80] = "";
    struct sockaddr_un address;
    ck_assert_int_eq(sscanf(scratch_conninfo(), "host=%79s", server), 1);
    (void)snprintf(relay_home, sizeof relay_home, "/tmp/ekc-relay.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(relay_home));
    int listener = socket_at(relay_home, &address);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    relay_pid = fork();
    if (relay_pid == 0)
        relay(listener, server);
    (void)close(listener);
}

static void end_relay(void)
{
    char path[96];
    (void)kill(relay_pid, SIGKILL);
    ck_assert_int_eq(waitpid(relay_pid, NULL, 0), relay_pid);
    (void)snprintf(path, sizeof path, "%s/.s.PGSQL.5432", relay_home);
    (void)unlink(path);
    (void)rmdir(relay_home);
}

START_TEST(a_program_gives_up_a_server_that_stands_still)
{
    char conninfo[160];
    ekc_sql *frozen = NULL;
    start_relay();
    (void)snprintf(conninfo, sizeof conninfo,
                   "host=%s user=postgres dbname=postgres connect_timeout=2", relay_home);
    ck_ok(ekc_sql_open(&frozen, conninfo));
    ck_assert_int_eq(scratch_int(frozen, "SELECT 1"), 1);

    ck_assert_int_eq(kill(relay_pid, SIGSTOP), 0);
    ck_fails(ekc_sql_run(frozen, "SELECT 1", NULL, NULL), ENOTCONN);
    ck_fails(ekc_sql_script(frozen, "SELECT 1"), ENOTCONN);
    ekc_sql_close(&frozen);
    end_relay();
}
END_TEST

START_TEST(a_program_waits_for_a_server_that_is_at_work)
{
    ck_assert_int_eq(scratch_int(sql, "SELECT 1 FROM pg_sleep(7)"), 1);
}
END_TEST

START_TEST(what_is_no_conninfo_is_refused_at_once)
{
    const struct ekc_db_options options = { .conninfo = "hots=there" };
    ck_fails(ekc_db_open(&db, loop, &options), EINVAL);
}
END_TEST

int main(void)
{
    if (scratch_is_missing())
        return EXIT_SUCCESS;
    Suite *suite = suite_create("db loss");
    TCase *loss = tcase_create("loss");
    tcase_add_checked_fixture(loss, open_things, close_world);
    tcase_set_timeout(loss, 30);
    tcase_add_test(loss, a_batch_on_a_connection_that_dies_is_of_unknown_outcome);
    tcase_add_test(loss, the_end_of_an_idle_connection_is_noticed);
    tcase_add_test(loss, a_connection_that_died_unnoticed_is_told_in_a_later_turn);
    tcase_add_test(loss, a_batch_that_takes_too_long_is_of_unknown_outcome);
    tcase_add_test(loss, a_deadline_is_over_with_its_batch);
    tcase_add_test(loss, a_batch_that_is_never_run_does_not_stay);
    tcase_add_test(loss, a_closed_connection_calls_nobody);
    tcase_add_test(loss, a_batch_may_run_as_soon_as_there_is_a_connection);
    tcase_add_test(loss, a_reply_may_run_the_next_batch);
    tcase_add_test(loss, a_session_is_set_up_before_anything_runs);
    tcase_add_test(loss, a_missing_server_is_told_by_name);
    tcase_add_test(loss, a_server_that_never_speaks_is_left_and_tried_again);
    tcase_add_test(loss, what_is_no_conninfo_is_refused_at_once);
    tcase_add_test(loss, a_silent_host_does_not_keep_from_the_next);
    tcase_add_test(loss, of_several_hosts_one_that_only_reads_is_passed_over);
    tcase_add_test(loss, a_connection_bears_the_name_of_its_program);
    tcase_add_test(loss,
                   a_dead_machine_is_noticed_in_seconds_unless_the_conninfo_says_otherwise);
    tcase_add_test(loss, a_program_gives_up_a_server_that_stands_still);
    tcase_add_test(loss, a_program_waits_for_a_server_that_is_at_work);
    suite_add_tcase(suite, loss);
    return ekc_check_run(suite);
}
