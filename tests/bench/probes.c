/* probes.c - see probes.h. */
#include "bench/probes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ekc/db.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"

enum { PAGE = 8192, PAGES = 2048, ARENA_SIZE = 1 << 20, PATIENCE_MS = 5000 };

#define TEN(text) text text text text text text text text text text
#define TEXT TEN("Во дворе дома не горят фонари. ") /* 550 bytes, as inquiries are long */

struct probe_set {
    ekc_bus *bus, *echo_bus;
    ekc_end *intake, *echo;
    ekc_arena *arena;
    ekc_sql *sql;
    int file;
    pid_t echoer;
    struct ekc_buffer letter; /* of the inquiry that was sent last */
};

/* --- letters ------------------------------------------------------------------------------ */

static int await(ekc_bus *bus, struct ekc_wait item)
{
    int r = ekc_bus_wait(bus, &item, 1, PATIENCE_MS);
    return r == 0 ? -ETIMEDOUT : r;
}

/* An end takes nothing until it is connected. */
static int send_letter(ekc_bus *bus, ekc_end *end, const struct ekc_buffer *letter)
{
    const struct ekc_bytes bytes = { letter->data, letter->len };
    int r = ekc_end_send(end, NULL, bytes);
    while (r == -EAGAIN) {
        r = await(bus, (struct ekc_wait){ .end = end, .want_write = true });
        if (r > 0)
            r = ekc_end_send(end, NULL, bytes);
    }
    return r;
}

static int hear_letter(ekc_bus *bus, ekc_end *end, struct ekc_letter *ret_letter)
{
    int r = ekc_end_receive(end, ret_letter);
    while (r == 0) {
        r = await(bus, (struct ekc_wait){ .end = end, .want_read = true });
        if (r > 0)
            r = ekc_end_receive(end, ret_letter);
    }
    return r;
}

static int write_inquiry(struct ekc_buffer *letter, unsigned serial)
{
    char id[32];
    (void)snprintf(id, sizeof id, "bench-%u", serial);
    Ekc__V1__Inquiry inquiry = EKC__V1__INQUIRY__INIT;
    inquiry.external_id = id;
    inquiry.channel = (char *)"form";
    inquiry.applicant_kind = EKC__V1__APPLICANT_KIND__APPLICANT_KIND_RESIDENT;
    inquiry.text = (char *)TEXT;

    Ekc__V1__Submit submit = EKC__V1__SUBMIT__INIT;
    submit.portal = (char *)ekc_setting("EKC_PORTAL");
    submit.inquiries = &(Ekc__V1__Inquiry *){ &inquiry };
    submit.n_inquiries = 1;

    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.request_id = id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_SUBMIT;
    envelope.submit = &submit;
    letter->len = 0;
    return ekc_wire_write(letter, &envelope.base);
}

static int check_answer(probe_set *set, struct ekc_bytes payload)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(set->arena);
    int r = ekc_wire_unpack(set->arena, &ekc__v1__envelope__descriptor, payload, &message);
    if (r < 0)
        return r;
    const Ekc__V1__Envelope *answer = (const Ekc__V1__Envelope *)message;
    bool is_durable = answer->body_case == EKC__V1__ENVELOPE__BODY_SUBMITTED &&
                      answer->submitted->n_results == 1 &&
                      answer->submitted->results[0]->answer == EKC__V1__ANSWER__ANSWER_DURABLE;
    return is_durable ? 0 : -EBADMSG;
}

static int submit(probe_set *set, unsigned serial)
{
    struct ekc_letter answer;
    int r = write_inquiry(&set->letter, serial);
    if (r >= 0)
        r = send_letter(set->bus, set->intake, &set->letter);
    if (r >= 0)
        r = hear_letter(set->bus, set->intake, &answer);
    return r < 0 ? r : check_answer(set, answer.payload);
}

static int open_intake(probe_set *set)
{
    int r = ekc_bus_open(&set->bus);
    if (r < 0)
        return r;
    return ekc_end_connect(set->bus, ekc_setting("EKC_INTAKE"), &set->intake);
}

/* --- the echo ----------------------------------------------------------------------------- */

static int echo(probe_set *set, unsigned serial)
{
    struct ekc_letter answer;
    int r = write_inquiry(&set->letter, serial);
    if (r >= 0)
        r = send_letter(set->echo_bus, set->echo, &set->letter);
    return r < 0 ? r : hear_letter(set->echo_bus, set->echo, &answer);
}

/* The process at the other side, until its parent ends it or ends. */
static int serve_echo(const struct ekc_keypair *pair, const char *at)
{
    struct ekc_guest guest = { .identity = "bench" };
    ekc_bus *bus = NULL;
    ekc_end *end = NULL;
    (void)snprintf(guest.key, sizeof guest.key, "%s", pair->public_key);
    int r = ekc_bus_new(&bus, &(struct ekc_bus_options){ .secret_key = pair->secret_key });
    if (r >= 0)
        r = ekc_bus_admit(bus, &guest, 1);
    if (r >= 0)
        r = ekc_end_bind(bus, at, &end);
    while (r >= 0) {
        struct ekc_letter letter;
        struct ekc_wait item = { .end = end, .want_read = true };
        r = ekc_bus_wait(bus, &item, 1, -1);
        while (r > 0 && (r = ekc_end_receive(end, &letter)) > 0)
            r = ekc_end_send(end, &letter.route, letter.payload) < 0 ? -EIO : 1;
    }
    return ekc_fail(r, "the echo at %s has ended", at);
}

static int open_echo(probe_set *set, const char *at)
{
    struct ekc_keypair pair;
    int r = ekc_keypair_new(&pair);
    if (r < 0)
        return r;

    set->echoer = fork();
    if (set->echoer < 0)
        return -errno;
    if (set->echoer == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(serve_echo(&pair, at) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    r = ekc_bus_new(&set->echo_bus, &(struct ekc_bus_options){ .secret_key = pair.secret_key });
    return r < 0 ? r : ekc_end_connect(set->echo_bus, at, &set->echo);
}

/* --- database and disk -------------------------------------------------------------------- */

static int commit(probe_set *set, unsigned serial)
{
    char id[32];
    struct ekc_params params;
    (void)snprintf(id, sizeof id, "bench-%u", serial);
    ekc_params_clear(&params);
    ekc_params_int8(&params, serial);
    ekc_params_text(&params, id);
    ekc_params_text(&params, TEXT);
    return ekc_sql_run(set->sql, "INSERT INTO bench VALUES ($1::bigint, $2::text, $3::text)",
                       &params, NULL);
}

static int open_database(probe_set *set)
{
    int r = ekc_sql_open(&set->sql, ekc_setting("EKC_DB"));
    if (r < 0)
        return r;
    return ekc_sql_script(set->sql, "CREATE TABLE IF NOT EXISTS bench (id bigint PRIMARY KEY, "
                                    "external_id text NOT NULL UNIQUE, body text NOT NULL); "
                                    "TRUNCATE bench");
}

static int sync_page(probe_set *set, unsigned serial)
{
    static uint8_t page[PAGE];
    page[0] = (uint8_t)serial;
    if (pwrite(set->file, page, PAGE, (off_t)(serial % PAGES) * PAGE) != PAGE)
        return -EIO;
    return fdatasync(set->file) < 0 ? -errno : 0;
}

/* Written once, for blocks that were only reserved change the file's metadata later. */
static int open_file(probe_set *set, const char *folder)
{
    static const uint8_t page[PAGE];
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/sync", folder);
    set->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (set->file < 0)
        return -errno;
    for (off_t i = 0; i < PAGES; i++)
        if (pwrite(set->file, page, PAGE, i * PAGE) != PAGE)
            return -EIO;
    return fsync(set->file) < 0 ? -errno : 0;
}

/* --- all of them -------------------------------------------------------------------------- */

int probes_open(probe_set **ret_set, const char *folder, const char *echo_at)
{
    EKC_CLEANUP(probes_close) probe_set *set = calloc(1, sizeof *set);
    if (!set)
        return -ENOMEM;
    set->file = -1;
    int r = open_echo(set, echo_at); /* before any other thread or connection, as it forks */
    if (r >= 0)
        r = ekc_arena_new(&set->arena, ARENA_SIZE);
    if (r >= 0)
        r = open_intake(set);
    if (r >= 0)
        r = open_database(set);
    if (r >= 0)
        r = open_file(set, folder);
    if (r < 0)
        return ekc_fail(r, "cannot open the probes");
    *ret_set = set;
    set = NULL;
    return 0;
}

int probes_act(probe_set *set, enum probe probe, unsigned serial)
{
    static int (*const acts[PROBE_COUNT])(struct probe_set *, unsigned) = {
        [PROBE_SUBMIT] = submit,
        [PROBE_ECHO] = echo,
        [PROBE_COMMIT] = commit,
        [PROBE_SYNC] = sync_page,
    };
    return acts[probe](set, serial);
}

void probes_close(probe_set **set)
{
    if (!*set)
        return;
    if ((*set)->echoer > 0) {
        (void)kill((*set)->echoer, SIGKILL);
        (void)waitpid((*set)->echoer, NULL, 0);
    }
    if ((*set)->file >= 0)
        (void)close((*set)->file);
    ekc_end_close(&(*set)->echo);
    ekc_end_close(&(*set)->intake);
    ekc_bus_close(&(*set)->echo_bus);
    ekc_bus_close(&(*set)->bus);
    ekc_sql_close(&(*set)->sql);
    ekc_arena_free(&(*set)->arena);
    ekc_buffer_done(&(*set)->letter);
    free(*set);
    *set = NULL;
}
