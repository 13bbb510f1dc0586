/* db_target.c - whom a connection goes to, and the settings that it has unless the conninfo
 * says otherwise. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db_internal.h"

enum { OPTIONS_MAX = 96 };

/* A server whose machine has gone is noticed in about 10 s, not in the 15 minutes that TCP
 * would take. A process that stands still keeps such a connection alive: deadlines are for
 * that. */
static const struct {
    const char *name, *value;
} defaults[] = {
    { "connect_timeout", "5" },  { "keepalives_idle", "5" },     { "keepalives_interval", "2" },
    { "keepalives_count", "3" }, { "tcp_user_timeout", "8000" },
};

/* What a call of libpq takes: of one name the later value counts. */
struct arguments {
    const char *names[OPTIONS_MAX], *values[OPTIONS_MAX];
    int count;
};

static void put(struct arguments *arguments, const char *name, const char *value)
{
    if (!value || arguments->count + 1 == OPTIONS_MAX)
        return;
    arguments->names[arguments->count] = name;
    arguments->values[arguments->count++] = value;
}

static bool is_host(const char *name)
{
    return strcmp(name, "host") == 0 || strcmp(name, "hostaddr") == 0;
}

static bool has_many_hosts(const struct ekc_target *target)
{
    for (const PQconninfoOption *option = target->options; option->keyword; option++)
        if (is_host(option->keyword) && option->val && strchr(option->val, ','))
            return true;
    return false;
}

static void collect(const struct ekc_target *target, struct arguments *ret_arguments)
{
    *ret_arguments = (struct arguments){ .count = 0 };
    for (size_t i = 0; i < EKC_COUNT(defaults); i++)
        put(ret_arguments, defaults[i].name, defaults[i].value);
    put(ret_arguments, "fallback_application_name", program_invocation_short_name);
    if (has_many_hosts(target))
        put(ret_arguments, "target_session_attrs", "read-write");
    for (const PQconninfoOption *option = target->options; option->keyword; option++)
        put(ret_arguments, option->keyword, option->val);
}

int ekc_target_read(struct ekc_target *ret_target, const char *text, char *ret_reason)
{
    char *error = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &error);
    if (!options && ret_reason)
        ekc_reason_copy(ret_reason, error ? error : "out of memory");
    PQfreemem(error);
    if (!options)
        return -EINVAL;

    ret_target->options = options;
    return 0;
}

void ekc_target_done(struct ekc_target *target)
{
    PQconninfoFree(target->options);
    target->options = NULL;
}

PGconn *ekc_target_start(const struct ekc_target *target)
{
    struct arguments arguments;
    collect(target, &arguments);
    return PQconnectStartParams(arguments.names, arguments.values, 0);
}

PGconn *ekc_target_connect(const struct ekc_target *target)
{
    struct arguments arguments;
    collect(target, &arguments);
    return PQconnectdbParams(arguments.names, arguments.values, 0);
}

/* One that is starting up or turns us away is there as well. */
bool ekc_target_answers(const struct ekc_target *target)
{
    struct arguments arguments;
    collect(target, &arguments);
    PGPing ping = PQpingParams(arguments.names, arguments.values, 0);
    return ping == PQPING_OK || ping == PQPING_REJECT;
}

/* In place, since the length stays: "a,bc,d" becomes "bc,d,a". */
static void turn_list(char *list)
{
    char *comma = strchr(list, ',');
    size_t first = comma ? (size_t)(comma - list) : 0, len = strlen(list);
    char *copy = comma ? strdup(list) : NULL;
    if (!copy)
        return;
    memcpy(list, copy + first + 1, len - first - 1);
    list[len - first - 1] = ',';
    memcpy(list + len - first, copy, first);
    free(copy);
}

void ekc_target_turn(struct ekc_target *target)
{
    for (PQconninfoOption *option = target->options; option->keyword; option++)
        if (option->val && (is_host(option->keyword) || strcmp(option->keyword, "port") == 0))
            turn_list(option->val);
}
