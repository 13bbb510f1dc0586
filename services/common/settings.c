/* settings.c - see ekc/settings.h. The table is the only place that names a setting. */
#include "ekc/settings.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/nearest.h"
#include "settings_form.h"

extern char **environ;

#define MAX_MS (24L * 60 * 60 * 1000)

static const struct setting settings[] = {
    { "EKC_DB", "dbname=ekc", .form = FORM_TEXT,
      .help = "how to reach PostgreSQL: libpq's conninfo" },
    { "EKC_CURVE", "on", .form = FORM_FLAG,
      .help = "encrypt and know everybody by key; off: on loopback only" },
    { "EKC_KEY_FILE", "", .form = FORM_FILE, .help = "file of the own secret key" },
    { "EKC_SERVER_KEY", "", .form = FORM_KEY,
      .help = "public key of the centre; empty: the own one" },
    { "EKC_INTAKE_PORTALS_BIND", "127.0.0.1:5510", .form = FORM_ADDRESS,
      .help = "where intake meets portals" },
    { "EKC_INTAKE_WORK_BIND", "127.0.0.1:5511", .form = FORM_ADDRESS,
      .help = "where intake meets classifiers" },
    { "EKC_INTAKE_EVENTS_BIND", "127.0.0.1:5512", .form = FORM_ADDRESS,
      .help = "where intake tells events" },
    { "EKC_INTAKE_ADMIN_BIND", "127.0.0.1:5519", .form = FORM_ADDRESS,
      .help = "intake's admin port" },
    { "EKC_CLASSIFIER_EVENTS_BIND", "127.0.0.1:5521", .form = FORM_ADDRESS,
      .help = "where a classifier tells events" },
    { "EKC_CLASSIFIER_ADMIN_BIND", "127.0.0.1:5529", .form = FORM_ADDRESS,
      .help = "a classifier's admin port" },
    { "EKC_STATISTICS_QUERY_BIND", "127.0.0.1:5540", .form = FORM_ADDRESS,
      .help = "where statistics answers queries" },
    { "EKC_STATISTICS_ADMIN_BIND", "127.0.0.1:5549", .form = FORM_ADDRESS,
      .help = "statistics' admin port" },
    { "EKC_WORK", "127.0.0.1:5511", .form = FORM_ADDRESSES,
      .help = "where classifiers find the intakes" },
    { "EKC_EVENTS", "127.0.0.1:5512,127.0.0.1:5521", .form = FORM_ADDRESSES,
      .help = "where statistics finds events" },
    { "EKC_RESOLVE_MS", "3000", .form = FORM_NUMBER, .min = 100, .max = MAX_MS,
      .help = "how often names of EKC_WORK and EKC_EVENTS are looked up" },
    { "EKC_INTAKE", "127.0.0.1:5510", .form = FORM_ADDRESSES,
      .help = "where ekc finds the intakes" },
    { "EKC_STATISTICS", "127.0.0.1:5540", .form = FORM_ADDRESSES,
      .help = "where ekc finds statistics" },
    { "EKC_PORTAL", "", .form = FORM_TEXT, .help = "portal that ekc submits for" },
    { "EKC_BATCH_ITEMS", "1000", .form = FORM_NUMBER, .min = 1, .max = 10000,
      .help = "items of one transaction at most" },
    { "EKC_BATCH_BYTES", "1048576", .form = FORM_NUMBER, .min = 65536, .max = 67108864,
      .help = "bytes of one transaction at most" },
    { "EKC_WINDOW_ITEMS", "8192", .form = FORM_NUMBER, .min = 1, .max = 1000000,
      .help = "items that intake holds for classifiers" },
    { "EKC_CREDIT_ITEMS", "2048", .form = FORM_NUMBER, .min = 1, .max = 1000000,
      .help = "items that a consumer lets be on their way" },
    { "EKC_DELIVERY_DEADLINE_MS", "30000", .form = FORM_NUMBER, .min = 100, .max = MAX_MS,
      .help = "after that an undone delivery goes to another" },
    { "EKC_SWEEP_AFTER_MS", "30000", .form = FORM_NUMBER, .min = 100, .max = MAX_MS,
      .help = "after that work is looked up in the log" },
    { "EKC_LANG", "", .form = FORM_CHOICE, .choices = "ru|en",
      .help = "language; empty: Russian reports, the rest English" },
    { "EKC_STRICT", "off", .form = FORM_FLAG, .help = "an unknown EKC_ name is an error" },
    { "EKC_HOME", "", .form = FORM_TEXT, .help = "folder of the centre that `ekc up` makes" },
};

static const char *name_at(const void *words, size_t i)
{
    (void)words;
    return settings[i].name;
}

static const struct setting *find(const char *name, size_t len)
{
    for (size_t i = 0; i < EKC_COUNT(settings); i++) {
        if (strlen(settings[i].name) == len && memcmp(settings[i].name, name, len) == 0)
            return &settings[i];
    }
    return NULL;
}

static int check_unknown(const char *name, bool is_strict)
{
    const char *nearest = ekc_nearest(name, settings, EKC_COUNT(settings), name_at);
    const char *hint = nearest ? "; is it " : "";
    if (is_strict)
        return ekc_fail(-EINVAL, "there is no setting %s%s%s", name, hint,
                        nearest ? nearest : "");
    ekc_warn("there is no setting %s%s%s", name, hint, nearest ? nearest : "");
    return 0;
}

static int check_value(const struct setting *setting, const char *value)
{
    char wanted[128];
    if (!*value || form_fits(setting, value))
        return 0;
    form_wanted(setting, wanted, sizeof wanted);
    if (setting->form == FORM_KEY) /* it may be a secret key by mistake */
        return ekc_fail(-EINVAL, "%s must be %s; its value is not shown", setting->name,
                        wanted);
    return ekc_fail(-EINVAL, "%s must be %s, not '%s'", setting->name, wanted, value);
}

static int check_variable(const char *variable, bool is_strict)
{
    size_t len = strcspn(variable, "=");
    char name[128];
    const struct setting *setting = find(variable, len);
    if (setting)
        return check_value(setting, variable + len + (variable[len] == '='));
    (void)snprintf(name, sizeof name, "%.*s", (int)(len < 100 ? len : 100), variable);
    return check_unknown(name, is_strict);
}

int ekc_settings_load(void)
{
    int fault = 0;
    bool is_strict = ekc_setting_flag("EKC_STRICT");
    for (char **variable = environ; variable && *variable; variable++) {
        if (strncmp(*variable, "EKC_", 4) != 0)
            continue;
        int r = check_variable(*variable, is_strict);
        fault = r < 0 ? r : fault;
    }
    return fault;
}

const char *ekc_setting(const char *name)
{
    const struct setting *setting = find(name, strlen(name));
    assert(setting);
    const char *value = getenv(name);
    return value && *value ? value : setting->fallback;
}

long ekc_setting_number(const char *name)
{
    return strtol(ekc_setting(name), NULL, 10);
}

bool ekc_setting_flag(const char *name)
{
    return form_is_on(ekc_setting(name));
}

int ekc_setting_each(const char *name, ekc_address_fn *visit, void *self)
{
    char address[ADDRESS_MAX];
    int count = 0;
    const char *rest = ekc_setting(name);
    while (form_next_address(&rest, address)) {
        int r = visit(self, address);
        if (r < 0)
            return r;
        count++;
    }
    return count;
}

void ekc_settings_help(FILE *out)
{
    (void)fprintf(out, "Settings, from the environment; an empty one counts as not set:\n");
    for (size_t i = 0; i < EKC_COUNT(settings); i++) {
        const struct setting *setting = &settings[i];
        char wanted[128];
        form_wanted(setting, wanted, sizeof wanted);
        (void)fprintf(out, "  %s=%s\n      %s (%s)\n", setting->name, setting->fallback,
                      setting->help, wanted);
    }
}

int ekc_settings_enter(const char *about, int argc, char **argv, int *ret_status)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        (void)printf("%s It takes no arguments.\n\n", about);
        ekc_settings_help(stdout);
        *ret_status = EXIT_SUCCESS;
        return -ECANCELED;
    }
    if (argc > 1) {
        enum { USAGE = 2 };
        (void)fprintf(stderr, "%s: no argument %s; try --help\n", argv[0], argv[1]);
        *ret_status = USAGE;
        return -EINVAL;
    }
    *ret_status = EXIT_FAILURE;
    return ekc_settings_load();
}
