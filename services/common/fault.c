/* fault.c - see ekc/fault.h. */
#include "ekc/fault.h"

#ifdef EKC_FAULTS
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ekc/log.h"

struct order {
    char point[64];
    unsigned long nth, visits;
    char action[16];
};

/* Read once; a malformed order is no order, and says so. */
static struct order *ordered(void)
{
    static struct order order;
    static bool is_read;
    const char *text = getenv("CHAOS_FAULT");
    if (!is_read && text) {
        const char *nth = strchr(text, ':');
        const char *action = nth ? strchr(nth + 1, ':') : NULL;
        if (action && (size_t)(nth - text) < sizeof order.point) {
            memcpy(order.point, text, (size_t)(nth - text));
            order.nth = strtoul(nth + 1, NULL, 10);
            (void)strncat(order.action, action + 1, sizeof order.action - 1);
        } else {
            ekc_warn("CHAOS_FAULT must be POINT:NTH:ACTION");
        }
    }
    is_read = true;
    return &order;
}

static void sleep_ms(long ms)
{
    (void)nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void act(const struct order *order)
{
    bool is_crash = strcmp(order->action, "crash") == 0;
    bool is_stall = strcmp(order->action, "stall") == 0;
    if (!is_crash && !is_stall) {
        sleep_ms(strtol(order->action, NULL, 10));
        return;
    }
    ekc_warn("fault %s at visit %lu of %s", order->action, order->visits, order->point);
    (void)raise(is_crash ? SIGKILL : SIGSTOP);
}

void ekc_fault(const char *point)
{
    struct order *order = ordered();
    if (strcmp(order->point, point) != 0)
        return;
    order->visits++;
    if (order->nth == 0 || order->nth == order->visits)
        act(order);
}

void ekc_fault_poison(const char *text)
{
    const char *word = getenv("CHAOS_POISON");
    if (word && *word && strstr(text, word))
        abort();
}
#endif
