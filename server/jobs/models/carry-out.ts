import type { Logger } from 'pino'
import { NoisegraphError } from '../../core/errors.js'
import type { Failure } from '../../core/services.js'
import type { Database } from '../../database/database.js'
import { sql, type Query } from '../../database/sql.js'
import { change, ended, type Task } from './rows.js'

/** What a task yields on its way. */
export interface TaskProgress { readonly part: string; readonly bytes: number; readonly totalBytes: number }

/** Milliseconds between two stored states of progress. */
const pace = 200
/** Milliseconds between signs of life while nothing is yielded. */
const beat = 2_000

/** Carries a task out that this process holds. It ends early where the task is no longer its own: cancelled, or taken over. `finally` goes into the statement that ends it. */
export async function carryOut(database: Database, task: Task, holds: Query, work: (signal: AbortSignal) => AsyncGenerator<TaskProgress, unknown>, log: Logger): Promise<void> {
  const mine = sql`t.number = ${task.number} AND t.status = 'running' AND ${holds}`
  const stop = new AbortController()
  const tell = async (set: Query) => { if (!await change(database, set, mine)) stop.abort(new Overtaken()) }
  const alive = setInterval(() => { tell(sql`part = t.part`).catch((error: Error) => log.warn({ error: error.message }, 'could not say that a model operation is alive')) }, beat)
  try {
    let [said, told] = [-Infinity, undefined as TaskProgress | undefined]
    const store = ({ part, bytes, totalBytes }: TaskProgress) => tell(sql`part = ${part}, bytes = ${bytes}, total_bytes = ${totalBytes}`)
    for await (const progress of work(stop.signal)) {
      stop.signal.throwIfAborted()
      told = progress
      if (performance.now() - said < pace) continue
      said = performance.now()
      await store(progress)
    }
    stop.signal.throwIfAborted()
    const total = told?.totalBytes ?? 0
    await change(database, sql`${ended('succeeded')}, bytes = ${total}, total_bytes = ${total}`, mine)
  } catch (error) {
    if (stop.signal.aborted) return log.info({ operation: task.operation }, 'a model operation was cancelled')
    await change(database, ended('failed', failureOf(error, task, log)), mine)
  } finally {
    clearInterval(alive)
  }
}

class Overtaken extends Error {}

function failureOf(error: unknown, task: Task, log: Logger): Failure {
  if (error instanceof NoisegraphError) return { code: error.code, message: error.message, retryable: error.retryable, ...error.field !== undefined && { field: error.field } }
  log.error({ err: error, operation: task.operation }, 'a model operation failed')
  // What goes wrong on the way to a hub is the caller's to know.
  if (task.kind === 'pull') return { code: 'INTERNAL', message: `The download was broken off: ${error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ''].filter(Boolean).join(': ') : String(error)}. Pull again: it goes on where it ended.`, retryable: true }
  return { code: 'INTERNAL', message: `Something failed that should not have. The log has the details under ${task.operation}.`, retryable: true }
}
