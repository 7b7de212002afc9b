export const name = '0002-measurements'

/** Measurements are queued and run as generations are, and are not listed among them. */
export const statements = `
  ALTER TABLE noisegraph.generations ADD COLUMN measures boolean NOT NULL DEFAULT false;
`
