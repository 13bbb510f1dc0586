-- Inquiries as portals sent them. Rows are inserted and never changed.

-- Intakes take ids in blocks of 1,000; the first id makes a number of eight digits.
CREATE SEQUENCE inquiry_block INCREMENT 1000 START 1000000;

-- No foreign keys: intake has checked portal, channel and okrug, and a lookup for each row
-- would cost a third of its insertion. Every key starts with the portal, to be sharded by it.
CREATE TABLE inquiry (
    portal_id integer NOT NULL,
    id bigint NOT NULL,
    external_id text NOT NULL,
    salt bytea NOT NULL,
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    channel text NOT NULL,
    applicant_kind text NOT NULL CHECK (applicant_kind IN ('resident', 'developer', 'unknown')),
    applicant_key text,
    okrug text,
    regime text NOT NULL,
    subject text,
    body text NOT NULL,
    address text,
    cadastral_number text,
    category text,
    correlation_id text,
    reply_channel text,
    identified_by text,
    taken_by text,
    extras bytea, -- an encoded ekc.v1.Extras: attachments, references, imported outcome
    PRIMARY KEY (portal_id, id),
    UNIQUE (portal_id, external_id)
);

-- Personal data, apart.
CREATE TABLE contact (
    portal_id integer NOT NULL,
    inquiry_id bigint NOT NULL,
    name text,
    phone text,
    email text,
    address text,
    PRIMARY KEY (portal_id, inquiry_id)
);
