import type { WorkerReport, Workers } from '../core/services.js'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'

/** The first key of the advisory locks that living workers hold; the second is the worker's number. */
export const workerLock = 7_305_002

/** Whether the worker whose id is that expression holds its lock, that is, whether its connection stands. pg_locks can be read by everyone. */
export const lives = (id: ReturnType<typeof sql>) => sql`EXISTS (
  SELECT FROM noisegraph.workers alive JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid = ${workerLock}::oid AND l.objid = alive.number::oid AND l.objsubid = 2 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  WHERE alive.id = ${id})`

/** Seconds after which a silent worker is not listed any more. */
const silent = 15

interface Row { readonly id: string; readonly pid: number; readonly seenAt: Date; readonly report: Omit<WorkerReport, 'id' | 'pid' | 'seenAt'> }

export const createWorkers = (database: Database): Workers => ({
  async list() {
    const rows = await database.query<Row>(sql`
      SELECT w.id, w.pid, w.seen_at AS "seenAt", w.report FROM noisegraph.workers w
      WHERE w.seen_at > now() - ${silent} * interval '1 second' AND ${lives(sql`w.id`)} ORDER BY w.number`)
    return rows.map(({ id, pid, seenAt, report }) => ({ id, pid, seenAt, ...report }))
  },
})
