/* submit.c - see submit.h. */
#include "intake/submit.h"

#include <errno.h>
#include <stdio.h>

#include "ekc/ask.h"
#include "intake/catalog.h"
#include "intake/convert.h"
#include "intake/fingerprint.h"
#include "intake/salt.h"
#include "intake/validate.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

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
                                                   .may_import = asked_may_name_any(asked) },
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
    if (!mood_is_well(&intake->mood))
        return false;
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

bool submit_take(const struct asked *asked, bool is_full)
{
    struct intake *intake = asked->intake;
    const Ekc__V1__Submit *submit = asked->envelope->submit;
    const struct portal *portal = asked_portal(asked, submit->portal);
    if (!portal)
        return false;
    if (submit->n_inquiries == 0 || submit->n_inquiries > EKC_WIRE_ITEMS_MAX) {
        bool is_empty = submit->n_inquiries == 0;
        asked_refuse(asked, is_empty ? CODE(MISSING) : CODE(TOO_MANY), "inquiries",
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
