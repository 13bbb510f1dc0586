-- What inquiries were judged to be about. n = 1 is the first verdict, made once; the current
-- one has the highest n.

CREATE TABLE verdict (
    portal_id integer NOT NULL,
    inquiry_id bigint NOT NULL,
    n smallint NOT NULL,
    status text NOT NULL CHECK (status IN ('sure', 'unsure', 'dead')),
    confidence real NOT NULL,
    applicant_kind text NOT NULL CHECK (applicant_kind IN ('resident', 'developer', 'unknown')),
    ranking text NOT NULL, -- "topic=share topic=share …", best first
    model text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    path text NOT NULL CHECK (path IN ('wire', 'sweep')), -- which way the work came
    PRIMARY KEY (portal_id, inquiry_id, n)
);

CREATE TABLE verdict_topic (
    portal_id integer NOT NULL,
    inquiry_id bigint NOT NULL,
    n smallint NOT NULL,
    k smallint NOT NULL,
    topic text NOT NULL,
    share real NOT NULL,
    PRIMARY KEY (portal_id, inquiry_id, n, k)
);
