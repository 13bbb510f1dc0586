/* main.c - simulate [--safety|--liveness] [--schedules N] [--seed S] [SEED]
 *
 * Plays schedules from S on, in both modes in turn, and tells what it met; or the one of SEED.
 * Exit 1 with the seed and the promise when one is broken. */
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "simulation/world.h"

static const char *const modes[] = { "safety", "liveness" };

static const char *const faults[FAULT_COUNT] = {
    [FAULT_DROP] = "dropped",
    [FAULT_DUPLICATE] = "doubled",
    [FAULT_DELAY] = "delayed",
    [FAULT_RECONNECT] = "connections lost",
    [FAULT_CRASH] = "crashes",
    [FAULT_FREEZE] = "freezes",
    [FAULT_POISON] = "crashes by poison",
    [FAULT_CALL_LOST] = "statements lost",
    [FAULT_CALL_UNKNOWN] = "answers lost",
    [FAULT_CALL_REFUSED] = "statements refused",
    [FAULT_CALL_LATE] = "statements late",
};

struct plan {
    int mode; /* or NONE: both in turn */
    uint64_t seed, schedules;
};

static struct plan read_plan(int argc, char **argv)
{
    static const struct option options[] = { { "safety", no_argument, NULL, 's' },
                                             { "liveness", no_argument, NULL, 'l' },
                                             { "schedules", required_argument, NULL, 'n' },
                                             { "seed", required_argument, NULL, 'S' },
                                             { 0 } };
    struct plan plan = { .mode = NONE, .seed = 1, .schedules = 100000 };
    for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (o == 's' || o == 'l')
            plan.mode = o == 's' ? MODE_SAFETY : MODE_LIVENESS;
        else if (o == 'n')
            plan.schedules = strtoull(optarg, NULL, 10);
        else if (o == 'S')
            plan.seed = strtoull(optarg, NULL, 10);
        else
            exit(2);
    }
    if (optind < argc)
        plan = (struct plan){ plan.mode, strtoull(argv[optind], NULL, 10), 1 };
    return plan;
}

/* Of one processor, whoever else is at work. */
static double now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void tell(const struct world *world, uint64_t schedules, double seconds)
{
    printf("schedules %llu, steps %llu, %.1f s of one core: %.0f schedules a minute\n",
           (unsigned long long)schedules, (unsigned long long)world->totals.steps, seconds,
           (double)schedules / seconds * 60);
    for (int i = 0; i < FAULT_COUNT; i++)
        printf("%s%s %llu", i ? ", " : "", faults[i],
               (unsigned long long)world->totals.faults[i]);
    printf("\nall finished at most %llu steps after the last fault\n",
           (unsigned long long)world->totals.longest);
    printf("innocent but dead, in one process with poison: %llu; the first in seed %llu\n",
           (unsigned long long)world->totals.bystanders,
           (unsigned long long)world->totals.bystander_seed);
}

static int fail(const struct world *world, uint64_t seed)
{
    printf("BROKEN: %s\nseed %llu, %s, step %llu; again: simulate --%s %llu\n", world->broken,
           (unsigned long long)seed, modes[world->mode], (unsigned long long)world->step,
           modes[world->mode], (unsigned long long)seed);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static struct world world;
    struct plan plan = read_plan(argc, argv);
    (void)mallopt(M_MMAP_THRESHOLD,
                  1 << 28); /* the workers' arenas are taken again and again */
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    double begun = now();
    for (uint64_t i = 0; i < plan.schedules; i++) {
        uint64_t seed = plan.seed + i;
        int mode = plan.mode == NONE ? (int)(seed % 2) : plan.mode;
        world_play(&world, seed, (enum mode)mode);
        if (world.broken)
            return fail(&world, seed);
    }
    tell(&world, plan.schedules, now() - begun);
    ekc_buffer_done(&world.buffer);
    return EXIT_SUCCESS;
}
