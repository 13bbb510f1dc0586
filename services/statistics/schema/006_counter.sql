-- Counters: what figures are answered from. Written by the one statistics worker that counts.

-- Which figures are kept. Numbers of measure, a and b are those of ekc.v1.Measure and
-- ekc.v1.Dimension, 0 = none. What is split by two dimensions is kept by months: by days it
-- would have more rows than there are inquiries.
CREATE TABLE stat_rollup (
    id smallint PRIMARY KEY,
    measure smallint NOT NULL,
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    a smallint NOT NULL,
    b smallint NOT NULL
);

INSERT INTO stat_rollup (id, measure, grain, a, b) VALUES
    (1, 1, 'day', 0, 0),    -- received
    (2, 1, 'day', 5, 0),    -- … by portal
    (3, 1, 'day', 4, 0),    -- … by channel
    (4, 1, 'day', 6, 0),    -- … by okrug
    (11, 2, 'day', 0, 0),   -- judged
    (12, 2, 'day', 1, 0),   -- … by area
    (13, 2, 'day', 3, 0),   -- … by applicant kind
    (14, 2, 'day', 4, 0),   -- … by channel
    (15, 2, 'day', 5, 0),   -- … by portal
    (16, 2, 'day', 6, 0),   -- … by okrug
    (17, 2, 'day', 7, 0),   -- … by verdict status
    (21, 2, 'month', 1, 2), -- … by area and topic
    (22, 2, 'month', 3, 2), -- … by applicant kind and topic
    (23, 2, 'month', 3, 1), -- … by applicant kind and area
    (24, 2, 'month', 4, 1), -- … by channel and area
    (25, 2, 'month', 6, 1), -- … by okrug and area
    (26, 2, 'month', 5, 1); -- … by portal and area

-- day is the first of the month where the grain is a month; a portal stands by its id.
CREATE TABLE stat_counter (
    rollup smallint NOT NULL,
    day date NOT NULL,
    a text NOT NULL,
    b text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (rollup, day, a, b)
) WITH (fillfactor = 50);

-- Whose turn it is to count, and the instant of the newest event counted.
CREATE TABLE stat_turn (
    consumer text PRIMARY KEY,
    owner bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    as_of timestamptz NOT NULL
) WITH (fillfactor = 10);
