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
#include "intake/catalog.h"
#include "intake/convert.h"
#include "intake/fingerprint.h"
#include "intake/number.h"
#include "intake/reader.h"
#include "intake/salt.h"
#include "intake/show.h"
#include "intake/validate.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

enum { RETRY_AFTER_MS = 500, BUDGET = 256 };

/* One letter while it is being handled. */
struct asked {
    struct intake *intake;
    const struct ekc_letter *letter;
    ekc_arena *arena;
    const Ekc__V1__Envelope *envelope;
    const struct portal *caller; /* NULL in plaintext: anybody on this host */
};

static void refuse(const struct asked *asked, const Ekc__V1__Refusal *refusal,
                   uint32_t retry_after_ms)
{
    asked->intake->counters.refused++;
    int r = ekc_ask_refuse(asked->intake->portals_end, &asked->letter->route,
                           asked->envelope->request_id, refusal, retry_after_ms);
    (void)r; /* an asker that has gone asks again */
}

static void refuse_code(const struct asked *asked, Ekc__V1__RefusalCode code, const char *field,
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

static bool may_name_any(const struct asked *asked)
{
    return !asked->caller || asked->caller->is_admin;
}

/* The portal that a request is for; NULL after a refusal. */
static const struct portal *portal_for(const struct asked *asked, const char *name)
{
    const struct portal *named = *name ? portal_by_name(asked->intake, name) : asked->caller;
    if (*name && !may_name_any(asked) && named != asked->caller)
        refuse_code(asked, CODE(FOREIGN_PORTAL), "portal", asked->caller->name);
    else if (!named)
        refuse_code(asked, *name ? CODE(UNKNOWN_VALUE) : CODE(MISSING), "portal", NULL);
    else
        return named;
    return NULL;
}

/* --- Submit ------------------------------------------------------------------------------- */

static Ekc__V1__RefusalCode code_of(enum validate_reason reason)
{
    switch (reason) {
    case VALIDATE_MISSING:
        return CODE(MISSING);
    case VALIDATE_TOO_LONG:
        return CODE(TOO_LONG);
    case VALIDATE_TOO_MANY:
        return CODE(TOO_MANY);
    case VALIDATE_UNKNOWN_VALUE:
        return CODE(UNKNOWN_VALUE);
    case VALIDATE_TOO_EARLY:
        return CODE(TOO_EARLY);
    case VALIDATE_TOO_LATE:
        return CODE(TOO_LATE);
    case VALIDATE_MALFORMED_VALUE:
        return CODE(MALFORMED_VALUE);
    case VALIDATE_NOT_ALLOWED:
        return CODE(NOT_ALLOWED);
    case VALIDATE_OUT_OF_RANGE:
        return CODE(OUT_OF_RANGE);
    }
    return CODE(UNSPECIFIED);
}

static void refuse_item(const struct asked *asked, struct item *item, size_t index,
                        Ekc__V1__RefusalCode code, const char *field, const char *limit)
{
    char path[160];
    (void)snprintf(path, sizeof path, "inquiries[%zu].%s", index, field);
    item->state = ITEM_REFUSED;
    item->refusal = ekc_refusal(asked->arena, code, path, limit);
}

static int64_t take_time(struct item *item)
{
    item->received_at_us = ekc_now_us();
    return item->received_at_us;
}

static void take_item(const struct asked *asked, struct item *item, size_t index,
                      const Ekc__V1__Inquiry *inquiry)
{
    const char *path = "";
    struct catalog *catalog = asked->intake->catalog;
    int r = ekc_wire_check_strings(asked->arena, &inquiry->base, NULL, &path);
    if (r < 0) {
        item->inquiry.external_id = "";
        refuse_item(asked, item, index, r == -EILSEQ ? CODE(NOT_UTF8) : CODE(HAS_NUL), path,
                    NULL);
        return;
    }
    r = convert_inquiry(asked->arena, inquiry, &item->inquiry);
    if (r == 0)
        r = convert_extras(asked->arena, inquiry, &item->extras);
    if (r < 0) {
        refuse_item(asked, item, index, CODE(TOO_COMPLEX), "attachments", NULL);
        return;
    }
    struct validate_refusal refusal;
    r = validate_inquiry(&item->inquiry,
                         &(struct validate_rules){ .is_channel = catalog_has_channel,
                                                   .is_okrug = catalog_has_okrug,
                                                   .is_topic = catalog_has_topic,
                                                   .catalog = catalog,
                                                   .now_us = take_time(item),
                                                   .may_import = may_name_any(asked) },
                         &refusal);
    if (r < 0) {
        refuse_item(asked, item, index, code_of(refusal.reason), refusal.field, refusal.limit);
        return;
    }
    salt_take(item->salt);
    fingerprint_of(&item->inquiry, item->salt, item->fingerprint);
}

static bool is_ready(const struct intake *intake)
{
    for (size_t i = 0; i < WRITERS; i++)
        if (writer_is_ready(&intake->writers[i]))
            return true;
    return false;
}

static void turn_away(const struct asked *asked, const Ekc__V1__Submit *submit)
{
    answer_turned_away(asked->intake, &asked->letter->route, asked->envelope->request_id,
                       submit);
}

static bool take_items(const struct asked *asked, const struct portal *portal,
                       const Ekc__V1__Submit *submit)
{
    struct batch *batch = asked->intake->open;
    struct request *request = batch_add_request(batch);
    if (!request)
        return false;
    request->route = asked->letter->route;
    request->id = asked->envelope->request_id;
    for (size_t i = 0; i < submit->n_inquiries; i++) {
        struct item *item = batch_add_item(batch);
        if (!item)
            return false;
        item->portal = portal->id;
        take_item(asked, item, i, submit->inquiries[i]);
    }
    return true;
}

/* True when the request stays in the batch, and its bytes with it. */
static bool submit(const struct asked *asked, bool is_full)
{
    struct intake *intake = asked->intake;
    const Ekc__V1__Submit *submit = asked->envelope->submit;
    const struct portal *portal = portal_for(asked, submit->portal);
    if (!portal)
        return false;
    if (submit->n_inquiries == 0 || submit->n_inquiries > EKC_WIRE_ITEMS_MAX) {
        bool is_empty = submit->n_inquiries == 0;
        refuse_code(asked, is_empty ? CODE(MISSING) : CODE(TOO_MANY), "inquiries",
                    is_empty ? NULL : "500");
        return false;
    }
    if (is_full || intake->is_draining || !intake->catalog || !is_ready(intake)) {
        turn_away(asked, submit);
        return false;
    }
    struct batch *batch = intake->open;
    if (!take_items(asked, portal, submit)) {
        batch_drop_request(batch);
        turn_away(asked, submit);
        return false;
    }
    struct request *request = &batch->requests[batch->request_count - 1];
    if (batch_is_waiting(batch, request))
        return true;
    answer_request(intake, batch, request);
    batch_drop_request(batch);
    return false;
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
        refuse_code(asked, CODE(MISSING), "key", "number, external_id");
        return false;
    }
    if (is_key && (!*show->external_id || strlen(show->external_id) > 64)) {
        refuse_code(asked, *show->external_id ? CODE(TOO_LONG) : CODE(MISSING), "external_id",
                    "64");
        return false;
    }
    if (is_key) {
        copy(asking->external_id, sizeof asking->external_id, show->external_id);
        return true;
    }
    int r = number_parse(show->number, &asking->id);
    if (r < 0)
        refuse_code(asked, r == -EBADMSG ? CODE(NUMBER_MISTYPED) : CODE(MALFORMED_VALUE),
                    "number", "1234-5678");
    return r == 0;
}

static void show(const struct asked *asked)
{
    const Ekc__V1__Show *show = asked->envelope->show;
    struct asking asking = { .route = asked->letter->route };
    bool is_any = !*show->portal && may_name_any(asked);
    const struct portal *portal = is_any ? NULL : portal_for(asked, show->portal);
    if ((!portal && !is_any) || !read_key(asked, show, &asking))
        return;
    asking.portal = portal ? portal->id : 0;
    copy(asking.request_id, sizeof asking.request_id, asked->envelope->request_id);
    if (show_ask(asked->intake, &asking) < 0)
        refuse_code(asked, CODE(BUSY), NULL, NULL);
}

static void give_catalog(const struct asked *asked)
{
    if (!asked->intake->catalog) {
        refuse_code(asked, CODE(BUSY), NULL, NULL);
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
        refuse_code(asked, CODE(NOT_ALLOWED), NULL, "portals");
        return false;
    }
    switch (envelope->body_case) {
    case EKC__V1__ENVELOPE__BODY_SUBMIT:
        return submit(asked, is_full);
    case EKC__V1__ENVELOPE__BODY_SHOW:
        show(asked);
        return false;
    case EKC__V1__ENVELOPE__BODY_GET_CATALOG:
        give_catalog(asked);
        return false;
    default: /* an open enum: whatever later versions may send */
        refuse_code(asked, CODE(UNKNOWN_MESSAGE), NULL, "submit, show, get_catalog");
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
