import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { ModelControl } from '../../core/services.js'
import type { Database } from '../../database/database.js'
import { sql } from '../../database/sql.js'
import { channels } from '../../events/channels.js'
import { carryOut, type TaskProgress } from './carry-out.js'
import { columns, type Task } from './rows.js'

export type Pull = (request: Parameters<ModelControl['pull']>[0], signal: AbortSignal) => AsyncGenerator<TaskProgress, unknown>

/** Seconds without a sign of life after which another process takes a pull over; it goes on where the files end. */
const silent = 10
/** Milliseconds between looks; a notification cuts them short. */
const look = 5_000

/**
 * Brings models from a hub, one after the other, in a process that answers the API: it only moves bytes, while a worker would be busy with pictures. Any number of processes may do so.
 * Answers what ends it; a pull that is under way is taken up by the next process.
 */
export function runPulls(database: Database, pull: Pull, log: Logger): () => Promise<void> {
  const holder = randomUUID()
  const closing = new AbortController()
  let wake = () => {}
  const off = database.listener.on(channels.models, () => wake())

  const take = async () => (await database.query<Task>(sql`
    UPDATE noisegraph.model_tasks t SET status = 'running', holder = ${holder}, touched_at = clock_timestamp() WHERE t.number = (
      SELECT number FROM noisegraph.model_tasks
      WHERE kind = 'pull' AND (status = 'queued' OR (status = 'running' AND touched_at < now() - ${silent} * interval '1 second')) ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ${columns}`))[0]

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      const woken = new Promise<void>(resolve => { wake = resolve })
      try {
        const task = await take()
        if (task) {
          await Promise.race([carryOut(database, task, sql`t.holder = ${holder}`, signal => pull(task.request as { repo: string }, AbortSignal.any([signal, closing.signal])), log), ended(closing.signal)])
          continue
        }
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'could not look for models to pull')
      }
      await Promise.race([woken, sleep(look, undefined, { signal: closing.signal }).catch(() => undefined)])
    }
  }
  const running = loop()
  return async () => {
    off()
    closing.abort(new Error('the server stops'))
    wake()
    await running
  }
}

const ended = (signal: AbortSignal) => new Promise<void>(resolve => { if (signal.aborted) resolve(); else signal.addEventListener('abort', () => resolve(), { once: true }) })
