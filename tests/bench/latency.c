/* latency.c - how long one inquiry takes on an idle centre, and beside it what it is made of.
 *   latency COUNT BEAT_US FOLDER ECHO_ADDRESS
 * The centre is the one in the environment. Probes take turns, one at each beat and never two
 * at once, so that all see the same noise. A line for each: name, p50, p90, p99, max in us. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/probes.h"
#include "ekc/log.h"
#include "ekc/settings.h"

enum { WARM_UP = 50, COUNT_MAX = 100000 };

static const char *const names[PROBE_COUNT] = {
    [PROBE_SUBMIT] = "submit",
    [PROBE_ECHO] = "echo",
    [PROBE_COMMIT] = "commit",
    [PROBE_SYNC] = "fdatasync",
};

struct run {
    unsigned count;
    int64_t beat_ns, next_ns;
    double *took_us[PROBE_COUNT];
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A beat that was missed is not made up for: that would be two without a pause. */
static void await_beat(struct run *run)
{
    const struct timespec at = { .tv_sec = run->next_ns / 1000000000,
                                 .tv_nsec = run->next_ns % 1000000000 };
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    while (run->next_ns <= now_ns())
        run->next_ns += run->beat_ns;
}

static int measure(struct run *run, probe_set *set, enum probe probe, unsigned i)
{
    await_beat(run);
    int64_t start = now_ns();
    int r = probes_act(set, probe, i);
    if (r < 0)
        return ekc_fail(r, "%s %u", names[probe], i);
    if (i >= WARM_UP)
        run->took_us[probe][i - WARM_UP] = (double)(now_ns() - start) / 1000;
    return 0;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const struct run *run)
{
    for (int probe = 0; probe < PROBE_COUNT; probe++) {
        const double *sorted = run->took_us[probe];
        unsigned n = run->count;
        qsort(run->took_us[probe], n, sizeof *sorted, compare);
        (void)printf("%s %.0f %.0f %.0f %.0f\n", names[probe], sorted[n / 2],
                     sorted[n * 9 / 10], sorted[n * 99 / 100], sorted[n - 1]);
    }
}

static int run_all(struct run *run, const char *folder, const char *echo_at)
{
    EKC_CLEANUP(probes_close) probe_set *set = NULL;
    int r = probes_open(&set, folder, echo_at);
    run->next_ns = now_ns();
    for (unsigned i = 0; r == 0 && i < run->count + WARM_UP; i++)
        for (int probe = 0; r == 0 && probe < PROBE_COUNT; probe++)
            r = measure(run, set, (enum probe)probe, i);
    if (r == 0)
        print(run);
    return r;
}

int main(int argc, char **argv)
{
    ekc_log_open("latency");
    long count = argc == 5 ? strtol(argv[1], NULL, 10) : 0;
    long beat_us = argc == 5 ? strtol(argv[2], NULL, 10) : 0;
    if (count < 1 || count > COUNT_MAX || beat_us < 1) {
        (void)fputs("usage: latency COUNT BEAT_US FOLDER ECHO_ADDRESS\n", stderr);
        return 2;
    }
    struct run run = { .count = (unsigned)count, .beat_ns = beat_us * 1000 };
    double *all = calloc((size_t)count * PROBE_COUNT, sizeof *all);
    for (int i = 0; all && i < PROBE_COUNT; i++)
        run.took_us[i] = all + (size_t)i * (size_t)count;
    int r = all && ekc_settings_load() == 0 ? run_all(&run, argv[3], argv[4]) : -1;
    free(all);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
