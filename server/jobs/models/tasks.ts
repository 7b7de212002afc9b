import type { Logger } from 'pino'
import type { DeviceChoice } from '../../core/order.js'
import type { LoadedModel } from '../../core/services.js'
import type { Database } from '../../database/database.js'
import { sql } from '../../database/sql.js'
import { carryOut, type TaskProgress } from './carry-out.js'
import { columns, type Task } from './rows.js'

/** The models that a worker holds. */
export interface WorkerModels {
  load(name: string, device: DeviceChoice): AsyncGenerator<TaskProgress, unknown>
  unload(name: string): Promise<void>
  /** Exactly these stay, whatever the budget. */
  pin(names: readonly string[]): void
  loaded(): readonly LoadedModel[]
}

/** What a worker does about its models between two generations: commands that it was sent, and pins. */
export interface ModelTasks {
  /** Carries out what waits; answers whether there was anything. */
  run(): Promise<boolean>
  /** Loads what is pinned, for a worker that has just started. */
  warm(): Promise<void>
}

export function modelTasks(database: Database, worker: string, models: WorkerModels, log: Logger, changed: () => Promise<void>): ModelTasks {
  const readPins = async () => {
    const pins = await database.query<{ model: string; device: DeviceChoice }>(sql`SELECT model, device FROM noisegraph.pins ORDER BY model`)
    models.pin(pins.map(p => p.model))
    return pins
  }
  const take = async () => (await database.query<Task>(sql`
    UPDATE noisegraph.model_tasks t SET status = 'running', touched_at = clock_timestamp() WHERE t.number = (
      SELECT number FROM noisegraph.model_tasks WHERE worker = ${worker} AND status = 'queued' ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ${columns}`))[0]

  async function* work({ kind, model, request }: Task): AsyncGenerator<TaskProgress, void> {
    if (kind === 'load') yield* models.load(model, request.device as DeviceChoice)
    else await models.unload(model)
    // Before the task is over, so that who asks then is told what is loaded now.
    await changed()
    await database.query(sql`UPDATE noisegraph.workers SET report = (report::jsonb || ${JSON.stringify({ models: models.loaded() })}::jsonb)::json WHERE id = ${worker}`)
  }

  return {
    async run() {
      await readPins()
      let any = false
      for (let task = await take(); task; task = await take()) {
        any = true
        const it = task
        await carryOut(database, it, sql`t.worker = ${worker}`, () => work(it), log)
      }
      return any
    },
    async warm() {
      for (const { model, device } of await readPins()) try {
        for await (const progress of models.load(model, device)) log.debug(progress, 'loading a pinned model')
      } catch (error) {
        log.warn({ model, error: (error as Error).message }, 'a pinned model cannot be loaded')
      }
      await changed()
    },
  }
}
