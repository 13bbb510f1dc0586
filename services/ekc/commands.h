/* commands.h - the commands of ekc, and how one of a table is chosen by name. */
#ifndef EKC_COMMANDS_H
#define EKC_COMMANDS_H

#include "ekc/base.h"

/* A command: argv[0] is its own name. The exit status: 0, 1 = failed, 2 = wrong usage. */
typedef int command_fn(int argc, char **argv);

struct command {
    const char *name;
    command_fn *run;
    const char *about; /* one line */
};

struct command_table {
    const char *program; /* what stands before the name: "ekc", "ekc key" */
    const struct command *commands;
    size_t count;
    void (*more_help)(void); /* what --help prints below the commands, or NULL */
};

/* Runs the command that argv[1] names, or tells what there is. The exit status. */
int commands_run(const struct command_table *table, int argc, char **argv);

command_fn command_up, command_down, command_migrate, command_status, command_submit,
    command_show, command_report, command_verify, command_sample, command_key, command_portal,
    command_dead;

#endif
