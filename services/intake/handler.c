/* handler.c - see handler.h. */
#include "intake/handler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ekc/ask.h"
#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "intake/batches.h"
#include "intake/catalog.h"
#include "intake/number.h"
#include "intake/reader.h"
#include "intake/show.h"
#include "intake/submit.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

enum { RETRY_AFTER_MS = 500, BUDGET = 256 };

static void refuse(const struct asked *asked, const Ekc__V1__Refusal *refusal,
                   uint32_t retry_after_ms)
{
    asked->intake->counters.refused++;
    int r = ekc_ask_refuse(asked->intake->portals_end, &asked->letter->route,
                           asked->envelope->request_id, refusal, retry_after_ms);
    (void)r; /* an asker that has gone asks again */
}

void asked_refuse(const struct asked *asked, Ekc__V1__RefusalCode code, const char *field,
                  const char *limit)
{
    bool is_passing = code == CODE(BUSY) || code == CODE(DRAINING);
    refuse(asked, ekc_refusal(asked->arena, code, field, limit),
           is_passing ? RETRY_AFTER_MS : 0);
}

/* --- who asks, and for whom --------------------------------------------------------------- */

static const struct portal *caller_of(const struct intake *intake, const char *identity)
{
    const char *colon = strchr(identity, ':');
    return colon ? portal_by_id(intake, (int32_t)strtol(colon + 1, NULL, 10)) : NULL;
}

bool asked_may_name_any(const struct asked *asked)
{
    return !asked->caller || asked->caller->is_admin;
}

const struct portal *asked_portal(const struct asked *asked, const char *name)
{
    const struct portal *named = *name ? portal_by_name(asked->intake, name) : asked->caller;
    if (*name && !asked_may_name_any(asked) && named != asked->caller)
        asked_refuse(asked, CODE(FOREIGN_PORTAL), "portal", asked->caller->name);
    else if (!named)
        asked_refuse(asked, *name ? CODE(UNKNOWN_VALUE) : CODE(MISSING), "portal", NULL);
    else
        return named;
    return NULL;
}

/* --- Show and GetCatalog ------------------------------------------------------------------ */

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

static bool read_key(const struct asked *asked, const Ekc__V1__Show *show,
                     struct asking *asking)
{
    bool is_key = show->key_case == EKC__V1__SHOW__KEY_EXTERNAL_ID;
    if (show->key_case == EKC__V1__SHOW__KEY__NOT_SET) {
        asked_refuse(asked, CODE(MISSING), "key", "number, external_id");
        return false;
    }
    if (is_key && (!*show->external_id || strlen(show->external_id) > 64)) {
        asked_refuse(asked, *show->external_id ? CODE(TOO_LONG) : CODE(MISSING), "external_id",
                     "64");
        return false;
    }
    if (is_key) {
        copy(asking->external_id, sizeof asking->external_id, show->external_id);
        return true;
    }
    int r = number_parse(show->number, &asking->id);
    if (r < 0)
        asked_refuse(asked, r == -EBADMSG ? CODE(NUMBER_MISTYPED) : CODE(MALFORMED_VALUE),
                     "number", "1234-5678");
    return r == 0;
}

static void show(const struct asked *asked)
{
    const Ekc__V1__Show *show = asked->envelope->show;
    struct asking asking = { .route = asked->letter->route };
    bool is_any = !*show->portal && asked_may_name_any(asked);
    const struct portal *portal = is_any ? NULL : asked_portal(asked, show->portal);
    if ((!portal && !is_any) || !read_key(asked, show, &asking))
        return;
    asking.portal = portal ? portal->id : 0;
    copy(asking.request_id, sizeof asking.request_id, asked->envelope->request_id);
    if (show_ask(asked->intake, &asking) < 0)
        asked_refuse(asked, CODE(BUSY), NULL, NULL);
}

static void give_catalog(const struct asked *asked)
{
    if (!asked->intake->catalog) {
        asked_refuse(asked, CODE(BUSY), NULL, NULL);
        return;
    }
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.request_id = asked->envelope->request_id;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_CATALOG;
    envelope.catalog = (Ekc__V1__Catalog *)catalog_message(asked->intake->catalog);
    ekc_tell(asked->intake->portals_end, &asked->letter->route, &envelope);
}

/* --- a letter ----------------------------------------------------------------------------- */

/* True when the letter's bytes must stay: its request is in the open batch. */
static bool handle(struct asked *asked, bool is_full)
{
    Ekc__V1__Envelope *envelope = NULL;
    const Ekc__V1__Refusal *refusal = NULL;
    int r = ekc_ask_read(asked->arena, asked->letter, "inquiries", &envelope, &refusal);
    asked->envelope = envelope;
    if (r < 0) {
        refuse(asked, refusal, 0);
        return false;
    }
    bool is_plain = ekc_bus_is_plain(asked->intake->bus);
    asked->caller = is_plain ? NULL : caller_of(asked->intake, asked->letter->identity);
    if (!is_plain && !asked->caller) {
        asked_refuse(asked, CODE(NOT_ALLOWED), NULL, "portals");
        return false;
    }
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_SUBMIT:
        return submit_take(asked, is_full);
    case EKC__V1__ENVELOPE__BODY_SHOW:
        show(asked);
        return false;
    case EKC__V1__ENVELOPE__BODY_GET_CATALOG:
        give_catalog(asked);
        return false;
    default: /* an open enum: whatever later versions may send */
        asked_refuse(asked, CODE(UNKNOWN_MESSAGE), NULL, "submit, show, get_catalog");
        return false;
    }
}

/* Always reads on: letters that are left lying would pile up in memory (see the bus). */
static void receive(void *self)
{
    struct intake *intake = self;
    struct ekc_letter letter;
    for (int budget = BUDGET; budget > 0 && ekc_end_receive(intake->portals_end, &letter) > 0;
         budget--) {
        bool is_full = batch_is_full(intake->open, intake->max_items) && !batches_turn(intake);
        struct asked asked = { .intake = intake,
                               .letter = &letter,
                               .arena = is_full ? intake->busy_arena : intake->open->arena };
        size_t before = is_full ? 0 : ekc_arena_used(asked.arena);
        if (!handle(&asked, is_full))
            ekc_arena_rewind(asked.arena, before);
    }
}

int handler_open(struct intake *intake)
{
    const char *address = ekc_setting("EKC_INTAKE_PORTALS_BIND");
    int r = ekc_end_bind(intake->bus, address, &intake->portals_end);
    if (r < 0)
        return ekc_fail(r, "cannot bind EKC_INTAKE_PORTALS_BIND=%s", address);
    return ekc_loop_end(intake->loop, intake->portals_end, receive, intake);
}

void handler_close(struct intake *intake)
{
    ekc_end_close(&intake->portals_end);
}
