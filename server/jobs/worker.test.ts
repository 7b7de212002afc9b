import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tensor } from '../../plugins/sdk/index.js'
import type { Plugins, StoredEvent } from '../core/services.js'
import { sql } from '../database/sql.js'
import { fakeGenerate, fakeOrder } from './fixtures/generate.js'
import { followToEnd, openSite, type Site } from './fixtures/site.js'

let site: Site
beforeAll(async () => { site = await openSite() })
afterEach(async () => { await site.stopWorkers() })
afterAll(async () => { await site.close() })

const types = (events: readonly StoredEvent[]) => events.map(event => event.body.type)
const steps = (events: readonly StoredEvent[]) => events.flatMap(({ body }) => body.type === 'step' ? [body] : [])
const withoutGaps = (events: readonly StoredEvent[], from = 1) => expect(events.map(event => event.sequence)).toEqual(events.map((_, i) => from + i))
const picture = async (id: string) => Buffer.from((await readFile(`${site.folder}/artifacts/${id}-0`))).toString('hex')
const computed = async (trace: string) => (await readFile(trace, 'utf8')).trim().split('\n').map(line => line.split(' ').map(Number) as [pid: number, call: number])
/** The bits of an undisturbed run. */
async function undisturbed(steps: number): Promise<string> {
  const kept = new Map<number, Tensor>()
  const journal = { read: async (call: number) => kept.get(call), write: async (call: number, output: Tensor) => { kept.set(call, output) } }
  const run = fakeGenerate(fakeOrder({ steps }), { journal, plugins: {} as Plugins, image: () => Promise.reject(new Error()), signal: new AbortController().signal })
  for (;;) {
    const { done, value } = await run.next()
    if (done) return Buffer.from(value[0]!.bytes).toString('hex')
  }
}
const until = async (test: () => Promise<boolean>) => { while (!await test()) await sleep(20) }

test('a generation from submit to success', async () => {
  const { id, status } = await site.jobs.submit(fakeOrder({ steps: 4 }))
  expect(status).toBe('queued')
  expect(await site.jobs.position(id)).toBe(0)
  await site.startWorker()
  const events = await followToEnd(site, id)
  withoutGaps(events)
  expect(types(events)).toEqual(['queued', 'loading', 'started', 'step', 'step', 'step', 'step', 'decoding', 'succeeded'])
  expect(events.find(event => event.body.type === 'started')?.body).toMatchObject({ attempt: 1, device: 'cpu', timesteps: [4, 3, 2, 1, 0] })
  expect(steps(events).map(step => [step.index, step.total, step.networkCalls, step.percent])).toEqual([[0, 4, 1, 25], [1, 4, 2, 50], [2, 4, 3, 75], [3, 4, 4, 100]])
  expect(steps(events).every(step => step.preview === undefined && step.milliseconds >= 0)).toBe(true)
  expect(steps(events).at(-1)!.etaMilliseconds).toBe(0)
  const done = await site.jobs.get(id)
  expect(done).toMatchObject({ status: 'succeeded', attempts: 1, artifacts: [{ id: `${id}-0`, seed: '7', index: 0, bytes: 32 }] })
  expect(done!.finishedAt!.getTime()).toBeGreaterThanOrEqual(done!.startedAt!.getTime())
  expect(await site.jobs.position(id)).toBeUndefined()
  expect(await site.database.query(sql`SELECT 1 FROM noisegraph.journal`)).toEqual([])
})

test('kill -9 of the worker in the middle: another goes on from the journal, with the same bits and no event lost or doubled', async () => {
  const expected = await undisturbed(24)
  const first = await site.startWorker()
  const trace = site.trace('killed')
  const { id } = await site.jobs.submit(fakeOrder({ steps: 24, delay: 20, trace }))
  let died = 0
  const following = followToEnd(site, id, async event => {
    if (event.body.type !== 'step' || event.body.index !== 9) return
    first.kill('SIGKILL')
    await first.exit
    died = performance.now()
    await site.startWorker()
  })
  const events = await following
  expect(performance.now() - died).toBeLessThan(11_000)
  withoutGaps(events)
  expect(await site.events.follow(id, 0, new AbortController().signal)[Symbol.asyncIterator]().next()).toMatchObject({ value: { sequence: 1 } })
  expect(steps(events).map(step => step.index)).toEqual(Array.from({ length: 24 }, (_, i) => i))
  expect(events.flatMap(({ body }) => body.type === 'started' ? [body.attempt] : [])).toEqual([1, 2])
  expect(types(events).filter(type => type === 'succeeded')).toHaveLength(1)
  expect(await picture(id)).toBe(expected)
  expect(await site.jobs.get(id)).toMatchObject({ status: 'succeeded', attempts: 2 })
  // Only the call that the first worker died in may have been computed twice.
  const calls = (await computed(trace)).map(([, call]) => call)
  expect(new Set(calls).size).toBe(24)
  expect(calls.length).toBeLessThanOrEqual(25)
})

test('a generation that kills every worker is given up as WORKER_LOST', async () => {
  const { id } = await site.jobs.submit(fakeOrder({ dieAt: 2 }))
  let stop = false
  const keep = (async () => {
    while (!stop) {
      // It may die before it has said that it is ready.
      const worker = await site.startWorker().catch(() => undefined)
      if (stop) worker?.kill('SIGKILL')
      await worker?.exit
    }
  })()
  const events = await followToEnd(site, id)
  stop = true
  await site.stopWorkers()
  await keep
  withoutGaps(events)
  expect(events.at(-1)!.body).toMatchObject({ type: 'failed', code: 'WORKER_LOST', retryable: true })
  expect(await site.jobs.get(id)).toMatchObject({ status: 'failed', attempts: 3, failure: { code: 'WORKER_LOST' } })
})

test('cancel takes effect within one network call', async () => {
  await site.startWorker()
  for (const block of [false, true]) {
    const trace = site.trace(`cancelled-${block}`)
    const { id } = await site.jobs.submit(fakeOrder({ steps: 1000, delay: 40, block, trace }))
    let callsBefore = 0
    const events = await followToEnd(site, id, async event => {
      if (event.body.type !== 'step' || event.body.index !== 3) return
      callsBefore = (await computed(trace)).length
      expect(['running', 'cancelled']).toContain((await site.jobs.cancel(id)).status)
    })
    expect((await computed(trace)).length - callsBefore).toBeLessThanOrEqual(2)
    withoutGaps(events)
    expect(events.at(-1)!.body).toMatchObject({ type: 'cancelled', atStep: expect.any(Number) })
    expect((await site.jobs.cancel(id)).status).toBe('cancelled')
  }
})

test('a generation whose worker dies while it is being cancelled is cancelled', async () => {
  const worker = await site.startWorker()
  const { id } = await site.jobs.submit(fakeOrder({ steps: 2, delay: 5_000, block: true }))
  const events = await followToEnd(site, id, async event => {
    if (event.body.type !== 'started') return
    await site.jobs.cancel(id)
    worker.kill('SIGKILL')
  })
  expect(types(events)).toEqual(['queued', 'loading', 'started', 'cancelled'])
})

test('what generate throws is the failure: a code as it is, a bug without its details', async () => {
  await site.startWorker()
  const [code, bug] = await Promise.all([site.jobs.submit(fakeOrder({ fail: 'code' })), site.jobs.submit(fakeOrder({ fail: 'bug' }))])
  expect((await followToEnd(site, code.id)).at(-1)!.body).toEqual({ type: 'failed', code: 'NON_FINITE', message: 'The network made NaN.', retryable: false })
  const { body } = (await followToEnd(site, bug.id)).at(-1)!
  expect(body).toMatchObject({ type: 'failed', code: 'INTERNAL', retryable: true })
  expect(JSON.stringify(body)).not.toContain('secret')
})

test('previews are made where a reader asks for them', async () => {
  const { id } = await site.jobs.submit(fakeOrder({ steps: 6 }))
  const events: StoredEvent[] = []
  for await (const event of site.events.follow(id, 0, AbortSignal.timeout(20_000), 2)) {
    events.push(event)
    if (event.sequence === 1) await site.startWorker()
  }
  expect(steps(events).map(step => step.preview !== undefined)).toEqual([false, true, false, true, false, true])
  expect(steps(events)[1]!.preview).toBe(`data:image/png;base64,${Buffer.from('preview of 1').toString('base64')}`)
})

test('two workers share the queue, each running one at a time', async () => {
  const workers = [await site.startWorker(), await site.startWorker()]
  const trace = site.trace('shared')
  const ids = await Promise.all(Array.from({ length: 4 }, async (_, i) => (await site.jobs.submit(fakeOrder({ steps: 10, delay: 20, seed: String(i), trace }))).id))
  const following = Promise.all(ids.map(id => followToEnd(site, id)))
  await until(async () => (await site.workers.list()).filter(worker => worker.busy).length === 2)
  expect((await site.workers.list()).map(worker => worker.pid).sort()).toEqual(workers.map(worker => worker.child.pid).sort())
  for (const events of await following) expect(events.at(-1)!.body.type).toBe('succeeded')
  const calls = await computed(trace)
  for (const worker of workers) expect(calls.filter(([pid]) => pid === worker.child.pid).map(([, call]) => call)).toEqual([...Array(10).keys(), ...Array(10).keys()])
})

test('a drained worker ends what it runs; out of time it hands back, which costs no attempt of the lost kind', async () => {
  const worker = await site.startWorker()
  const short = await site.jobs.submit(fakeOrder({ steps: 5, delay: 30 }))
  const next = await site.jobs.submit(fakeOrder({ steps: 2 }))
  const events = await followToEnd(site, short.id, event => { if (event.body.type === 'started') worker.kill('SIGTERM') })
  expect(events.at(-1)!.body.type).toBe('succeeded')
  expect(await worker.exit).toBe(0)
  expect((await site.jobs.get(next.id))!.status).toBe('queued')
  expect(await site.workers.list()).toEqual([])
  await site.jobs.cancel(next.id)

  const expected = await undisturbed(40)
  const long = await site.jobs.submit(fakeOrder({ steps: 40, delay: 20 }))
  let current = await site.startWorker()
  let turns = 0
  const seen = await followToEnd(site, long.id, async event => {
    if (event.body.type !== 'step' || event.body.index < 10 * (turns + 1) || turns >= 2) return
    turns++
    current.drain(0)
    expect(await current.exit).toBe(0)
    expect((await site.jobs.get(long.id))!.status).toBe('queued')
    current = await site.startWorker()
  })
  withoutGaps(seen)
  expect(steps(seen).map(step => step.index)).toEqual([...Array(40).keys()])
  expect(await site.jobs.get(long.id)).toMatchObject({ status: 'succeeded', attempts: 3 })
  expect(await picture(long.id)).toBe(expected)
})
