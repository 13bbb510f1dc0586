/* plan.c - see plan.h. */
#include "plan.h"

#include <stdio.h>
#include <string.h>

enum { REPLICA_STEP = 100 };

/* What a role listens on, each at an offset from the port base; the last is the admin port. */
static const struct role {
    const char *name, *program;
    size_t bind_count;
    struct plan_bind binds[PLAN_BINDS_MAX];
} roles[PLAN_ROLES] = {
    [PLAN_INTAKE] = {
        "intake", "ekc-intake", 4,
        { { "EKC_INTAKE_PORTALS_BIND", 10 },
          { "EKC_INTAKE_WORK_BIND", 11 },
          { "EKC_INTAKE_EVENTS_BIND", 12 },
          { "EKC_INTAKE_ADMIN_BIND", 19 } },
    },
    [PLAN_CLASSIFIER] = {
        "classifier", "ekc-classifier", 2,
        { { "EKC_CLASSIFIER_EVENTS_BIND", 21 }, { "EKC_CLASSIFIER_ADMIN_BIND", 29 } },
    },
    [PLAN_STATISTICS] = {
        "statistics", "ekc-statistics", 2,
        { { "EKC_STATISTICS_QUERY_BIND", 40 }, { "EKC_STATISTICS_ADMIN_BIND", 49 } },
    },
};

static struct plan_worker worker_of(const struct plan *plan, const struct role *role,
                                    int replica)
{
    struct plan_worker worker = { .program = role->program, .bind_count = role->bind_count };
    (void)snprintf(worker.name, sizeof worker.name, "%s-%d", role->name, replica + 1);
    for (size_t i = 0; i < role->bind_count; i++) {
        worker.binds[i] = role->binds[i];
        worker.binds[i].port += (int)plan->port_base + replica * REPLICA_STEP;
    }
    worker.admin_port = worker.binds[role->bind_count - 1].port;
    return worker;
}

int plan_each(const struct plan *plan, plan_worker_fn *visit, void *self)
{
    int sum = 0;
    for (size_t role = 0; role < PLAN_ROLES; role++) {
        for (int replica = 0; replica < plan->counts[role]; replica++) {
            const struct plan_worker worker = worker_of(plan, &roles[role], replica);
            int r = visit(self, &worker);
            if (r < 0)
                return r;
            sum += r;
        }
    }
    return sum;
}

struct list {
    const char *setting;
    char *text;
};

static int append(void *self, const struct plan_worker *worker)
{
    const struct list *list = self;
    for (size_t i = 0; i < worker->bind_count; i++) {
        size_t len = strlen(list->text);
        if (strcmp(worker->binds[i].setting, list->setting) == 0)
            (void)snprintf(list->text + len, PLAN_TEXT_MAX - len, "%s127.0.0.1:%d",
                           len ? "," : "", worker->binds[i].port);
    }
    return 0;
}

void plan_addresses(const struct plan *plan, const char *setting,
                    char text[static PLAN_TEXT_MAX])
{
    (void)plan_each(plan, append, &(struct list){ .setting = setting, .text = text });
}
