import { randomUUID } from 'node:crypto'
import { NoisegraphError } from '../../core/errors.js'
import { checkDevice } from '../../core/devices.js'
import type { DeviceChoice } from '../../core/order.js'
import type { Failure, ModelControl, ModelOperation, Workers } from '../../core/services.js'
import type { Database } from '../../database/database.js'
import { sql } from '../../database/sql.js'
import { channels } from '../../events/channels.js'
import { isId } from '../../events/ids.js'
import { createWakes } from '../../events/wakes.js'
import { lives } from '../workers.js'
import { change, columns, ended, operationOf, type Task } from './rows.js'

export interface ControlParts {
  readonly database: Database
  readonly workers: Workers
  /** Throws where a request to pull cannot be carried out as it stands; answers the name that the model will have. */
  readonly checkPull: (request: Parameters<ModelControl['pull']>[0]) => string
}

/** Milliseconds after which a reader looks without having been told to. */
const look = 2_000
const isOver = ({ status }: ModelOperation) => status !== 'queued' && status !== 'running'

/** Model operations as the API sees them: rows that the processes which hold models carry out. */
export function createModelControl({ database, workers, checkPull }: ControlParts): ModelControl & { close(): void } {
  const wakes = createWakes(database.listener, channels.models)

  async function add(kind: ModelOperation['kind'], model: string, request: object, targets: readonly (string | null)[]): Promise<ModelOperation> {
    const operation = randomUUID()
    const rows = targets.map(worker => ({ worker }))
    await database.query(sql`
      WITH added AS (
        INSERT INTO noisegraph.model_tasks (operation, kind, model, request, worker)
        SELECT ${operation}::uuid, ${kind}, ${model}, ${JSON.stringify(request)}::json, target.worker FROM json_to_recordset(${JSON.stringify(rows)}::json) AS target(worker uuid)
        WHERE NOT EXISTS (SELECT FROM noisegraph.model_tasks WHERE operation = ${operation}))
      SELECT pg_notify(${channels.models}, ${operation})`)
    return known(operation)
  }

  async function read(id: string): Promise<ModelOperation | undefined> {
    if (!isId(id)) return undefined
    await settleLost(database)
    const tasks = await database.query<Task>(sql`SELECT ${columns} FROM noisegraph.model_tasks t WHERE t.operation = ${id} ORDER BY t.number`)
    return tasks.length ? operationOf(tasks) : undefined
  }
  async function known(id: string): Promise<ModelOperation> {
    const found = await read(id)
    if (!found) throw new NoisegraphError('UNKNOWN_OPERATION', `There is no model operation "${id.slice(0, 100)}".`, 'id')
    return found
  }
  async function targets(device: DeviceChoice): Promise<readonly string[]> {
    const all = await workers.list()
    if (!all.length) throw new NoisegraphError('DEVICE_UNAVAILABLE', 'No worker is running, and workers hold the models. Start one with "noisegraph worker".', 'device')
    checkDevice(device, all)
    return all.filter(w => device === 'auto' || w.devices.some(d => d.device === device && d.available)).map(w => w.id)
  }
  const pin = async (model: string, pinned: boolean, device: DeviceChoice = 'auto') => {
    if (pinned) await database.query(sql`INSERT INTO noisegraph.pins (model, device) VALUES (${model}, ${device}) ON CONFLICT (model) DO UPDATE SET device = excluded.device`)
    else await database.query(sql`DELETE FROM noisegraph.pins WHERE model = ${model}`)
    await database.query(sql`SELECT pg_notify(${channels.models}, '')`)
  }

  async function* follow(id: string, signal: AbortSignal): AsyncGenerator<ModelOperation, void, undefined> {
    const wake = wakes.of(id)
    let told = ''
    try {
      while (!signal.aborted) {
        const heard = wake.next()
        const now = await known(id)
        const state = JSON.stringify(now)
        if (state !== told) yield now
        told = state
        if (isOver(now)) return
        await heard(look, signal)
      }
    } finally {
      wake.close()
    }
  }

  return {
    follow, get: read,
    pull: async request => add('pull', checkPull(request), request, [null]),
    async load(model, device, pinned) {
      const on = await targets(device)
      if (pinned) await pin(model, true, device)
      return add('load', model, { device }, on)
    },
    async unload(model) {
      const on = await targets('auto')
      await pin(model, false)
      return add('unload', model, {}, on)
    },
    pin: (model, pinned) => pin(model, pinned),
    pins: async () => (await database.query<{ model: string }>(sql`SELECT model FROM noisegraph.pins ORDER BY model`)).map(row => row.model),
    async list(first) {
      await settleLost(database)
      const tasks = await database.query<Task>(sql`
        SELECT ${columns} FROM noisegraph.model_tasks t
        JOIN (SELECT operation, max(number) AS newest FROM noisegraph.model_tasks GROUP BY operation ORDER BY newest DESC LIMIT ${first}) o USING (operation) ORDER BY o.newest DESC, t.number`)
      return [...new Set(tasks.map(t => t.operation))].map(id => operationOf(tasks.filter(t => t.operation === id)))
    },
    async cancel(id) {
      await known(id)
      await change(database, ended('cancelled'), sql`t.operation = ${id} AND t.status IN ('queued', 'running')`)
      return known(id)
    },
    close: wakes.close,
  }
}

const lost: Failure = { code: 'WORKER_LOST', retryable: true, message: 'The worker ended before this was done. It may need more memory than the machine has; ask again, or look into the worker\'s log.' }

/** Ends what a worker had that is dead, and forgets operations of long ago. */
async function settleLost(database: Database): Promise<void> {
  await change(database, ended('failed', lost), sql`t.status IN ('queued', 'running') AND t.worker IS NOT NULL AND t.touched_at < now() - interval '3 seconds' AND NOT ${lives(sql`t.worker`)}`)
  await database.query(sql`DELETE FROM noisegraph.model_tasks WHERE finished_at < now() - interval '7 days'`)
}
