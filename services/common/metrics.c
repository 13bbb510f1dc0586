/* metrics.c - see metrics.h. */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROC_MAX = 1024 };

/* All digits of a whole number up to 2^53, and no false ones of a fraction. */
#define NUMBER "%.16g"

static const char *read_proc(const char *path, char text[static PROC_MAX])
{
    size_t len = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        len = fread(text, 1, PROC_MAX - 1, file);
        (void)fclose(file);
    }
    text[len] = '\0';
    return text;
}

static double resident_bytes(void)
{
    char text[PROC_MAX];
    const char *second = strchr(read_proc("/proc/self/statm", text), ' ');
    return second ? strtod(second, NULL) * (double)sysconf(_SC_PAGESIZE) : 0;
}

/* Field 22 of stat; the program's name before it may hold blanks and brackets. */
static double started_after_boot(void)
{
    char text[PROC_MAX];
    const char *field = strrchr(read_proc("/proc/self/stat", text), ')');
    for (int i = 2; field && i < 22; i++)
        field = strchr(field + 1, ' ');
    return field ? strtod(field, NULL) / (double)sysconf(_SC_CLK_TCK) : 0;
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double start_time(void)
{
    static double started;
    if (started == 0)
        started = seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME) + started_after_boot();
    return started;
}

static void print_metric(FILE *out, const struct ekc_metric *metric, const char *last_name)
{
    if (strcmp(metric->name, last_name) != 0)
        (void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                      metric->name, metric->type);
    if (metric->labels)
        (void)fprintf(out, "%s{%s} " NUMBER "\n", metric->name, metric->labels, *metric->value);
    else
        (void)fprintf(out, "%s " NUMBER "\n", metric->name, *metric->value);
}

static void print_metrics(FILE *out, const struct ekc_metric *metrics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        print_metric(out, &metrics[i], i ? metrics[i - 1].name : "");
}

char *metrics_text(const struct ekc_metric *metrics, size_t count)
{
    double resident = resident_bytes();
    double started = start_time();
    const struct ekc_metric own[] = {
        { "process_resident_memory_bytes", NULL, "Memory in use, in bytes.", "gauge",
          &resident },
        { "process_start_time_seconds", NULL, "When the process began, Unix time.", "gauge",
          &started },
    };
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;

    print_metrics(out, metrics, count);
    print_metrics(out, own, EKC_COUNT(own));
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
