/* handler.c - see handler.h. Letters in, questions one after another to the database; how one
 * is answered is in handler_figures.c. */
#include "handler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/guests.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "handler_internal.h"
#include "question.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

enum {
    LETTER_ARENA = 1024 * 1024,
    ANSWER_ARENA = 4 * 1024 * 1024, /* 5,000 figures take 2 MB */
    RETRY_AFTER_MS = 1000,
    LETTERS_A_TURN = 64,
};

void handler_refuse(struct handler *h, const struct ekc_route *to, const char *request_id,
                    const Ekc__V1__Refusal *refusal, uint32_t retry_after_ms)
{
    h->numbers.refusals++;
    int r = ekc_ask_refuse(h->end, to, request_id, refusal, retry_after_ms);
    if (r < 0)
        ekc_info("an asker is gone before its refusal");
}

static int keep(struct handler *h, const struct ekc_letter *letter)
{
    struct waiting *waiting = &h->waiting[(h->first + h->count) % HANDLER_WAITING_MAX];
    if (h->count == HANDLER_WAITING_MAX || !counting_rollups(h->counting) ||
        !ekc_db_is_connected(h->db))
        return -EAGAIN;

    void *data = malloc(letter->payload.len + 1);
    if (!data)
        return -ENOMEM;

    memcpy(data, letter->payload.data, letter->payload.len);
    *waiting =
        (struct waiting){ .route = letter->route, .data = data, .len = letter->payload.len };
    h->count++;
    return 0;
}

static int check(ekc_arena *arena, const Ekc__V1__Envelope *envelope,
                 const Ekc__V1__Refusal **ret_refusal)
{
    struct query query;
    if (envelope->body_case == EKC__V1__ENVELOPE__BODY_QUERY)
        return question_read(arena, envelope->query, &query, ret_refusal);

    *ret_refusal = ekc_refusal(arena, CODE(UNKNOWN_MESSAGE), NULL, "Query");
    return -EBADMSG;
}

static void take(struct handler *h, const struct ekc_letter *letter)
{
    Ekc__V1__Envelope *envelope = NULL;
    const Ekc__V1__Refusal *refusal = NULL;
    uint32_t retry_after_ms = 0;
    ekc_arena_reset(h->arena);

    int r = ekc_ask_read(h->arena, letter, NULL, &envelope, &refusal);
    if (r >= 0)
        r = check(h->arena, envelope, &refusal);
    if (r >= 0 && h->is_stopping) {
        refusal = ekc_refusal(h->arena, CODE(DRAINING), NULL, NULL);
        retry_after_ms = RETRY_AFTER_MS;
    } else if (r >= 0 && keep(h, letter) < 0) {
        refusal = ekc_refusal(h->arena, CODE(BUSY), NULL, NULL);
        retry_after_ms = RETRY_AFTER_MS;
    }
    if (refusal)
        handler_refuse(h, &letter->route, envelope->request_id, refusal, retry_after_ms);
}

static void receive(void *self)
{
    struct handler *h = self;
    struct ekc_letter letter;
    for (int i = 0; i < LETTERS_A_TURN; i++) {
        int r = ekc_end_receive(h->end, &letter);
        if (r == 0)
            return;
        if (r > 0)
            take(h, &letter);
    }
}

/* The message was read once already, so it reads again. */
static int read_again(struct handler *h, const struct waiting *waiting)
{
    const struct ekc_letter letter = { .route = waiting->route,
                                       .payload = { waiting->data, waiting->len },
                                       .payload_frames = 1 };
    Ekc__V1__Envelope *envelope = NULL;
    const Ekc__V1__Refusal *refusal = NULL;
    struct current current = { .arena = h->current.arena, .route = waiting->route };
    ekc_arena_reset(current.arena);

    int r = ekc_ask_read(current.arena, &letter, NULL, &envelope, &refusal);
    if (r >= 0)
        r = question_read(current.arena, envelope->query, &current.query, &refusal);
    current.request_id = envelope->request_id;
    h->current = current;
    return r;
}

static void next_question(struct handler *h)
{
    struct waiting waiting = h->waiting[h->first];
    h->first = (h->first + 1) % HANDLER_WAITING_MAX;
    h->count--;
    if (read_again(h, &waiting) >= 0)
        handler_begin(h);
    free(waiting.data);
}

static void on_guests(void *self, const struct ekc_reply *reply)
{
    struct handler *h = self;
    h->is_busy = false;
    int r = reply->r < 0 ? reply->r : ekc_guests_admit(h->bus, reply->results[0]);
    if (r < 0)
        (void)ekc_fail(r, "cannot read who may come in: %s",
                       reply->r < 0 ? reply->message : "");
}

static void ask_guests(struct handler *h)
{
    struct ekc_params none;
    ekc_params_clear(&none);
    h->guests_ms = ekc_tick_ms();
    if (ekc_db_add(h->db, &ekc_guests_list, &none) >= 0)
        h->is_busy = ekc_db_run(h->db, on_guests, h) >= 0;
}

static void go_on(void *self)
{
    struct handler *h = self;
    if (h->is_busy || !ekc_db_is_idle(h->db) || !counting_rollups(h->counting))
        return;

    if (!h->guests_ms || ekc_tick_ms() - h->guests_ms >= EKC_GUESTS_PERIOD_MS)
        ask_guests(h);
    else if (h->count > 0)
        next_question(h);
}

/* A new connection asks for the guests at once; an old one has told its batch's end itself. */
static void on_db(void *self)
{
    struct handler *h = self;
    h->guests_ms = 0;
}

static int open_doors(struct handler *h)
{
    const char *address = ekc_setting("EKC_STATISTICS_QUERY_BIND");
    const struct ekc_db_options options = {
        .conninfo = ekc_setting("EKC_DB"), .on_ready = on_db, .on_lost = on_db, .self = h
    };
    int r = ekc_end_bind(h->bus, address, &h->end);
    if (r < 0)
        return ekc_fail(r, "cannot answer at %s of EKC_STATISTICS_QUERY_BIND", address);

    r = ekc_db_open(&h->db, h->loop, &options);
    if (r < 0)
        return ekc_fail(r, "cannot use the database of EKC_DB");

    r = ekc_loop_end(h->loop, h->end, receive, h);
    return r < 0 ? r : ekc_loop_after_turn(h->loop, go_on, h);
}

int handler_open(struct handler **ret_handler, ekc_loop *loop, ekc_bus *bus,
                 const struct counting *counting)
{
    EKC_CLEANUP(handler_close) struct handler *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;

    h->bus = bus;
    h->loop = loop;
    h->counting = counting;
    int r = ekc_arena_new(&h->arena, LETTER_ARENA);
    if (r >= 0)
        r = ekc_arena_new(&h->current.arena, ANSWER_ARENA);
    if (r >= 0)
        r = open_doors(h);
    if (r < 0)
        return r;

    *ret_handler = h;
    h = NULL;
    return 0;
}

void handler_close(struct handler **handler)
{
    struct handler *h = *handler;
    if (!h)
        return;

    for (size_t i = 0; i < h->count; i++)
        free(h->waiting[(h->first + i) % HANDLER_WAITING_MAX].data);
    if (h->end)
        ekc_loop_forget_end(h->loop, h->end);
    ekc_end_close(&h->end);
    ekc_db_close(&h->db);
    ekc_arena_free(&h->arena);
    ekc_arena_free(&h->current.arena);
    free(h);
    *handler = NULL;
}

const struct handler_numbers *handler_numbers(const struct handler *handler)
{
    return &handler->numbers;
}

void handler_stop(struct handler *handler)
{
    handler->is_stopping = true;
}
