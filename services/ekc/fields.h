/* fields.h - which field of an inquiry stands in which column of a file, and what is done to
 * its value on the way. */
#ifndef EKC_FIELDS_H
#define EKC_FIELDS_H

#include "rows.h"

enum field {
    FIELD_EXTERNAL_ID,
    FIELD_CREATED_AT,
    FIELD_CHANNEL,
    FIELD_SUBJECT,
    FIELD_TEXT,
    FIELD_APPLICANT_KIND,
    FIELD_APPLICANT_KEY,
    FIELD_CONTACT_NAME,
    FIELD_CONTACT_PHONE,
    FIELD_CONTACT_EMAIL,
    FIELD_REPLY_CHANNEL,
    FIELD_IDENTIFIED_BY,
    FIELD_OKRUG,
    FIELD_ADDRESS,
    FIELD_CADASTRAL_NUMBER,
    FIELD_CATEGORY, /* in files also "label" */
    FIELD_CORRELATION_ID,
    FIELD_TAKEN_BY,
    FIELD_ANSWERED_AT,
    FIELD_CLOSED_AT,
    FIELD_OPERATOR,
    FIELD_TOPIC,
    FIELD_COUNT,
};

/* The name of a field, in maps and headers alike. */
const char *fields_name(enum field field);

typedef struct fields_mapping fields_mapping;

/* Without any further call, every field stands in the column that has its name. -ENOMEM. */
EKC_MUST_CHECK int fields_new(fields_mapping **ret_mapping);

/* FIELD=COLUMN[,FIELD=COLUMN…]; a column is a number from 1, a header's name, or "-" for no
 * column at all. A backslash takes a comma's meaning away, here and in fields_translate.
 * -EINVAL. */
EKC_MUST_CHECK int fields_map(fields_mapping *mapping, const char *spec);

/* FIELD:FROM=TO[,[FIELD:]FROM=TO…]; without a field the last one is meant. An empty FROM
 * is an empty or absent value. A value that no FROM is equal to stays. -EINVAL. */
EKC_MUST_CHECK int fields_translate(fields_mapping *mapping, const char *spec);

/* FIELD=VALUE, whatever the file says. -EINVAL. */
EKC_MUST_CHECK int fields_set(fields_mapping *mapping, const char *spec);

/* Whether the first row of TSV or CSV is a header: yes, unless a map was given that has numbers
 * but no name. */
bool fields_expects_header(const fields_mapping *mapping);

/* Fits the mapping to a file: first is its header, or its first row if that is a JSON line;
 * NULL when it has neither. Copies what it needs. -EINVAL: a column of the map is not there, or
 * is there twice. */
EKC_MUST_CHECK int fields_bind(fields_mapping *mapping, const struct row *first);

/* Names in the bound row that no field takes: "a, b"; "" when there are none. Lent. */
const char *fields_ignored(const fields_mapping *mapping);

/* Takes the values of all fields out of a row that is not broken; an absent one is empty. They
 * are lent by row and mapping. -EBADMSG: the row does not fit. */
EKC_MUST_CHECK int fields_read(fields_mapping *mapping, const struct row *row,
                               struct ekc_bytes ret_values[static FIELD_COUNT]);

/* Why the last call failed, as one clause that names field or column. Lent until the next call.
 */
const char *fields_error(const fields_mapping *mapping);
void fields_free(fields_mapping **mapping);

#endif
