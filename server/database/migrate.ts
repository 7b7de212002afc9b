import type { Database } from './database.js'
import * as generations from './migrations/0001-generations.js'
import * as measurements from './migrations/0002-measurements.js'
import * as models from './migrations/0003-models.js'
import { sql } from './sql.js'

/** In the order in which they run; a migration that was released is never changed. */
const migrations = [generations, measurements, models]

/** Any constant, the same in every process: one migrates, the others wait. */
const lock = 7_305_001

/** Brings the schema `noisegraph` up to date. Any number of processes may call it at once. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async tx => {
    await tx.query(sql`SELECT pg_advisory_xact_lock(${lock})`)
    await tx.query(sql`CREATE SCHEMA IF NOT EXISTS noisegraph`)
    await tx.query(sql`CREATE TABLE IF NOT EXISTS noisegraph.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`)
    const applied = new Set((await tx.query<{ name: string }>(sql`SELECT name FROM noisegraph.migrations`)).map(row => row.name))
    for (const { name, statements } of migrations) {
      if (applied.has(name)) continue
      await tx.query({ text: statements, values: [] })
      await tx.query(sql`INSERT INTO noisegraph.migrations (name) VALUES (${name})`)
    }
  })
}
