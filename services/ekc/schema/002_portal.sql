-- Who may come in: city portals by their key, and the centre's own services.

CREATE TABLE portal (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    curve_key text UNIQUE CHECK (length(curve_key) = 40),
    role text NOT NULL DEFAULT 'portal' CHECK (role IN ('portal', 'admin')),
    added_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE service_key (
    curve_key text PRIMARY KEY CHECK (length(curve_key) = 40),
    name text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now()
);
