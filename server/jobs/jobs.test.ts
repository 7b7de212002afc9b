import { randomUUID } from 'node:crypto'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'
import { sql } from '../database/sql.js'
import { canonical } from '../core/canonical.js'
import { fakeOrder } from './fixtures/generate.js'
import { followToEnd, openSite, type Site } from './fixtures/site.js'

let site: Site
beforeAll(async () => { site = await openSite() })
beforeEach(async () => { await site.database.query(sql`WITH gone AS (DELETE FROM noisegraph.generations) DELETE FROM noisegraph_queue.job`) })
afterAll(async () => { await site.close() })

const code = (promise: Promise<unknown>) => promise.then(() => 'nothing', (error: unknown) => error instanceof NoisegraphError ? error.code : error)

test('equal values have equal canonical texts', () => {
  expect(canonical({ b: [1, { d: 2, c: null }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":null,"d":2}]}')
})

test('the same key with the same order is the same generation, whatever the order of its keys; another order is a conflict', async () => {
  const order = fakeOrder()
  const first = await site.jobs.submit(order, 'key')
  const turned = Object.fromEntries(Object.entries(order).reverse()) as unknown as Order
  expect(await site.jobs.submit(turned, 'key')).toEqual(first)
  expect(await code(site.jobs.submit({ ...order, seed: '8' }, 'key'))).toBe('IDEMPOTENCY_CONFLICT')
  expect((await site.jobs.submit(order, 'other key')).id).not.toBe(first.id)
  expect((await site.jobs.submit(order)).id).not.toBe((await site.jobs.submit(order)).id)
  for (const bad of ['', 'x'.repeat(256), 'a\0b']) expect(await code(site.jobs.submit(order, bad))).toBe('INVALID_OPTION')
})

test('a key sent many times at once makes one generation', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => site.jobs.submit(fakeOrder(), 'at once')))
  expect(new Set(all.map(generation => generation.id)).size).toBe(1)
  expect(await site.database.query(sql`SELECT 1 FROM noisegraph_queue.job`)).toHaveLength(1)
})

test('an order comes back as it was, with any text in it', async () => {
  const order = { ...fakeOrder(), conditioners: [{ name: 'text', options: { prompt: 'a \0 \ud800 😀 \u2028 \'; DROP TABLE x; --', weight: 1e-300 } }] }
  const { id } = await site.jobs.submit(order)
  expect((await site.jobs.get(id))!.order).toEqual(order)
})

test('the list is newest first, by pages whose cursors stay valid while others come and go', async () => {
  const ids: string[] = []
  for (let i = 0; i < 7; i++) ids.unshift((await site.jobs.submit({ ...fakeOrder(), model: i % 2 ? 'odd' : 'even' })).id)
  const first = await site.jobs.list({ first: 3 })
  expect(first).toMatchObject({ hasNextPage: true, totalCount: 7, endCursor: first.cursors[2] })
  expect(first.items.map(item => item.id)).toEqual(ids.slice(0, 3))
  await site.jobs.submit(fakeOrder())
  await site.jobs.remove(ids[2]!)
  await site.jobs.remove(ids[3]!)
  const second = await site.jobs.list({ first: 3, after: first.endCursor! })
  expect(second.items.map(item => item.id)).toEqual(ids.slice(4, 7))
  expect(second.hasNextPage).toBe(false)
  expect((await site.jobs.list({ first: 10, after: first.cursors[0]! })).items[0]!.id).toBe(ids[1])
  expect((await site.jobs.list({ first: 0 })).items).toEqual([])
  expect(await code(site.jobs.list({ first: -1 }))).toBe('INVALID_OPTION')
  expect(await code(site.jobs.list({ first: 1, after: 'nonsense' }))).toBe('INVALID_OPTION')
})

test('filters: status, model, time', async () => {
  const a = await site.jobs.submit({ ...fakeOrder(), model: 'a' })
  const between = new Date(a.createdAt.getTime() + 1)
  await new Promise(resolve => setTimeout(resolve, 5))
  const b = await site.jobs.submit({ ...fakeOrder(), model: 'b' })
  await site.jobs.cancel(a.id)
  const ids = async (query: object) => (await site.jobs.list({ first: 10, ...query })).items.map(item => item.id)
  expect(await ids({ status: ['queued'] })).toEqual([b.id])
  expect(await ids({ status: ['queued', 'cancelled'] })).toEqual([b.id, a.id])
  expect(await ids({ status: [] })).toEqual([])
  expect(await ids({ model: 'a' })).toEqual([a.id])
  expect(await ids({ createdAfter: between })).toEqual([b.id])
  expect(await ids({ createdBefore: between })).toEqual([a.id])
})

test('measurements are queued as generations are, and not listed among them', async () => {
  const { id, order } = await site.jobs.submit({ ...fakeOrder(), measure: { budget: { networkCalls: 10 }, stochastic: null } })
  expect(await site.jobs.list({ first: 10 })).toMatchObject({ items: [], totalCount: 0 })
  expect((await site.jobs.get(id))!.order).toEqual(order)
  expect(await site.jobs.position(id)).toBe(0)
})

test('what waits is cancelled at once, and moves the others up', async () => {
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => site.jobs.submit(fakeOrder()))).then(all => all.sort((x, y) => x.createdAt < y.createdAt ? -1 : 1))
  const places = async () => Promise.all([a, b, c].map(generation => site.jobs.position(generation!.id)))
  expect((await places()).sort()).toEqual([0, 1, 2])
  const first = [a, b, c][(await places()).indexOf(0)]!
  expect((await site.jobs.cancel(first.id)).status).toBe('cancelled')
  expect((await places()).filter(place => place !== undefined).sort()).toEqual([0, 1])
  expect((await followToEnd(site, first.id)).map(event => event.body)).toEqual([{ type: 'queued', position: 0 }, { type: 'cancelled', atStep: null }])
  expect(await site.jobs.cancel(first.id)).toMatchObject({ status: 'cancelled' })
  expect(await site.database.query(sql`SELECT 1 FROM noisegraph_queue.job`)).toHaveLength(2)
})

test('removing takes rows, files and the running worker\'s work', async () => {
  const worker = await site.startWorker()
  const { id } = await site.jobs.submit(fakeOrder({ steps: 2 }))
  await followToEnd(site, id)
  const [artifact] = (await site.jobs.get(id))!.artifacts
  await site.jobs.remove(id)
  expect(await site.jobs.get(id)).toBeUndefined()
  await expect(import('node:fs/promises').then(fs => fs.readFile(`${site.folder}/artifacts/${artifact!.id}`))).rejects.toMatchObject({ code: 'ENOENT' })

  const running = await site.jobs.submit(fakeOrder({ steps: 1000, delay: 20 }))
  const followed = followToEnd(site, running.id, async event => { if (event.body.type === 'step' && event.body.index === 2) void site.jobs.remove(running.id) }).catch((error: NoisegraphError) => error.code)
  const end = await followed
  if (Array.isArray(end)) expect(end.at(-1)!.body.type).toBe('cancelled')
  else expect(end).toBe('UNKNOWN_GENERATION')
  const after = await site.jobs.submit(fakeOrder({ steps: 2 }))
  expect((await followToEnd(site, after.id)).at(-1)!.body.type).toBe('succeeded')
  expect(await site.jobs.get(running.id)).toBeUndefined()
  worker.kill('SIGKILL')
  await worker.exit
})

test('ids that are none are unknown', async () => {
  for (const id of ['nothing', randomUUID(), '\'']) {
    expect(await site.jobs.get(id)).toBeUndefined()
    expect(await site.jobs.position(id)).toBeUndefined()
    expect(await code(site.jobs.cancel(id))).toBe('UNKNOWN_GENERATION')
    expect(await code(site.jobs.remove(id))).toBe('UNKNOWN_GENERATION')
    expect(await code(followToEnd(site, id))).toBe('UNKNOWN_GENERATION')
  }
})
