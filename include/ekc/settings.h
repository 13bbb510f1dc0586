/* settings.h - settings come from the environment, and only through here.
 *
 * One table in settings.c names every EKC_… setting of every program, with its default, its
 * form and one line of help. */
#ifndef EKC_SETTINGS_H
#define EKC_SETTINGS_H

#include <stdio.h>

#include "ekc/base.h"

/* Checks every EKC_… variable of the environment: a malformed value is an error (-EINVAL), an
 * unknown name a warning with the nearest known one, an error under EKC_STRICT=1. Each fault is
 * one logged line. */
EKC_MUST_CHECK int ekc_settings_load(void);

/* What a service's main begins with: --help tells about and every setting, any other argument
 * is wrong usage, then ekc_settings_load. 0 = go on; else *ret_status is the exit status. */
EKC_MUST_CHECK int ekc_settings_enter(const char *about, int argc, char **argv,
                                      int *ret_status);

/* The value of a setting, or its default. Lent by the environment. Asking for a name that is
 * not in the table is a fault of ours and asserts. */
const char *ekc_setting(const char *name);
long ekc_setting_number(const char *name);
bool ekc_setting_flag(const char *name);

/* Prints every setting: name, default, meaning. */
void ekc_settings_help(FILE *out);

/* Calls visit for each "host:port" of an address-list setting; stops at and returns the first
 * negative result, else the count. The address is lent during the call. */
typedef int ekc_address_fn(void *self, const char *address);
EKC_MUST_CHECK int ekc_setting_each(const char *name, ekc_address_fn *visit, void *self);

#endif
