/* consult.c - see consult.h. */
#include "consult.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ekc/log.h"
#include "ekc/loop.h"
#include "ekc/post.h"
#include "ekc/settings.h"

enum { PATIENCE_MS = 10000, TRIES = 10, PAUSE_MAX_MS = 2000 };

struct asking {
    ekc_bus *bus;
    ekc_arena *arena;
    Ekc__V1__Envelope *question;
    const Ekc__V1__Envelope *answer;
    int result;
};

/* The next letter that answers the question, as an envelope. */
static int hear(struct asking *asking, ekc_end *end, int64_t until_ms)
{
    struct ekc_wait item = { .end = end, .want_read = true };
    while (ekc_tick_ms() < until_ms) {
        struct ekc_letter letter;
        ProtobufCMessage *message = NULL;
        int r = ekc_bus_wait(asking->bus, &item, 1, (long)(until_ms - ekc_tick_ms()));
        if (r >= 0)
            r = ekc_end_receive(end, &letter);
        if (r < 0)
            return r;
        if (r == 0)
            continue;

        r = ekc_wire_unpack(asking->arena, &ekc__v1__envelope__descriptor, letter.payload,
                            &message);
        if (r < 0)
            return r;
        asking->answer = (const Ekc__V1__Envelope *)message;
        if (strcmp(asking->answer->request_id, asking->question->request_id) == 0)
            return 0;
    }
    return -ETIMEDOUT;
}

/* The end takes nothing until it is connected. */
static int say(const struct asking *asking, ekc_end *end, int64_t until_ms)
{
    struct ekc_wait item = { .end = end, .want_write = true };
    int r = ekc_post(end, NULL, asking->question);
    while (r == -EAGAIN && ekc_tick_ms() < until_ms) {
        r = ekc_bus_wait(asking->bus, &item, 1, (long)(until_ms - ekc_tick_ms()));
        if (r >= 0)
            r = ekc_post(end, NULL, asking->question);
    }
    return r == -EAGAIN ? -ETIMEDOUT : r;
}

static bool is_busy(const Ekc__V1__Envelope *answer)
{
    return answer->body_case == EKC__V1__ENVELOPE__BODY_REFUSED &&
           answer->refused->retry_after_ms > 0;
}

static int converse(struct asking *asking, ekc_end *end)
{
    int r = -EAGAIN;
    for (int i = 0; i < TRIES; i++) {
        int64_t until_ms = ekc_tick_ms() + PATIENCE_MS;
        r = say(asking, end, until_ms);
        if (r >= 0)
            r = hear(asking, end, until_ms);
        if (r < 0 || !is_busy(asking->answer))
            return r;

        uint32_t pause_ms = asking->answer->refused->retry_after_ms;
        (void)usleep((pause_ms < PAUSE_MAX_MS ? pause_ms : PAUSE_MAX_MS) * 1000);
    }
    return r;
}

/* A walk along addresses ends early only by an error, so an answer is one here. */
static int ask_one(void *self, const char *address)
{
    struct asking *asking = self;
    EKC_CLEANUP(ekc_end_close) ekc_end *end = NULL;
    int r = ekc_end_connect(asking->bus, address, &end);
    if (r >= 0)
        r = converse(asking, end);
    asking->result = r;
    if (r >= 0)
        return -ECANCELED;
    ekc_warn("%s does not answer: %s", address, strerror(-r));
    return 0;
}

int consult(ekc_bus *bus, ekc_arena *arena, const char *setting, Ekc__V1__Envelope *question,
            const Ekc__V1__Envelope **ret_answer)
{
    struct asking asking = {
        .bus = bus, .arena = arena, .question = question, .result = -ETIMEDOUT
    };
    if (ekc_setting_each(setting, ask_one, &asking) == 0)
        return ekc_fail(-EINVAL, "%s names no address", setting);
    if (asking.result < 0)
        return ekc_fail(asking.result, "nobody answers at %s of %s", ekc_setting(setting),
                        setting);

    if (asking.answer->body_case == EKC__V1__ENVELOPE__BODY_REFUSED) {
        const Ekc__V1__Refusal *refusal = asking.answer->refused->refusal;
        return ekc_fail(-EBADMSG, "refused: %s", refusal ? refusal->text_en : "");
    }
    *ret_answer = asking.answer;
    return 0;
}
