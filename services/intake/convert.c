/* convert.c - see convert.h. */
#include "intake/convert.h"

#include <errno.h>

static void convert_contact(const Ekc__V1__Contact *from, struct inquiry *inquiry)
{
    inquiry->contact.name = from ? from->name : "";
    inquiry->contact.phone = from ? from->phone : "";
    inquiry->contact.email = from ? from->email : "";
    inquiry->contact.address = from ? from->address : "";
}

static int convert_attachments(ekc_arena *arena, const Ekc__V1__Inquiry *from,
                               struct inquiry *inquiry)
{
    size_t count = from->n_attachments;
    struct attachment *list = count ? ekc_arena_take(arena, count * sizeof *list) : NULL;
    if (count && !list)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const Ekc__V1__Attachment *attachment = from->attachments[i];
        list[i] = (struct attachment){ .name = attachment->name,
                                       .type = attachment->type,
                                       .url = attachment->url,
                                       .sha256_len = attachment->sha256.len,
                                       .size = attachment->size };
    }
    inquiry->attachments = list;
    inquiry->attachment_count = count;
    return 0;
}

static int convert_references(ekc_arena *arena, const Ekc__V1__Inquiry *from,
                              struct inquiry *inquiry)
{
    size_t count = from->n_references;
    struct reference *list = count ? ekc_arena_take(arena, count * sizeof *list) : NULL;
    if (count && !list)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const Ekc__V1__ExternalReference *reference = from->references[i];
        list[i] = (struct reference){ .system = reference->system,
                                      .number = reference->number,
                                      .date = reference->date };
    }
    inquiry->references = list;
    inquiry->reference_count = count;
    return 0;
}

static void convert_outcome(const Ekc__V1__ImportedOutcome *from, struct inquiry *inquiry)
{
    inquiry->outcome.operator= "";
    inquiry->outcome.topic = "";
    inquiry->outcome.has = from != NULL;
    if (!from)
        return;
    inquiry->outcome.answered_at_us = from->answered_at_us;
    inquiry->outcome.closed_at_us = from->closed_at_us;
    inquiry->outcome.operator= from->operator_;
    inquiry->outcome.topic = from->topic;
}

int convert_inquiry(ekc_arena *arena, const Ekc__V1__Inquiry *from, struct inquiry *ret_inquiry)
{
    struct inquiry inquiry = {
        .external_id = from->external_id,
        .has_created_at =
            from->created_at_opt_case == EKC__V1__INQUIRY__CREATED_AT_OPT_CREATED_AT_US,
        .channel = from->channel,
        .subject = from->subject,
        .text = from->text,
        .applicant_kind = (int)from->applicant_kind,
        .applicant_key = from->applicant_key,
        .reply_channel = from->reply_channel,
        .identified_by = from->identified_by,
        .okrug = from->okrug,
        .address = from->address,
        .cadastral_number = from->cadastral_number,
        .category = from->category,
        .correlation_id = from->correlation_id,
        .taken_by = from->taken_by,
    };
    inquiry.created_at_us = inquiry.has_created_at ? from->created_at_us : 0;
    convert_contact(from->contact, &inquiry);
    convert_outcome(from->outcome, &inquiry);
    int r = convert_attachments(arena, from, &inquiry);
    if (r == 0)
        r = convert_references(arena, from, &inquiry);
    if (r == 0)
        *ret_inquiry = inquiry;
    return r;
}

int convert_extras(ekc_arena *arena, const Ekc__V1__Inquiry *from, struct ekc_bytes *ret_extras)
{
    Ekc__V1__Extras extras = EKC__V1__EXTRAS__INIT;
    extras.attachments = from->attachments;
    extras.n_attachments = from->n_attachments;
    extras.references = from->references;
    extras.n_references = from->n_references;
    extras.outcome = from->outcome;

    size_t size = ekc__v1__extras__get_packed_size(&extras);
    uint8_t *memory = size ? ekc_arena_take(arena, size) : NULL;
    if (size && !memory)
        return -ENOMEM;
    *ret_extras =
        (struct ekc_bytes){ memory, size ? ekc__v1__extras__pack(&extras, memory) : 0 };
    return 0;
}
