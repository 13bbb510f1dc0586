/* check_intern.c - what numbers keys get. */
#include "classifier/intern.h"

#include <stdio.h>

#include "support/ekc_check.h"

static struct ekc_bytes key(const char *text)
{
    return (struct ekc_bytes){ text, strlen(text) };
}

START_TEST(keys_are_numbered_in_order_of_arrival_and_once)
{
    EKC_CLEANUP(intern_free) intern *keys = NULL;
    uint32_t id = 0;

    ck_ok(intern_new(&keys));
    ck_ok(intern_add(keys, key("land"), &id));
    ck_assert_uint_eq(id, 1);
    ck_ok(intern_add(keys, key("lane"), &id));
    ck_assert_uint_eq(id, 2);
    ck_ok(intern_add(keys, key("land"), &id));
    ck_assert_uint_eq(id, 1);
    ck_assert_uint_eq(intern_count(keys), 2);
}
END_TEST

START_TEST(a_key_that_never_arrived_has_no_number)
{
    EKC_CLEANUP(intern_free) intern *keys = NULL;
    uint32_t id = 0;

    ck_ok(intern_new(&keys));
    ck_assert_uint_eq(intern_find(keys, key("land")), 0);
    ck_ok(intern_add(keys, key("land"), &id));
    ck_assert_uint_eq(intern_find(keys, key("lan")), 0);
    ck_assert_uint_eq(intern_find(keys, key("")), 0);
}
END_TEST

START_TEST(numbers_stay_while_the_register_grows)
{
    EKC_CLEANUP(intern_free) intern *keys = NULL;
    uint32_t id = 0;
    char name[16];

    ck_ok(intern_new(&keys));
    for (uint32_t i = 1; i <= 5000; i++) {
        (void)snprintf(name, sizeof(name), "key %u", i);
        ck_ok(intern_add(keys, key(name), &id));
        ck_assert_uint_eq(id, i);
    }
    for (uint32_t i = 1; i <= 5000; i++) {
        (void)snprintf(name, sizeof(name), "key %u", i);
        ck_assert_uint_eq(intern_find(keys, key(name)), i);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("intern");
    TCase *numbers = tcase_create("numbers");

    tcase_add_test(numbers, keys_are_numbered_in_order_of_arrival_and_once);
    tcase_add_test(numbers, a_key_that_never_arrived_has_no_number);
    tcase_add_test(numbers, numbers_stay_while_the_register_grows);
    suite_add_tcase(suite, numbers);
    return ekc_check_run(suite);
}
