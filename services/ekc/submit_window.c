/* submit_window.c - see submit_window.h. */
#include "submit_window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/loop.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "submit_journal.h"

enum {
    ENDS_MAX = 16,
    PARCELS_MAX = 1024,
    ARENA_SIZE = 4 << 20,
    AGAIN_MS = 2000,
    AGAIN_MAX_MS = 30000,
    SILENCE_MS = 60000,
    STRANGER_MS = 10000, /* who was never answered at all is not let in, or alone */
    NOT_YET_MS = 10,     /* no intake takes it at this moment */
};

/* One message, kept until each of its inquiries has its answer. */
struct parcel {
    unsigned serial; /* 0 = free place */
    struct ekc_buffer bytes;
    size_t count, open;
    bool is_settled[EKC_WIRE_ITEMS_MAX];
    int64_t due_ms, pause_ms;
    bool was_sent;
};

struct submit_window {
    struct submit_window_options options;
    ekc_bus *bus;
    ekc_end *ends[ENDS_MAX];
    size_t end_count, next_end;
    ekc_arena *arena;
    struct parcel *parcels;
    unsigned last_serial;
    size_t used, inquiries;
    int64_t heard_ms;
    bool was_heard;
};

static int connect_end(void *self, const char *address)
{
    submit_window *window = self;
    if (window->end_count == ENDS_MAX)
        return ekc_fail(-ENOSPC, "EKC_INTAKE names more than %d addresses", ENDS_MAX);
    int r = ekc_end_connect(window->bus, address, &window->ends[window->end_count]);
    if (r < 0)
        return ekc_fail(r, "cannot connect to %s of EKC_INTAKE", address);
    window->end_count++;
    return 0;
}

int submit_window_open(submit_window **ret_window, const struct submit_window_options *options)
{
    EKC_CLEANUP(submit_window_close) submit_window *window = calloc(1, sizeof *window);
    if (!window)
        return -ENOMEM;
    window->options = *options;
    window->heard_ms = ekc_tick_ms();
    window->parcels = calloc(PARCELS_MAX, sizeof *window->parcels);
    int r = window->parcels ? ekc_arena_new(&window->arena, ARENA_SIZE) : -ENOMEM;
    if (r < 0)
        return r;

    r = ekc_bus_open(&window->bus);
    if (r < 0)
        return r;

    r = ekc_setting_each("EKC_INTAKE", connect_end, window);
    if (r < 0)
        return r;

    *ret_window = window;
    window = NULL;
    return 0;
}

void submit_window_close(submit_window **window)
{
    if (!*window)
        return;
    for (size_t i = 0; (*window)->parcels && i < PARCELS_MAX; i++)
        ekc_buffer_done(&(*window)->parcels[i].bytes);
    for (size_t i = 0; i < (*window)->end_count; i++)
        ekc_end_close(&(*window)->ends[i]);
    ekc_bus_close(&(*window)->bus);
    ekc_arena_free(&(*window)->arena);
    free((*window)->parcels);
    free(*window);
    *window = NULL;
}

bool submit_window_has_room(const submit_window *window)
{
    return window->used < PARCELS_MAX && window->inquiries < window->options.inquiries;
}

bool submit_window_is_empty(const submit_window *window)
{
    return window->used == 0;
}

/* To the next intake in turn; one that cannot take it now is passed over. */
static void post(submit_window *window, struct parcel *parcel)
{
    int r = -EAGAIN;
    for (size_t i = 0; i < window->end_count && r < 0; i++) {
        ekc_end *end = window->ends[window->next_end++ % window->end_count];
        r = ekc_end_send(end, NULL,
                         (struct ekc_bytes){ parcel->bytes.data, parcel->bytes.len });
    }
    int64_t now = ekc_tick_ms();
    parcel->due_ms = r < 0 ? now + NOT_YET_MS : now + parcel->pause_ms;
    window->options.sum->repeated += r == 0 && parcel->was_sent;
    parcel->was_sent |= r == 0;
}

static struct parcel *free_place(submit_window *window)
{
    struct parcel *parcel = NULL;
    do
        parcel = &window->parcels[++window->last_serial % PARCELS_MAX];
    while (parcel->serial);
    parcel->serial = window->last_serial;
    return parcel;
}

int submit_window_send(submit_window *window, Ekc__V1__Inquiry **inquiries, size_t count)
{
    struct parcel *parcel = free_place(window);
    char request_id[32];
    (void)snprintf(request_id, sizeof request_id, "%u", parcel->serial);
    Ekc__V1__Submit submit = EKC__V1__SUBMIT__INIT;
    submit.portal = (char *)window->options.portal;
    submit.inquiries = inquiries;
    submit.n_inquiries = count;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.request_id = request_id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_SUBMIT;
    envelope.submit = &submit;

    parcel->bytes.len = 0;
    int r = ekc_wire_write(&parcel->bytes, &envelope.base);
    if (r < 0)
        return r;
    parcel->count = parcel->open = count;
    parcel->pause_ms = AGAIN_MS;
    parcel->was_sent = false;
    memset(parcel->is_settled, 0, sizeof parcel->is_settled);
    window->used++;
    window->inquiries += count;
    int64_t now_us = ekc_now_us();
    for (size_t i = 0; i < count; i++)
        submit_journal_attempt(window->options.journal, window->options.portal,
                               inquiries[i]->external_id, now_us);
    post(window, parcel);
    return 0;
}

static void settle(submit_window *window, struct parcel *parcel,
                   const Ekc__V1__SubmitResult *result)
{
    bool is_passing = result->answer == EKC__V1__ANSWER__ANSWER_BUSY ||
                      result->answer == EKC__V1__ANSWER__ANSWER_DRAINING;
    if (is_passing || result->index >= parcel->count || parcel->is_settled[result->index])
        return;
    parcel->is_settled[result->index] = true;
    parcel->open--;
    submit_sum_add(window->options.sum, result);
    submit_journal_answer(window->options.journal, window->options.portal, result->external_id,
                          submit_answer_word(result->answer), result->number, ekc_now_us());
    if (result->refusal)
        (void)fprintf(stderr, "%s: %s %s\n", result->external_id,
                      submit_code_word(result->refusal->code), result->refusal->text_en);
}

static uint32_t retry_after(const Ekc__V1__Submitted *submitted)
{
    uint32_t longest = 0;
    for (size_t i = 0; i < submitted->n_results; i++)
        if (submitted->results[i]->retry_after_ms > longest)
            longest = submitted->results[i]->retry_after_ms;
    return longest;
}

static void take_submitted(submit_window *window, struct parcel *parcel,
                           const Ekc__V1__Submitted *submitted)
{
    for (size_t i = 0; i < submitted->n_results; i++)
        settle(window, parcel, submitted->results[i]);
    if (parcel->open > 0) {
        parcel->due_ms = ekc_tick_ms() + retry_after(submitted);
        return;
    }
    window->inquiries -= parcel->count;
    window->used--;
    parcel->serial = 0;
}

/* A message that is refused as a whole is no better the next time, unless intake was busy. */
static int take_refused(struct parcel *parcel, const Ekc__V1__Refused *refused)
{
    if (refused->retry_after_ms > 0) {
        parcel->due_ms = ekc_tick_ms() + refused->retry_after_ms;
        return 0;
    }
    const Ekc__V1__Refusal *refusal = refused->refusal;
    return ekc_fail(-EACCES, "refused as a whole: %s %s",
                    refusal ? submit_code_word(refusal->code) : "",
                    refusal ? refusal->text_en : "");
}

static int take_answer(submit_window *window, struct ekc_bytes payload)
{
    ProtobufCMessage *message = NULL;
    ekc_arena_reset(window->arena);
    int r = ekc_wire_unpack(window->arena, &ekc__v1__envelope__descriptor, payload, &message);
    if (r < 0)
        return ekc_fail(r, "an answer is no envelope");

    const Ekc__V1__Envelope *answer = (const Ekc__V1__Envelope *)message;
    unsigned serial = (unsigned)strtoul(answer->request_id, NULL, 10);
    struct parcel *parcel = &window->parcels[serial % PARCELS_MAX];
    window->heard_ms = ekc_tick_ms();
    window->was_heard = true;
    if (serial == 0 || parcel->serial != serial)
        return 0; /* answered before */
    if (answer->body_case == EKC__V1__ENVELOPE__BODY_SUBMITTED)
        take_submitted(window, parcel, answer->submitted);
    return answer->body_case == EKC__V1__ENVELOPE__BODY_REFUSED
               ? take_refused(parcel, answer->refused)
               : 0;
}

static int receive(submit_window *window)
{
    struct ekc_letter letter;
    int r = 0;
    for (size_t i = 0; i < window->end_count; i++)
        while (r == 0 && ekc_end_receive(window->ends[i], &letter) > 0)
            r = take_answer(window, letter.payload);
    return r;
}

/* Twice as long each time, and a random part of it, so that many clients do not come at once.
 */
static void send_due(submit_window *window)
{
    int64_t now = ekc_tick_ms();
    for (size_t i = 0; i < PARCELS_MAX; i++) {
        struct parcel *parcel = &window->parcels[i];
        if (!parcel->serial || parcel->due_ms > now)
            continue;
        int64_t longer =
            parcel->pause_ms * 2 < AGAIN_MAX_MS ? parcel->pause_ms * 2 : AGAIN_MAX_MS;
        if (parcel->was_sent)
            parcel->pause_ms = longer / 2 + (int64_t)random() % (longer / 2);
        post(window, parcel);
    }
}

int submit_window_turn(submit_window *window, long timeout_ms)
{
    struct ekc_wait items[ENDS_MAX] = { 0 };
    for (size_t i = 0; i < window->end_count; i++)
        items[i] = (struct ekc_wait){ .end = window->ends[i], .want_read = true };
    int r = ekc_bus_wait(window->bus, items, window->end_count, timeout_ms);
    if (r > 0)
        r = receive(window);
    if (r < 0)
        return r;
    send_due(window);
    int64_t patience_ms = window->was_heard ? SILENCE_MS : STRANGER_MS;
    if (window->used > 0 && ekc_tick_ms() - window->heard_ms > patience_ms)
        return ekc_fail(
            -ETIMEDOUT,
            "no answer from EKC_INTAKE=%s for %lld s: is it up, is EKC_SERVER_KEY its "
            "key, and is ours admitted?",
            ekc_setting("EKC_INTAKE"), (long long)patience_ms / 1000);
    return 0;
}
