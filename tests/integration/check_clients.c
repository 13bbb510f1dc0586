/* check_clients.c - programs that are not ours get along with a centre, knowing nothing but
 * PROTOCOL.md. */
#include "support/centre.h"
#include "support/shell.h"

/* What a portal is told: addresses, the server key, and its own key. */
#define AS_A_PORTAL                                                                            \
    "set -a; . $EKC_HOME/centre.env; EKC_KEY_FILE=$EKC_HOME/keys/demo.key; "                   \
    "PYTHONDONTWRITEBYTECODE=1; NODE_PATH=build/node/node_modules; "

enum { NOT_RUN = 77 };

START_TEST(a_portal_in_python_gets_along)
{
    (void)shell_ok(AS_A_PORTAL "/usr/bin/python3 tests/integration/portal.py");
}
END_TEST

START_TEST(a_portal_in_node_gets_along)
{
    const struct said *said =
        shell_run("tests/support/node-packages.sh || exit %d; " AS_A_PORTAL
                  "node tests/integration/portal.mjs",
                  NOT_RUN);
    if (said->status == NOT_RUN) {
        not_run("node, npm or its registry is out of reach");
        return;
    }
    ck_assert_msg(said->status == 0, "%s", said->text);
}
END_TEST

START_TEST(hostile_input_is_refused_by_name)
{
    (void)shell_ok(AS_A_PORTAL "/usr/bin/python3 tests/integration/hostile.py");
}
END_TEST

START_TEST(nothing_came_of_it_that_breaks_a_promise)
{
    (void)shell_ok("ekc verify");
}
END_TEST

static void up(void)
{
    centre_up("");
}

int main(void)
{
    Suite *suite = suite_create("clients");
    TCase *foreign = tcase_create("foreign");
    tcase_set_timeout(foreign, 120);
    tcase_add_unchecked_fixture(foreign, up, centre_down);
    tcase_add_test(foreign, a_portal_in_python_gets_along);
    tcase_add_test(foreign, a_portal_in_node_gets_along);
    tcase_add_test(foreign, hostile_input_is_refused_by_name);
    tcase_add_test(foreign, nothing_came_of_it_that_breaks_a_promise);
    suite_add_tcase(suite, foreign);
    return ekc_check_run(suite);
}
