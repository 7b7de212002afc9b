import type { Failure, GenerationStatus, ModelOperation } from '../../core/services.js'
import type { Queryable } from '../../database/database.js'
import { sql, type Query } from '../../database/sql.js'
import { channels } from '../../events/channels.js'

export interface Task {
  readonly number: string
  readonly operation: string
  readonly kind: ModelOperation['kind']
  readonly model: string
  readonly request: Readonly<Record<string, unknown>>
  readonly status: GenerationStatus
  readonly part: string | null
  readonly bytes: string
  readonly totalBytes: string
  readonly failure: Failure | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

/** The columns of a `Task`, of `noisegraph.model_tasks t`. */
export const columns = sql`t.number, t.operation, t.kind, t.model, t.request, t.status, t.part, t.bytes, t.total_bytes AS "totalBytes", t.failure, t.created_at AS "createdAt", t.finished_at AS "finishedAt"`

/** The tasks of one operation as one: it runs as long as one of them does, and fails where one of them did. */
export function operationOf(tasks: readonly Task[]): ModelOperation {
  const first = tasks[0]!
  const any = (status: GenerationStatus) => tasks.some(t => t.status === status)
  const open = any('running') || (any('queued') && any('succeeded'))
  const status = open ? 'running' : any('queued') ? 'queued' : any('failed') ? 'failed' : any('cancelled') ? 'cancelled' : 'succeeded'
  const ended = status !== 'queued' && status !== 'running'
  return {
    id: first.operation, kind: first.kind, model: first.model, createdAt: first.createdAt, status,
    part: tasks.find(t => t.status === 'running')?.part ?? null,
    bytes: sum(tasks, 'bytes'), totalBytes: sum(tasks, 'totalBytes'),
    finishedAt: ended ? new Date(Math.max(...tasks.map(t => t.finishedAt?.getTime() ?? 0))) : null,
    failure: tasks.find(t => t.failure)?.failure ?? null,
  }
}
const sum = (tasks: readonly Task[], key: 'bytes' | 'totalBytes') => tasks.reduce((total, t) => total + Number(t[key]), 0)

/** Changes a task under a condition on `noisegraph.model_tasks t` and tells readers; answers whether it did. */
export async function change(database: Queryable, set: Query, condition: Query): Promise<boolean> {
  const rows = await database.query(sql`
    WITH changed AS (UPDATE noisegraph.model_tasks t SET ${set}, touched_at = clock_timestamp() WHERE ${condition} RETURNING t.operation)
    SELECT pg_notify(${channels.models}, operation::text) IS NULL AS told FROM changed`)
  return rows.length > 0
}

/** Ends a task. */
export const ended = (status: 'succeeded' | 'failed' | 'cancelled', failure: Failure | null = null): Query =>
  sql`status = ${status}, failure = ${failure && JSON.stringify(failure)}::json, finished_at = clock_timestamp()`
