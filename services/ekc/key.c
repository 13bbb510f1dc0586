/* key.c - `ekc key`: makes, shows and admits CURVE keys. */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "ekc/z85.h"
#include "keys.h"
#include "options.h"
#include "store.h"

static int make_key(int argc, char **argv)
{
    const char *out = NULL;
    const struct option_row rows[] = {
        { "out", OPTION_TEXT, &out, "FILE", "file for the secret key; else it is printed", 0,
          0 },
    };
    const struct options options = {
        .command = "ekc key new",
        .about = "Makes a key pair: prints the public key, keeps the secret one in a file.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
    };
    struct ekc_keypair pair;
    int r = options_parse(&options, argc, argv);
    if (r <= 0)
        return options_status(r);

    r = out ? keys_make(out, &pair) : ekc_keypair_new(&pair);
    if (r < 0)
        return EXIT_FAILURE;
    if (out)
        (void)printf("%s\n", pair.public_key);
    else
        (void)printf("public %s\nsecret %s\n", pair.public_key, pair.secret_key);
    return EXIT_SUCCESS;
}

static int show_key(int argc, char **argv)
{
    const struct options options = {
        .command = "ekc key show",
        .arguments = "FILE",
        .about = "Prints the public key of the secret key in a file.",
        .min_arguments = 1,
        .max_arguments = 1,
    };
    struct ekc_keypair pair;
    int r = options_parse(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (keys_read(argv[r], &pair) < 0)
        return EXIT_FAILURE;
    (void)printf("%s\n", pair.public_key);
    return EXIT_SUCCESS;
}

static int admit_key(int argc, char **argv)
{
    const char *name = NULL;
    const struct option_row rows[] = {
        { "name", OPTION_TEXT, &name, "NAME", "whose key it is; must be given", 0, 0 },
    };
    const struct options options = {
        .command = "ekc key admit",
        .arguments = "PUBLIC",
        .about = "Lets a service of the centre in by its public key.",
        .rows = rows,
        .row_count = EKC_COUNT(rows),
        .min_arguments = 1,
        .max_arguments = 1,
    };
    EKC_CLEANUP(ekc_sql_close) ekc_sql *sql = NULL;
    int r = options_read(&options, argc, argv);
    if (r <= 0)
        return options_status(r);
    if (!name)
        return options_wrong(&options, "wants --name NAME");
    if (!ekc_is_key(argv[r]))
        return options_wrong(&options, "a public key has 40 characters of Z85");
    if (store_open(&sql) < 0 || store_admit_service(sql, name, argv[r]) < 0)
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

int command_key(int argc, char **argv)
{
    static const struct command actions[] = {
        { "new", make_key, "make a key pair" },
        { "show", show_key, "print the public key of a file" },
        { "admit", admit_key, "let a service of the centre in by its key" },
    };
    static const struct command_table table = {
        .program = "ekc key",
        .commands = actions,
        .count = EKC_COUNT(actions),
    };
    return commands_run(&table, argc, argv);
}
