/* check_plan.c - which workers a plan has, and that no two of them want the same port. */
#include "ekc/plan.h"

#include "support/ekc_check.h"

static const struct plan one = { .port_base = 5500, .counts = { 1, 1, 1 } };
static const struct plan most = {
    .port_base = PLAN_BASE_MAX,
    .counts = { PLAN_REPLICAS_MAX, PLAN_REPLICAS_MAX, PLAN_REPLICAS_MAX },
};

static const struct {
    long port_base, intakes, classifiers;
    const char *setting, *want;
} lists[] = {
    { 5500, 1, 1, "EKC_INTAKE_PORTALS_BIND", "127.0.0.1:5510" },
    { 5500, 1, 1, "EKC_INTAKE_WORK_BIND", "127.0.0.1:5511" },
    { 5500, 1, 1, "EKC_INTAKE_ADMIN_BIND", "127.0.0.1:5519" },
    { 5500, 1, 1, "EKC_CLASSIFIER_ADMIN_BIND", "127.0.0.1:5529" },
    { 5500, 1, 1, "EKC_STATISTICS_QUERY_BIND", "127.0.0.1:5540" },
    { 5500, 1, 1, "EKC_STATISTICS_ADMIN_BIND", "127.0.0.1:5549" },
    { 5500, 2, 1, "EKC_INTAKE_WORK_BIND", "127.0.0.1:5511,127.0.0.1:5611" },
    { 7000, 1, 3, "EKC_CLASSIFIER_EVENTS_BIND",
      "127.0.0.1:7021,127.0.0.1:7121,127.0.0.1:7221" },
    { 5500, 1, 1, "EKC_NOTHING", "" },
};

START_TEST(each_replica_binds_a_hundred_ports_further_on)
{
    char text[PLAN_TEXT_MAX] = "";
    const struct plan plan = {
        .port_base = lists[_i].port_base,
        .counts = { lists[_i].intakes, lists[_i].classifiers, 1 },
    };
    plan_addresses(&plan, lists[_i].setting, text);
    ck_assert_str_eq(text, lists[_i].want);
}
END_TEST

START_TEST(lists_of_several_roles_are_joined)
{
    char text[PLAN_TEXT_MAX] = "";
    plan_addresses(&one, "EKC_INTAKE_EVENTS_BIND", text);
    plan_addresses(&one, "EKC_CLASSIFIER_EVENTS_BIND", text);
    ck_assert_str_eq(text, "127.0.0.1:5512,127.0.0.1:5521");
}
END_TEST

START_TEST(the_longest_list_has_room)
{
    char text[PLAN_TEXT_MAX] = "";
    plan_addresses(&most, "EKC_INTAKE_EVENTS_BIND", text);
    plan_addresses(&most, "EKC_CLASSIFIER_EVENTS_BIND", text);
    ck_assert_str_eq(text + strlen(text) - strlen(",127.0.0.1:61521"), ",127.0.0.1:61521");
}
END_TEST

static int mark_ports(void *self, const struct plan_worker *worker)
{
    bool *is_taken = self;
    for (size_t i = 0; i < worker->bind_count; i++) {
        ck_assert_int_le(worker->binds[i].port, UINT16_MAX);
        ck_assert(!is_taken[worker->binds[i].port]);
        is_taken[worker->binds[i].port] = true;
    }
    ck_assert_int_eq(worker->admin_port, worker->binds[worker->bind_count - 1].port);
    return 1;
}

START_TEST(no_port_is_wanted_twice)
{
    static bool is_taken[UINT16_MAX + 1];
    ck_assert_int_eq(plan_each(&most, mark_ports, is_taken), PLAN_ROLES * PLAN_REPLICAS_MAX);
}
END_TEST

static int stop_at_classifier(void *self, const struct plan_worker *worker)
{
    (void)self;
    return strcmp(worker->name, "classifier-1") == 0 ? -1 : 1;
}

START_TEST(a_visit_that_fails_ends_the_round)
{
    ck_assert_int_eq(plan_each(&one, stop_at_classifier, NULL), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *ports = tcase_create("ports");

    tcase_add_loop_test(ports, each_replica_binds_a_hundred_ports_further_on, 0,
                        EKC_COUNT(lists));
    tcase_add_test(ports, lists_of_several_roles_are_joined);
    tcase_add_test(ports, the_longest_list_has_room);
    tcase_add_test(ports, no_port_is_wanted_twice);
    tcase_add_test(ports, a_visit_that_fails_ends_the_round);
    suite_add_tcase(suite, ports);
    return ekc_check_run(suite);
}
