/* environment.c - see environment.h. */
#include "environment.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int environment_add(struct environment *environment, const char *name, const char *fmt, ...)
{
    char *value = NULL, *variable = NULL;
    va_list args;
    va_start(args, fmt);
    int r = vasprintf(&value, fmt, args);
    va_end(args);
    if (r < 0)
        return -ENOMEM;

    r = asprintf(&variable, "%s=%s", name, value);
    free(value);
    if (r < 0)
        return -ENOMEM;
    assert(environment->count < ENVIRONMENT_MAX);
    environment->variables[environment->count++] = variable;
    return 0;
}

int environment_copy(const struct environment *from, struct environment *to)
{
    int r = 0;
    for (size_t i = 0; i < from->count && r == 0; i++) {
        assert(to->count < ENVIRONMENT_MAX);
        to->variables[to->count] = strdup(from->variables[i]);
        if (to->variables[to->count])
            to->count++;
        else
            r = -ENOMEM;
    }
    return r;
}

void environment_done(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        free(environment->variables[i]);
    *environment = (struct environment){ .count = 0 };
}

static void write_variable(const char *variable, FILE *out)
{
    const char *value = strchr(variable, '=') + 1;
    (void)fprintf(out, "%.*s'", (int)(value - variable), variable);
    for (; *value; value++) {
        if (*value == '\'')
            (void)fputs("'\\''", out);
        else
            (void)fputc(*value, out);
    }
    (void)fputs("'\n", out);
}

void environment_write(const struct environment *environment, FILE *out)
{
    for (size_t i = 0; i < environment->count; i++)
        write_variable(environment->variables[i], out);
}

/* Takes the quotes off in place, as a shell would. */
static bool unquote(char *text)
{
    bool is_quoted = false;
    char *to = text;
    for (; *text; text++) {
        if (*text == '\'')
            is_quoted = !is_quoted;
        else if (*text == '\\' && !is_quoted && text[1])
            *to++ = *++text;
        else
            *to++ = *text;
    }
    *to = '\0';
    return !is_quoted;
}

static int set_from(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (!*line || *line == '#')
        return 0;
    char *value = strchr(line, '=');
    if (!value || strncmp(line, "EKC_", 4) != 0)
        return -EBADMSG;
    *value++ = '\0';
    if (!unquote(value))
        return -EBADMSG;

    const char *old = getenv(line);
    bool is_set = old && *old;
    return !is_set && setenv(line, value, 1) < 0 ? -errno : 0;
}

int environment_load(const char *path, int *ret_line)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;

    char *line = NULL;
    size_t room = 0;
    int r = 0, count = 0;
    while (r == 0 && getline(&line, &room, file) >= 0) {
        count++;
        r = set_from(line);
    }
    free(line);
    (void)fclose(file);
    *ret_line = count;
    return r < 0 ? r : count;
}
