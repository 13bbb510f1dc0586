/* up.c - `ekc up`: a private PostgreSQL, keys, schema, portals, then the workers. Each step
 * does only what is not done yet, so that a centre in which a worker has died is mended by it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "keys.h"
#include "migrate.h"
#include "options.h"
#include "store.h"
#include "take_down.h"
#include "workers.h"

struct up {
    struct centre centre;
    struct cluster cluster;
    struct plan plan;
    struct ekc_keypair server, admin, demo;
    char server_file[FILES_PATH_MAX], admin_file[FILES_PATH_MAX], demo_file[FILES_PATH_MAX];
    char conninfo[FILES_PATH_MAX], submit_at[PLAN_TEXT_MAX], query_at[PLAN_TEXT_MAX];
    char work_at[PLAN_TEXT_MAX], events_at[PLAN_TEXT_MAX];
};

static int prepare(struct up *up)
{
    int r = centre_make(&up->centre);
    if (r < 0)
        return ekc_fail(r, "cannot make %s", up->centre.home);
    r = centre_lock(&up->centre);
    if (r < 0)
        return ekc_fail(r, "cannot lock %s", up->centre.home);
    r = cluster_find(&up->centre, &up->cluster);
    if (r < 0)
        return r;

    cluster_conninfo(&up->cluster, "ekc", up->conninfo);
    plan_addresses(&up->plan, "EKC_INTAKE_PORTALS_BIND", up->submit_at);
    plan_addresses(&up->plan, "EKC_STATISTICS_QUERY_BIND", up->query_at);
    plan_addresses(&up->plan, "EKC_INTAKE_WORK_BIND", up->work_at);
    plan_addresses(&up->plan, "EKC_INTAKE_EVENTS_BIND", up->events_at);
    plan_addresses(&up->plan, "EKC_CLASSIFIER_EVENTS_BIND", up->events_at);
    return 0;
}

/* All workers share one key, for a client knows one server key; and by it they know each other.
 */
static int take_keys(struct up *up)
{
    centre_path(&up->centre, up->server_file, "keys/server.key");
    centre_path(&up->centre, up->admin_file, "keys/admin.key");
    centre_path(&up->centre, up->demo_file, "keys/demo.key");
    int r = keys_take(up->server_file, &up->server);
    if (r == 0)
        r = keys_take(up->admin_file, &up->admin);
    if (r == 0)
        r = keys_take(up->demo_file, &up->demo);
    return r;
}

static int fill_database(const struct up *up)
{
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = ekc_sql_open(&sql, up->conninfo);
    if (r == 0)
        r = migrate_database(sql);
    if (r == 0)
        r = store_admit_service(sql, "worker", up->server.public_key);
    if (r >= 0)
        r = store_add_portal(sql, "admin", up->admin.public_key, "admin");
    if (r >= 0)
        r = store_add_portal(sql, "demo", up->demo.public_key, "portal");
    return r;
}

struct variable {
    const char *name, *value;
};

static int add_all(struct environment *environment, const struct variable *variables,
                   size_t count)
{
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++)
        r = environment_add(environment, variables[i].name, "%s", variables[i].value);
    return r;
}

static int describe_for_workers(const struct up *up, struct environment *environment)
{
    const struct variable variables[] = {
        { "EKC_DB", up->conninfo },      { "EKC_KEY_FILE", up->server_file },
        { "EKC_SERVER_KEY", "" },        { "EKC_WORK", up->work_at },
        { "EKC_EVENTS", up->events_at },
    };
    return add_all(environment, variables, EKC_COUNT(variables));
}

static int describe_for_people(const struct up *up, struct environment *environment)
{
    const struct variable variables[] = {
        { "EKC_DB", up->conninfo },
        { "EKC_KEY_FILE", up->admin_file },
        { "EKC_SERVER_KEY", up->server.public_key },
        { "EKC_INTAKE", up->submit_at },
        { "EKC_STATISTICS", up->query_at },
        { "EKC_PORTAL", "demo" },
        { "EKC_WORK", up->work_at },
        { "EKC_EVENTS", up->events_at },
    };
    return add_all(environment, variables, EKC_COUNT(variables));
}

static char *text_of(const struct environment *environment)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    environment_write(environment, out);
    return fclose(out) == 0 ? text : NULL;
}

/* Workers that run know each other by the plan that they were started with. */
static int write_env(const struct up *up)
{
    EKC_CLEANUP(environment_done) struct environment environment = { .count = 0 };
    char path[FILES_PATH_MAX];
    int r = describe_for_people(up, &environment);
    char *text = r < 0 ? NULL : text_of(&environment);
    if (!text)
        return ekc_fail(-ENOMEM, "cannot describe the centre");

    centre_path(&up->centre, path, "centre.env");
    char *old = files_read(path);
    bool is_other = !old || strcmp(old, text) != 0;
    if (is_other && workers_running(&up->centre) > 0)
        r = ekc_fail(-EBUSY, "a centre with other ports or workers runs here: ekc down first");
    else if (is_other && files_write(path, text, 0644) < 0)
        r = ekc_fail(-EIO, "cannot write %s", path);
    free(old);
    free(text);
    return r;
}

static int start_workers(const struct up *up)
{
    EKC_CLEANUP(environment_done) struct environment environment = { .count = 0 };
    int r = describe_for_workers(up, &environment);
    if (r < 0)
        return ekc_fail(r, "cannot describe the centre");
    r = workers_start(&up->centre, &up->plan, &environment);
    return r < 0 ? r : workers_wait_ready(&up->centre, &up->plan);
}

static int bring_up(const struct up *up)
{
    int r = cluster_start(&up->cluster);
    if (r == 0)
        r = fill_database(up);
    if (r >= 0)
        r = start_workers(up);
    if (r < 0 && take_down(&up->centre, &up->cluster) < 0)
        ekc_warn("something of the centre in %s may still run", up->centre.home);
    return r;
}

static void print(const struct up *up)
{
    (void)printf("The centre is up, its home is %s\n"
                 "  submit at     %s\n"
                 "  ask at        %s\n"
                 "  server key    %s\n"
                 "  portal demo   %s\n"
                 "  database      %s\n",
                 up->centre.home, up->submit_at, up->query_at, up->server.public_key,
                 up->demo_file, up->conninfo);
    workers_print(&up->centre, &up->plan);
    (void)printf("To submit:  ekc submit --file FILE\n"
                 "To look:    ekc report, ekc status\n"
                 "To end:     ekc down\n");
}

static int run(struct up *up)
{
    int r = prepare(up);
    if (r == 0)
        r = take_keys(up);
    if (r == 0)
        r = write_env(up);
    if (r == 0)
        r = bring_up(up);
    if (r < 0)
        return EXIT_FAILURE;
    print(up);
    return EXIT_SUCCESS;
}

static void end_up(struct up *up)
{
    centre_done(&up->centre);
}

int command_up(int argc, char **argv)
{
    EKC_CLEANUP(end_up)
    struct up up = {
        .centre = { .lock = -1 },
        .plan = { .port_base = 5500, .counts = { 1, 1, 1 } },
    };
    long *counts = up.plan.counts;
    const struct option_row rows[] = {
        { "port-base", OPTION_NUMBER, &up.plan.port_base, "N",
          "ports are from N + 10 on (5500)", 1024, PLAN_BASE_MAX },
        { "intakes", OPTION_NUMBER, &counts[PLAN_INTAKE], "N", "how many (1)", 1,
          PLAN_REPLICAS_MAX },
        { "classifiers", OPTION_NUMBER, &counts[PLAN_CLASSIFIER], "N", "how many (1)", 1,
          PLAN_REPLICAS_MAX },
        { "statistics", OPTION_NUMBER, &counts[PLAN_STATISTICS], "N", "how many (1)", 1,
          PLAN_REPLICAS_MAX },
    };
    const struct options options = {
        .command = "ekc up",
        .about =
            "Brings a centre up on this host: a private PostgreSQL and the services, with\n"
            "keys of its own. What runs already is left alone, what is missing is started.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    int r = options_parse(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (ekc_settings_load() < 0)
        return OPTIONS_EXIT_USAGE;
    r = centre_find(&up.centre);
    return r < 0 ? (ekc_fail(r, "cannot find the centre's home"), EXIT_FAILURE) : run(&up);
}
