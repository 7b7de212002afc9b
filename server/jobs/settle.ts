import type { Artifact, EventBody } from '../core/services.js'
import type { Database, Queryable } from '../database/database.js'
import { sql, type Query } from '../database/sql.js'
import { appendEvent } from '../events/append.js'
import { channels } from '../events/channels.js'
import type { Queue } from './queue.js'

/** The three events that end a generation. */
export type Ending = Extract<EventBody, { type: 'succeeded' | 'failed' | 'cancelled' }>

/**
 * Ends a generation that is not ended yet and for which `condition` (on `noisegraph.generations g`) holds: status, terminal event, journal, queue. Answers whether it did.
 * Everywhere the job is touched before its generation, so that two transactions wait for each other in one order.
 */
export async function settle(tx: Queryable, queue: Queue, id: string, ending: Ending, condition: Query, artifacts: readonly Artifact[] = []): Promise<boolean> {
  await queue.drop(tx, id)
  const { type: status, ...failure } = ending
  const rows = await tx.query(appendEvent(sql`
    UPDATE noisegraph.generations g SET sequence = g.sequence + 1, status = ${status}, finished_at = clock_timestamp(), queue_position = NULL, worker = NULL,
      artifacts = ${JSON.stringify(artifacts)}::json, failure = ${status === 'failed' ? JSON.stringify(failure) : null}::json
    WHERE g.id = ${id} AND g.status IN ('queued', 'running') AND ${condition}`, ending))
  if (!rows.length) return false
  await tx.query(sql`DELETE FROM noisegraph.journal WHERE generation_id = ${id}`)
  return true
}

/** Puts a running generation back into the queue, at the place of its age. */
export async function queueAgain(tx: Queryable, queue: Queue, id: string, condition: Query, losses: number): Promise<boolean> {
  await queue.putBack(tx, id)
  const [row] = await tx.query<{ position: number }>(sql`
    UPDATE noisegraph.generations g SET status = 'queued', lease = NULL, worker = NULL, losses = losses + ${losses}, queue_position = ${ahead(sql`g.number`)}
    WHERE g.id = ${id} AND g.status = 'running' AND ${condition} RETURNING queue_position AS position`)
  if (!row) return false
  await tx.query(appendEvent(sql`UPDATE noisegraph.generations g SET sequence = g.sequence + 1 WHERE g.id = ${id}`, { type: 'queued', position: row.position }))
  await tx.query(sql`SELECT pg_notify(${channels.queue}, '')`)
  return true
}

/** How many wait before the generation of that number. */
export const ahead = (number: Query): Query => sql`(SELECT count(*)::integer FROM noisegraph.generations w WHERE w.status = 'queued' AND w.number < ${number})`

class Overtaken extends Error {}

/** A transaction that is kept when `work` answers true and undone when it answers false. */
export async function ifStill(database: Database, work: (tx: Queryable) => Promise<boolean>): Promise<boolean> {
  try {
    await database.transaction(async tx => {
      if (!await work(tx)) throw new Overtaken()
    })
    return true
  } catch (error) {
    if (error instanceof Overtaken) return false
    throw error
  }
}
