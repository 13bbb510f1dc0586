/* check_enums.c - the names and numbers of enum values, which no bytes hold, are for ever too.
 *
 * Frozen in golden/enums.txt. EKC_GOLDEN_WRITE=1 appends what is new and changes nothing. */
#include <stdio.h>

#include "ekc/wire.h"
#include "support/ekc_check.h"

#define FROZEN "tests/contract/golden/enums.txt"

enum { ENUMS_MAX = 64, LINE_SIZE = 160 };

static const ProtobufCEnumDescriptor *enums[ENUMS_MAX];
static int enum_count;

static const ProtobufCEnumDescriptor *find(const char *name)
{
    for (int i = 0; i < enum_count; i++)
        if (strcmp(enums[i]->name, name) == 0)
            return enums[i];
    return NULL;
}

/* Lists every enum that a message can hold; no message contains itself. */
// NOLINTNEXTLINE(misc-no-recursion)
static void collect(const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        const ProtobufCEnumDescriptor *list = field->descriptor;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            collect(field->descriptor);
        else if (field->type == PROTOBUF_C_TYPE_ENUM && !find(list->name))
            enums[enum_count++] = list;
    }
}

static FILE *open_frozen(const char *mode)
{
    FILE *file = fopen(FROZEN, mode);
    ck_assert_msg(file, FROZEN " is missing");
    return file;
}

static bool has_line(FILE *file, const char *line)
{
    char found[LINE_SIZE];
    rewind(file);
    while (fgets(found, sizeof found, file))
        if (strcmp(found, line) == 0)
            return true;
    return false;
}

START_TEST(each_value_of_an_enum_is_frozen)
{
    bool is_writing = getenv("EKC_GOLDEN_WRITE");
    FILE *file = open_frozen(is_writing ? "a+" : "r");
    for (unsigned i = 0; i < enums[_i]->n_values; i++) {
        char line[LINE_SIZE];
        const ProtobufCEnumValue *value = &enums[_i]->values[i];
        (void)snprintf(line, sizeof line, "%s %s %d\n", enums[_i]->name, value->name,
                       value->value);
        if (is_writing && !has_line(file, line))
            (void)fputs(line, file);
        ck_assert_msg(has_line(file, line), "EKC_GOLDEN_WRITE=1 freezes %s", line);
    }
    ck_assert_int_eq(fclose(file), 0);
}
END_TEST

START_TEST(each_frozen_value_has_its_name_and_number_still)
{
    char type[64], name[64], digits[16];
    FILE *file = open_frozen("r");
    while (fscanf(file, "%63s %63s %15s", type, name, digits) == 3) {
        const ProtobufCEnumDescriptor *list = find(type);
        const ProtobufCEnumValue *value =
            list ? protobuf_c_enum_descriptor_get_value_by_name(list, name) : NULL;
        ck_assert_msg(value && value->value == (int)strtol(digits, NULL, 10), "%s %s was %s",
                      type, name, digits);
    }
    ck_assert_int_eq(fclose(file), 0);
}
END_TEST

START_TEST(zero_is_no_value_in_any_enum)
{
    const ProtobufCEnumValue *zero = protobuf_c_enum_descriptor_get_value(enums[_i], 0);
    ck_assert_ptr_nonnull(zero);
    ck_assert_msg(strstr(zero->name, "_UNSPECIFIED"), "%s", zero->name);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("enums");
    TCase *values = tcase_create("values");

    collect(&ekc__v1__envelope__descriptor);
    collect(&ekc__v1__event_batch__descriptor);
    tcase_add_loop_test(values, each_value_of_an_enum_is_frozen, 0, enum_count);
    tcase_add_test(values, each_frozen_value_has_its_name_and_number_still);
    tcase_add_loop_test(values, zero_is_no_value_in_any_enum, 0, enum_count);
    suite_add_tcase(suite, values);
    return ekc_check_run(suite);
}
