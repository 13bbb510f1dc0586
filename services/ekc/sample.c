/* sample.c - `ekc sample`: the sample inquiries, or a synthetic history composed from them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "ekc/log.h"
#include "history.h"
#include "moment.h"
#include "options.h"

enum { SAMPLES_MAX = 8192 };

struct sample {
    struct history_sample rows[SAMPLES_MAX];
    size_t count;
    char *texts[8]; /* the files, cut into cells */
    size_t text_count;
};

static void sample_done(struct sample *sample)
{
    while (sample->text_count > 0)
        free(sample->texts[--sample->text_count]);
}

/* topic<TAB>applicant<TAB>text */
static void read_line(struct sample *sample, char *line)
{
    char *rest = line;
    char *topic = strsep(&rest, "\t"), *applicant = strsep(&rest, "\t"),
         *text = strsep(&rest, "\t");
    if (text && sample->count < SAMPLES_MAX)
        sample->rows[sample->count++] = (struct history_sample){ topic, applicant, text };
}

static int read_file(struct sample *sample, const char *text)
{
    char *copy = strdup(text);
    if (!copy || sample->text_count == EKC_COUNT(sample->texts)) {
        free(copy);
        return -ENOMEM;
    }
    sample->texts[sample->text_count++] = copy;
    (void)strsep(&copy, "\n"); /* the header */
    for (char *line = strsep(&copy, "\n"); line; line = strsep(&copy, "\n"))
        read_line(sample, line);
    return 0;
}

static int read_all(struct sample *sample)
{
    int r = 0;
    for (size_t i = 0; i < ekc_data_count && r == 0; i++)
        if (strstr(ekc_data[i].path, "/sample/"))
            r = read_file(sample, ekc_data[i].text);
    return r;
}

static void write_samples(const struct sample *sample, FILE *out)
{
    (void)fprintf(out, "category\tapplicant_kind\ttext\n");
    for (size_t i = 0; i < sample->count; i++)
        (void)fprintf(out, "%s\t%s\t%s\n", sample->rows[i].topic, sample->rows[i].applicant,
                      sample->rows[i].text);
}

static int write_history(const struct sample *sample, uint64_t seed, uint32_t total, FILE *out)
{
    EKC_CLEANUP(history_free) history *made = NULL;
    int r = history_new(sample->rows, sample->count, seed, total, &made);
    if (r < 0)
        return ekc_fail(r, "no history can be composed");

    (void)fprintf(
        out,
        "external_id\tcreated_at\tchannel\tapplicant_kind\tokrug\taddress\tcategory\ttext\n");
    struct history_row row;
    while ((r = history_next(made, &row)) > 0) {
        char created_at[MOMENT_TEXT_SIZE];
        moment_format(row.created_at_us, created_at);
        (void)fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.external_id, created_at,
                      row.channel, row.applicant_kind, row.okrug, row.address, row.category,
                      row.text);
    }
    return r;
}

static int write_out(bool is_history, uint64_t seed, uint32_t total, const char *path)
{
    static struct sample sample;
    FILE *out = path ? fopen(path, "we") : stdout;
    if (!out)
        return ekc_fail(-errno, "cannot write %s", path);

    int r = read_all(&sample);
    if (r == 0 && is_history)
        r = write_history(&sample, seed, total, out);
    else if (r == 0)
        write_samples(&sample, out);
    sample_done(&sample);
    bool is_written = !ferror(out) && (path ? fclose(out) : fflush(out)) == 0;
    return is_written || r < 0
               ? r
               : ekc_fail(-EIO, "cannot write all of %s", path ? path : "standard output");
}

int command_sample(int argc, char **argv)
{
    bool is_history = false;
    const char *path = NULL;
    long total = HISTORY_TOTAL, seed = 1;
    const struct option_row rows[] = {
        { "history", OPTION_FLAG, &is_history, NULL,
          "a synthetic history of the centre, 2017 to March 2023", 0, 0 },
        { "total", OPTION_NUMBER, &total, "N", "inquiries of the history; 168300 unless given",
          1, 100000000 },
        { "seed", OPTION_NUMBER, &seed, "N",
          "the same seed gives the same bytes; 1 unless given", 0, 2147483647 },
        { "out", OPTION_TEXT, &path, "FILE", "standard output unless given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc sample",
        .about = "Prints the sample inquiries of every topic as TSV, or composes a history "
                 "from them\n"
                 "with --history. It is synthetic: no inquiry of it was ever made by anybody.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (is_history)
        (void)fprintf(stderr,
                      "A synthetic history: %ld inquiries, seed %ld; nobody ever made them.\n",
                      total, seed);
    return write_out(is_history, (uint64_t)seed, (uint32_t)total, path) < 0 ? EXIT_FAILURE
                                                                            : EXIT_SUCCESS;
}
