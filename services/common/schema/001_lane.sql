-- Lanes, the event log and its cursors: the mechanism by which nothing is counted twice.

-- A check inside a transaction: raises, and so rolls everything back, unless ok.
CREATE FUNCTION ekc_require(ok boolean, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ok IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'EK001', MESSAGE = what;
    END IF;
END $$;

-- A slot that one database connection holds; taken over after its lease, never deleted.
CREATE TABLE lane (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role text NOT NULL,
    owner bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    last_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

-- One row for each committed batch; events is an encoded ekc.v1.EventBatch of n events.
CREATE TABLE event_log (
    lane_id integer NOT NULL,
    seq bigint NOT NULL,
    n integer NOT NULL CHECK (n > 0),
    at timestamptz NOT NULL,
    events bytea NOT NULL,
    PRIMARY KEY (lane_id, seq)
);

-- Compressing a batch costs more than writing it: a tenth of what its inquiries cost.
ALTER TABLE event_log ALTER COLUMN events SET STORAGE EXTERNAL;

-- How far a consumer has taken each lane; wire and sweep tell which way the events came.
CREATE TABLE stat_cursor (
    consumer text NOT NULL,
    lane_id integer NOT NULL,
    pos bigint NOT NULL DEFAULT 0,
    wire bigint NOT NULL DEFAULT 0,
    sweep bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, lane_id)
) WITH (fillfactor = 10);
