import { PgBoss, type Db } from 'pg-boss'
import type { Logger } from 'pino'
import type { Database, Queryable } from '../database/database.js'
import { sql, type Query } from '../database/sql.js'

/** A place in the queue that a worker holds. `retryCount` tells its claim from later ones of the same job. */
export interface Claim { readonly id: string; readonly retryCount: number }

/** The queue of generations, on pg-boss. A job's id is its generation's. Every change is part of the caller's transaction. */
export interface Queue {
  add(tx: Queryable, id: string): Promise<void>
  /** The oldest that waits. */
  claim(tx: Queryable): Promise<Claim | undefined>
  complete(tx: Queryable, id: string): Promise<void>
  /** Back to where it stood, to be claimed again. */
  putBack(tx: Queryable, id: string): Promise<void>
  drop(tx: Queryable, id: string): Promise<void>
  close(): Promise<void>
}

const name = 'generations'
const day = 86_400

/** Not pg-boss's usual schema: a shared database may hold someone else's. */
const schema = 'noisegraph_queue'

/** Seconds without a sign of life until a claim is taken away: pg-boss's least. */
const heartbeatSeconds = 10

/** How often a job may be claimed again is not decided here: `lease.ts` counts lost workers, and a worker that hands back has lost nothing. */
const policy = { heartbeatSeconds, retryLimit: 30_000, retryDelay: 0, expireInSeconds: day, retentionSeconds: 3650 * day, deleteAfterSeconds: day }

/** Says that the claim's holder lives; no row is changed when the claim was lost. As pg-boss's `touch` does it, for the thread that has a connection only. */
export const touch = ({ id, retryCount }: Claim): Query => sql`
  UPDATE noisegraph_queue.job SET heartbeat_on = now() WHERE name = ${name} AND id = ${id} AND retry_count = ${retryCount} AND state = 'active'`

const executing = (queryable: Queryable): Db => ({ executeSql: async (text, values = []) => ({ rows: await queryable.query({ text, values }) }) })

/** `supervise`: whether this process looks for claims whose heartbeat stopped. At least one has to; any number may. */
export async function openQueue(database: Database, log: Logger, { supervise }: { supervise: boolean }): Promise<Queue> {
  const boss = new PgBoss({
    db: executing(database), schema, supervise, schedule: false, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1, registerInstance: false, reindex: false, monitorVacuum: false,
  })
  boss.on('error', error => log.error({ error: error.message }, 'the queue reports an error'))
  boss.on('warning', warning => log.debug({ warning }, 'the queue warns'))
  await boss.start()
  await boss.createQueue(name, policy)
  const within = (tx: Queryable) => ({ db: executing(tx) })
  return {
    async add(tx, id) { await boss.send(name, {}, { id, ...within(tx) }) },
    async claim(tx) {
      const [job] = await boss.fetch(name, { includeMetadata: true, ...within(tx) })
      return job && { id: job.id, retryCount: job.retryCount }
    },
    async complete(tx, id) { await boss.complete(name, id, null, within(tx)) },
    async putBack(tx, id) { await boss.fail(name, id, null, within(tx)) },
    async drop(tx, id) { await boss.deleteJob(name, id, within(tx)) },
    async close() { await boss.stop({ graceful: false, close: false }) },
  }
}
