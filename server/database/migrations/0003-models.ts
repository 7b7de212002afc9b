export const name = '0003-models'

/**
 * A model operation is one row for each process that takes part in it: every worker for `load` and `unload`, any process for `pull`, whose `holder` is whoever last took it.
 * `touched_at` is a holder's sign of life.
 */
export const statements = `
  CREATE TABLE noisegraph.model_tasks (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('pull', 'load', 'unload')),
    model text NOT NULL,
    request json NOT NULL,
    worker uuid,
    holder uuid,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    part text,
    bytes bigint NOT NULL DEFAULT 0,
    total_bytes bigint NOT NULL DEFAULT 0,
    failure json,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    touched_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3)
  );
  CREATE INDEX ON noisegraph.model_tasks (operation);
  CREATE INDEX ON noisegraph.model_tasks (status, kind);

  CREATE TABLE noisegraph.pins (
    model text PRIMARY KEY,
    device text NOT NULL DEFAULT 'auto'
  );
`
