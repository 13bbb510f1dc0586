-- What killed workers, and what is done about it.

-- A worker died while it held an inquiry whose verdict n was due. A death has one row, whoever
-- tells of it and however often: so a frozen worker, or a report sent twice, counts once. From
-- the third on a worker writes its own row, before it touches the text.
CREATE TABLE attempt (
    portal_id integer NOT NULL,
    inquiry_id bigint NOT NULL,
    n smallint NOT NULL,
    holder bigint NOT NULL, -- the incarnation of the worker that died
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (portal_id, inquiry_id, n, holder)
);

-- A person wants an inquiry whose verdict is dead to be judged again, as verdict n. The row
-- goes in the transaction of that verdict.
CREATE TABLE revival (
    portal_id integer NOT NULL,
    inquiry_id bigint NOT NULL,
    n smallint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    holder bigint NOT NULL DEFAULT 0, -- who judges it now, or died of it; 0 = nobody
    free_at timestamptz NOT NULL DEFAULT '-infinity', -- others may take it from then on
    PRIMARY KEY (portal_id, inquiry_id)
);

-- Which classifier sweeps a lane, so that they share the lanes among themselves. A holder that
-- is found here after its time has died, and what it held is suspect.
CREATE TABLE sweep_claim (
    lane_id integer PRIMARY KEY,
    free_at timestamptz NOT NULL DEFAULT '-infinity',
    moved_at timestamptz NOT NULL DEFAULT now(), -- when others last judged what stood first
    holder bigint NOT NULL DEFAULT 0,
    is_alone boolean NOT NULL DEFAULT false -- it held one suspect, whose attempt it wrote down
) WITH (fillfactor = 10);
