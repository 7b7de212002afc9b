/** Operations on models, on a real PostgreSQL: rows, notifications, takeovers. The models themselves are counted, not loaded. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NoisegraphError } from '../../core/errors.js'
import type { DeviceChoice } from '../../core/order.js'
import type { LoadedModel, ModelControl, ModelOperation, WorkerReport } from '../../core/services.js'
import { sql } from '../../database/sql.js'
import { openSite, silent, type Site } from '../fixtures/site.js'
import { createWorkers } from '../workers.js'
import { createModelControl } from './control.js'
import { runPulls, type Pull } from './pulls.js'
import { modelTasks } from './tasks.js'

let site: Site
let control: ModelControl & { close(): void }
beforeAll(async () => {
  site = await openSite()
  const workers = { list: async () => (await createWorkers(site.database).list()).map(w => ({ ...w, devices: [{ device: 'cpu', available: true, chosen: true, detail: '' }] }) as WorkerReport) }
  control = createModelControl({ database: site.database, workers, checkPull: ({ repo }) => repo.split('/')[1]! })
})
beforeEach(async () => { await site.database.query(sql`WITH gone AS (DELETE FROM noisegraph.model_tasks) DELETE FROM noisegraph.pins`) })
afterEach(async () => { await site.stopWorkers() })
afterAll(async () => { control.close(); await site.close() })

async function followed(id: string): Promise<ModelOperation[]> {
  const seen: ModelOperation[] = []
  for await (const one of control.follow(id, AbortSignal.timeout(20_000))) seen.push(one)
  return seen
}

const counting = (to: number, each = 60): Pull => async function* (_, signal) {
  for (let bytes = 0; bytes <= to; bytes += 10) {
    signal.throwIfAborted()
    yield { part: 'unet/model.onnx', bytes, totalBytes: to }
    await sleep(each)
  }
}

test('a pull: progress is told, and it ends', async () => {
  const end = runPulls(site.database, counting(100), silent)
  const { id } = await control.pull({ repo: 'demo/fox' })
  const seen = await followed(id)
  await end()
  expect(seen.at(-1)).toMatchObject({ kind: 'pull', model: 'fox', status: 'succeeded', bytes: 100, totalBytes: 100, failure: null })
  const bytes = seen.filter(s => s.status === 'running').map(s => s.bytes)
  expect(bytes.length).toBeGreaterThan(1)
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
})

test('a pull that is cancelled stops; one that fails says why, and can be asked for again', async () => {
  let stopped = false
  const end = runPulls(site.database, async function* (request, signal) {
    if (request.repo === 'demo/bad') throw new NoisegraphError('UNKNOWN_MODEL', 'demo/bad cannot be read.', 'repo')
    signal.addEventListener('abort', () => { stopped = true })
    yield* counting(1e6)(request, signal)
  }, silent)
  const { id } = await control.pull({ repo: 'demo/long' })
  const following = followed(id)
  await sleep(500)
  expect(await control.cancel(id)).toMatchObject({ status: 'cancelled' })
  expect((await following).at(-1)).toMatchObject({ status: 'cancelled', finishedAt: expect.any(Date) as Date })
  expect((await followed((await control.pull({ repo: 'demo/bad' })).id)).at(-1)).toMatchObject({ status: 'failed', failure: { code: 'UNKNOWN_MODEL', field: 'repo' } })
  await end()
  expect(stopped).toBe(true)
  await expect(control.cancel('nothing')).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
})

test('a process that dies while it pulls is followed by another', async () => {
  const { id } = await control.pull({ repo: 'demo/fox' })
  // Its holder has not been heard of for a while.
  await site.database.query(sql`UPDATE noisegraph.model_tasks SET status = 'running', holder = gen_random_uuid(), bytes = 40, touched_at = now() - interval '1 minute'`)
  const end = runPulls(site.database, counting(100, 1), silent)
  expect((await followed(id)).at(-1)).toMatchObject({ status: 'succeeded', bytes: 100 })
  await end()
})

function fakeModels() {
  const loaded = new Map<string, LoadedModel>()
  let pinned: readonly string[] = []
  return {
    loaded: () => [...loaded.values()], pinned: () => pinned,
    async *load(name: string, device: DeviceChoice) {
      if (name === 'broken') throw new TypeError('a secret detail')
      yield { part: 'unet', bytes: 0, totalBytes: 10 }
      loaded.set(name, { name, device, bytes: 10, pinned: pinned.includes(name) })
      yield { part: 'unet', bytes: 10, totalBytes: 10 }
    },
    async unload(name: string) { loaded.delete(name) },
    pin(names: readonly string[]) { pinned = names },
  }
}

test('every worker loads, pins and unloads, between two generations', async () => {
  // Two processes stand for the list of workers; their models are those of this test.
  const [one, two] = [await site.startWorker(), await site.startWorker()]
  const hands = [one, two].map(({ id }) => { const models = fakeModels(); return { models, tasks: modelTasks(site.database, id, models, silent, async () => undefined) } })
  const { id } = await control.load('fox', 'cpu', true)
  expect(await control.pins()).toEqual(['fox'])
  expect(await hands[0]!.tasks.run()).toBe(true)
  expect(await control.get(id)).toMatchObject({ status: 'running', bytes: 10 })
  expect(await hands[1]!.tasks.run()).toBe(true)
  expect((await followed(id)).at(-1)).toMatchObject({ kind: 'load', status: 'succeeded', bytes: 20, totalBytes: 20 })
  for (const { models } of hands) expect([models.loaded(), models.pinned()]).toEqual([[{ name: 'fox', device: 'cpu', bytes: 10, pinned: true }], ['fox']])
  // What is asked after the end is told what is loaded.
  expect((await createWorkers(site.database).list()).map(w => w.models)).toHaveLength(2)
  const later = fakeModels()
  await modelTasks(site.database, one.id, later, silent, async () => undefined).warm()
  expect(later.loaded()).toMatchObject([{ name: 'fox', pinned: true }])
  await control.unload('fox')
  for (const { tasks, models } of hands) { await tasks.run(); expect([models.loaded(), models.pinned()]).toEqual([[], []]) }
  expect((await control.list(10)).map(o => [o.kind, o.status])).toEqual([['unload', 'succeeded'], ['load', 'succeeded']])
  const broken = await control.load('broken', 'auto', false)
  for (const { tasks } of hands) await tasks.run()
  expect(await control.get(broken.id)).toMatchObject({ status: 'failed', failure: { code: 'INTERNAL', message: expect.not.stringContaining('secret') as string } })
})

test('what a dead worker was to do fails; without a worker nothing can be loaded', async () => {
  const worker = await site.startWorker()
  const { id } = await control.load('fox', 'auto', false)
  worker.kill('SIGKILL')
  await worker.exit
  await site.database.query(sql`UPDATE noisegraph.model_tasks SET touched_at = now() - interval '1 minute'`)
  expect((await followed(id)).at(-1)).toMatchObject({ status: 'failed', failure: { code: 'WORKER_LOST', retryable: true } })
  await expect(control.load('fox', 'auto', false)).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE', message: expect.stringContaining('No worker') as string })
})
