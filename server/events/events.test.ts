import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventBody, StoredEvent } from '../core/services.js'
import { sql } from '../database/sql.js'
import { fakeOrder } from '../jobs/fixtures/generate.js'
import { followToEnd, openSite, type Site } from '../jobs/fixtures/site.js'
import { appendEvent } from './append.js'
import { mergeSteps } from './merge.js'

let site: Site
beforeAll(async () => { site = await openSite() })
afterAll(async () => { await site.close() })

const step = (index: number, preview?: string): EventBody => ({ type: 'step', index, total: null, networkCalls: index + 1, timestep: 0, sigma: 0, percent: null, milliseconds: 1, etaMilliseconds: null, ...preview && { preview } })
const append = (id: string, body: EventBody, status?: string) => site.database.query(appendEvent(sql`UPDATE noisegraph.generations g SET sequence = g.sequence + 1, status = ${status ?? 'running'} WHERE g.id = ${id}`, body))
/** A generation that no worker takes. */
const open = async () => {
  const id = randomUUID()
  await site.database.query(sql`INSERT INTO noisegraph.generations (id, "order", model, fingerprint, worker) VALUES (${id}, ${JSON.stringify(fakeOrder())}::json, 'fake', '', NULL)`)
  return id
}
const end = (id: string) => append(id, { type: 'cancelled', atStep: null }, 'cancelled')
const sequences = (events: readonly StoredEvent[]) => events.map(event => event.sequence)
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i)

test('merging keeps everything but steps, and the newest preview of each run', () => {
  const events = [step(0, 'a'), step(1), { type: 'decoding' } as const, step(2), step(3, 'b'), step(4, 'c'), step(5), { type: 'cancelled', atStep: 5 } as const]
    .map((body, i): StoredEvent => ({ generationId: 'g', sequence: i + 1, at: new Date(0), body }))
  expect(mergeSteps(events).map(event => [event.sequence, event.body.type, 'preview' in event.body ? event.body.preview : undefined])).toEqual([
    [2, 'step', 'a'], [3, 'decoding', undefined], [7, 'step', 'c'], [8, 'cancelled', undefined],
  ])
})

test('many readers at once, from any cursor, before, during and after the run: each gets each event once, in order', async () => {
  const id = await open()
  const readers = [followToEnd(site, id)]
  for (let i = 0; i < 60; i++) {
    await append(id, step(i))
    if (i % 10 === 0) readers.push(followToEnd(site, id), followToEnd(site, id, undefined, i))
  }
  await end(id)
  const seen = await Promise.all(readers)
  expect(sequences(seen[0]!)).toEqual(upTo(61))
  for (let i = 0; i < 6; i++) {
    expect(sequences(seen[1 + 2 * i]!)).toEqual(upTo(61))
    expect(sequences(seen[2 + 2 * i]!)).toEqual(upTo(61, 10 * i + 1))
  }
  expect(sequences(await followToEnd(site, id, undefined, 40))).toEqual(upTo(61, 41))
  expect(await followToEnd(site, id, undefined, 61)).toEqual([])
  expect(await followToEnd(site, id, undefined, 1e12)).toEqual([])
})

test('events appended from many sides at once have numbers without gaps', async () => {
  const id = await open()
  const following = followToEnd(site, id)
  await Promise.all(Array.from({ length: 40 }, (_, i) => append(id, { type: 'loading', part: String(i), bytes: 0, totalBytes: 1 })))
  await end(id)
  expect(sequences(await following)).toEqual(upTo(41))
})

test('a slow reader gets merged steps and every other event, the last included', async () => {
  const id = await open()
  let release = () => {}
  const slow = new Promise<void>(resolve => { release = resolve })
  const seen: StoredEvent[] = []
  const reader = (async () => {
    for await (const event of site.events.follow(id, 0, AbortSignal.timeout(20_000))) {
      seen.push(event)
      if (event.sequence === 1) await slow
    }
  })()
  await append(id, { type: 'queued', position: 0 })
  while (!seen.length) await sleep(5)
  for (let i = 0; i < 300; i++) await append(id, i === 150 ? { type: 'loading', part: 'vae', bytes: 1, totalBytes: 1 } : step(i, i === 140 ? 'p' : undefined))
  await end(id)
  release()
  await reader
  expect(seen.length).toBeLessThan(20)
  expect(seen.filter(event => event.body.type !== 'step').map(event => event.body.type)).toEqual(['queued', 'loading', 'cancelled'])
  expect(seen.some(event => event.body.type === 'step' && event.body.preview === 'p')).toBe(true)
  expect(sequences(seen)).toEqual([...sequences(seen)].sort((a, b) => a - b))
  // Whoever comes back with a cursor gets them all.
  expect(sequences(await followToEnd(site, id, undefined, 0))).toEqual(upTo(302))
})

test('a reader that aborts ends without an error, also while it waits', async () => {
  const id = await open()
  await append(id, { type: 'queued', position: 0 })
  const abort = new AbortController()
  const seen: StoredEvent[] = []
  setTimeout(() => abort.abort(), 100)
  for await (const event of site.events.follow(id, 0, abort.signal)) seen.push(event)
  expect(sequences(seen)).toEqual([1])
  for await (const event of site.events.follow(id, 0, AbortSignal.abort())) seen.push(event)
  expect(seen).toHaveLength(1)
})

test('a reader of a generation that is deleted is told', async () => {
  const id = await open()
  await append(id, { type: 'queued', position: 0 }, 'queued')
  await expect(followToEnd(site, id, () => site.jobs.remove(id))).rejects.toMatchObject({ code: 'UNKNOWN_GENERATION' })
})

test('the connections are cut, and cut again, while readers follow: nothing is lost or doubled', async () => {
  const id = await open()
  const readers = [followToEnd(site, id), followToEnd(site, id)]
  for (let i = 0; i < 60; i++) {
    await append(id, { type: 'loading', part: String(i), bytes: 0, totalBytes: 1 })
    if (i % 20 === 10) await site.database.query(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
  }
  await end(id)
  for (const reader of readers) expect(sequences(await reader)).toEqual(upTo(61))
})
