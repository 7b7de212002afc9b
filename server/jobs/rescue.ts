import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import { lost, maxLosses } from './lease.js'
import type { Queue } from './queue.js'
import { ifStill, queueAgain, settle } from './settle.js'
import { lives } from './workers.js'

interface Orphan { readonly id: string; readonly worker: string; readonly losses: number; readonly cancelRequested: boolean }

const orphans = (database: Database) => database.query<Orphan>(sql`
  SELECT g.id, g.worker, g.losses, g.cancel_requested AS "cancelRequested" FROM noisegraph.generations g WHERE g.status = 'running' AND NOT ${lives(sql`g.worker`)}`)

/** Takes a generation from a dead worker: back into the queue, or to its end where it was to be cancelled or has cost too many workers. */
function rescue(database: Database, queue: Queue, { id, worker, losses, cancelRequested }: Orphan): Promise<boolean> {
  const still = sql`g.status = 'running' AND g.worker = ${worker}`
  return ifStill(database, tx => cancelRequested ? settle(tx, queue, id, { type: 'cancelled', atStep: null }, still)
    : losses + 1 >= maxLosses ? settle(tx, queue, id, { type: 'failed', ...lost }, still)
      : queueAgain(tx, queue, id, still, 1))
}

/** Rescues what a worker had that is known to be dead. */
export async function rescueFrom(database: Database, queue: Queue, worker: string): Promise<void> {
  for (const orphan of await orphans(database)) if (orphan.worker === worker) await rescue(database, queue, orphan)
}

/**
 * Looks each second for running generations whose worker's connection is gone, and rescues those that were so twice in a row: a worker whose connection was cut (a database restart) has
 * a second to come back. Where a machine vanished without closing its connections, the queue's heartbeat notices instead. Runs in any number of processes. Answers what ends it.
 */
export function watchOver(database: Database, queue: Queue, log: Logger): () => Promise<void> {
  let suspects = new Set<string>()
  let ended = false
  let look = Promise.resolve()
  const once = async () => {
    const found = await orphans(database)
    for (const orphan of found) {
      if (!suspects.has(orphan.worker) || !await rescue(database, queue, orphan)) continue
      log.warn({ generation: orphan.id, worker: orphan.worker }, 'its worker died; it is taken over')
    }
    suspects = new Set(found.map(orphan => orphan.worker))
    await database.query(sql`DELETE FROM noisegraph.workers w WHERE w.seen_at < now() - interval '1 hour' AND NOT ${lives(sql`w.id`)}
      AND NOT EXISTS (SELECT FROM noisegraph.generations g WHERE g.worker = w.id AND g.status = 'running')`)
  }
  const timer = setInterval(() => {
    look = look.then(() => ended ? undefined : once()).catch((error: Error) => log.warn({ error: error.message }, 'could not look for dead workers'))
  }, 1_000)
  return async () => {
    ended = true
    clearInterval(timer)
    await look
  }
}
