/* ask.c - see ekc/ask.h. */
#include "ekc/ask.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "ekc/post.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

static_assert(EKC_WIRE_MESSAGE_MAX == 262144 && EKC_REQUEST_ID_MAX == 64,
              "the limits are written out below");

/* What an unreadable letter stands for: an envelope that says nothing. */
static Ekc__V1__Envelope blank = EKC__V1__ENVELOPE__INIT;

static int refuse(ekc_arena *arena, Ekc__V1__RefusalCode code, const char *field,
                  const char *limit, const Ekc__V1__Refusal **ret_refusal)
{
    *ret_refusal = ekc_refusal(arena, code, field, limit);
    return -EBADMSG;
}

static int read_frame(ekc_arena *arena, const struct ekc_letter *letter,
                      Ekc__V1__Envelope **ret_envelope, const Ekc__V1__Refusal **ret_refusal)
{
    size_t before = ekc_arena_used(arena);
    if (letter->payload_frames != 1)
        return refuse(arena, CODE(SEVERAL_FRAMES), NULL, "1", ret_refusal);

    int r = ekc_wire_read(arena, letter->payload, ret_envelope);
    if (r >= 0)
        return 0;

    *ret_envelope = &blank;
    ekc_arena_rewind(arena, before);
    if (r == -EMSGSIZE)
        return refuse(arena, CODE(MESSAGE_TOO_LARGE), NULL, "262144", ret_refusal);
    if (r == -E2BIG)
        return refuse(arena, CODE(TOO_COMPLEX), NULL, NULL, ret_refusal);
    return refuse(arena, CODE(MALFORMED), NULL, NULL, ret_refusal);
}

static int check_request_id(ekc_arena *arena, Ekc__V1__Envelope *envelope,
                            const Ekc__V1__Refusal **ret_refusal)
{
    if (envelope->request_id[0] == '\0')
        return refuse(arena, CODE(MISSING), "request_id", NULL, ret_refusal);
    if (strlen(envelope->request_id) <= EKC_REQUEST_ID_MAX)
        return 0;

    envelope->request_id = blank.request_id;
    return refuse(arena, CODE(TOO_LONG), "request_id", "64", ret_refusal);
}

static int check_strings(ekc_arena *arena, Ekc__V1__Envelope *envelope, const char *skip,
                         const Ekc__V1__Refusal **ret_refusal)
{
    const char *path = "";
    int r = ekc_wire_check_strings(arena, &envelope->base, skip, &path);
    if (r >= 0)
        return 0;

    if (strcmp(path, "request_id") == 0)
        envelope->request_id = blank.request_id;
    const char *dot = strchr(path, '.'); /* the field is told as it stands in the body */
    return refuse(arena, r == -EINVAL ? CODE(HAS_NUL) : CODE(NOT_UTF8), dot ? dot + 1 : path,
                  NULL, ret_refusal);
}

/* A body of a later version of the contract is an unknown field here. */
static int check_body(ekc_arena *arena, const Ekc__V1__Envelope *envelope,
                      const Ekc__V1__Refusal **ret_refusal)
{
    if (envelope->body_case != EKC__V1__ENVELOPE__BODY__NOT_SET)
        return 0;
    return refuse(
        arena, envelope->base.n_unknown_fields ? CODE(UNKNOWN_MESSAGE) : CODE(EMPTY_ENVELOPE),
        NULL, NULL, ret_refusal);
}

int ekc_ask_read(ekc_arena *arena, const struct ekc_letter *letter, const char *skip,
                 Ekc__V1__Envelope **ret_envelope, const Ekc__V1__Refusal **ret_refusal)
{
    *ret_envelope = &blank;
    int r = read_frame(arena, letter, ret_envelope, ret_refusal);
    if (r < 0)
        return r;

    r = check_strings(arena, *ret_envelope, skip, ret_refusal);
    if (r < 0)
        return r;

    r = check_body(arena, *ret_envelope, ret_refusal);
    return r < 0 ? r : check_request_id(arena, *ret_envelope, ret_refusal);
}

int ekc_ask_refuse(ekc_end *end, const struct ekc_route *to, const char *request_id,
                   const Ekc__V1__Refusal *refusal, uint32_t retry_after_ms)
{
    Ekc__V1__Refused refused = EKC__V1__REFUSED__INIT;
    refused.refusal = (Ekc__V1__Refusal *)refusal;
    refused.retry_after_ms = retry_after_ms;

    Ekc__V1__Envelope answer = EKC__V1__ENVELOPE__INIT;
    answer.request_id = (char *)request_id;
    answer.body_case = EKC__V1__ENVELOPE__BODY_REFUSED;
    answer.refused = &refused;
    return ekc_post(end, to, &answer);
}
