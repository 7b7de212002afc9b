export const name = '0001-generations'

/**
 * Orders, event bodies and failures are `json`, not `jsonb`: they may hold any text that a user typed, and jsonb refuses the character U+0000.
 * `sequence` is the number of the newest event; whoever raises it writes that event in the same statement, which keeps the numbers without gaps.
 * `lease` names the attempt that may write: every statement of a worker carries it, so a worker that was given up for dead changes nothing.
 */
export const statements = `
  CREATE TABLE noisegraph.generations (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    "order" json NOT NULL,
    model text NOT NULL,
    idempotency_key text UNIQUE,
    fingerprint text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    attempts integer NOT NULL DEFAULT 0,
    losses integer NOT NULL DEFAULT 0,
    sequence integer NOT NULL DEFAULT 0,
    queue_position integer,
    lease uuid,
    worker uuid,
    cancel_requested boolean NOT NULL DEFAULT false,
    preview_every integer,
    artifacts json NOT NULL DEFAULT '[]',
    failure json
  );
  CREATE INDEX ON noisegraph.generations (status, number);
  CREATE INDEX ON noisegraph.generations (model, number);

  CREATE TABLE noisegraph.events (
    generation_id uuid NOT NULL REFERENCES noisegraph.generations ON DELETE CASCADE,
    sequence integer NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    type text NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (generation_id, sequence)
  );

  CREATE TABLE noisegraph.journal (
    generation_id uuid NOT NULL REFERENCES noisegraph.generations ON DELETE CASCADE,
    call integer NOT NULL,
    shape integer[] NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (generation_id, call)
  );
  -- Noise does not compress.
  ALTER TABLE noisegraph.journal ALTER data SET STORAGE EXTERNAL;

  CREATE TABLE noisegraph.workers (
    id uuid PRIMARY KEY,
    -- The key of the advisory lock that the worker holds while it lives.
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    pid integer NOT NULL,
    host text NOT NULL,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    seen_at timestamptz(3) NOT NULL DEFAULT now(),
    report json NOT NULL
  );
`
