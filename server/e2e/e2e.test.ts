import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { connect, type Event } from './client.js'
import { startServer } from './process.js'

/** Drives the real thing: a spawned server with its own PostgreSQL and its own worker process, over HTTP and WebSocket. */
const folder = mkdtempSync(join(tmpdir(), 'noisegraph-e2e-'))
const drop = join(folder, 'plugins')
const env = { NOISEGRAPH_DATA: join(folder, 'data'), NOISEGRAPH_PLUGINS: drop, NOISEGRAPH_DEVICE: 'cpu', NOISEGRAPH_THREADS: '1', DATABASE_URL: '' }
let server: Awaited<ReturnType<typeof startServer>>
let api: ReturnType<typeof connect>

const apple = { prompt: 'a red apple on a blue background', seed: '7', steps: 8 }
const names = (events: readonly Event[]) => events.map(e => e.__typename)
const stored = (events: readonly Event[]) => events.filter(e => e.__typename !== 'SnapshotEvent')
const until = async <T>(what: string, look: () => Promise<T | undefined>, seconds = 20): Promise<T> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 50))) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`waited ${seconds} s for ${what}\n${server.log().slice(-4000)}`)
}

beforeAll(async () => {
  mkdirSync(drop)
  server = await startServer(env)
  api = connect(server.url)
})
afterAll(async () => {
  const status = await server?.stop()
  rmSync(folder, { recursive: true, force: true })
  expect(status).toBe(0)
})

test('generates, and tells of every step', async () => {
  const events = await api.follow(await api.generate(apple))
  expect(names(events)[0]).toBe('SnapshotEvent')
  expect(stored(events).map(e => e.sequence)).toEqual(stored(events).map((_, i) => i + 1))
  const steps = events.filter(e => e.__typename === 'StepEvent')
  expect(steps.map(s => [s.index, s.total])).toEqual(Array.from({ length: 8 }, (_, i) => [i, 8]))
  expect(names(events).slice(-2)).toEqual(['DecodingEvent', 'SucceededEvent'])
  const picture = await api.picture(events.at(-1))
  const { width, height, channels } = await sharp(picture).metadata()
  expect([width, height, channels]).toEqual([64, 64, 3])
  const { channels: [red, , blue] } = await sharp(picture).stats()
  const middle = await sharp(picture).extract({ left: 24, top: 28, width: 16, height: 16 }).stats()
  // Red in the middle, blue around it: a picture, not noise.
  expect(middle.channels[0]!.mean).toBeGreaterThan(middle.channels[2]!.mean)
  expect(blue!.mean).toBeGreaterThan(red!.mean * 0.8)
})

test('a client that comes back with its cursor misses nothing', async () => {
  const id = await api.generate({ ...apple, steps: 30 })
  const before = stored(await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 5 }))
  const after = stored(await api.follow(id, { after: before.at(-1)!.id }))
  expect([...before, ...after].map(e => e.sequence)).toEqual([...before, ...after].map((_, i) => i + 1))
  expect(names(after).at(-1)).toBe('SucceededEvent')
})

test('the same idempotency key is the same generation; with another request it is refused', async () => {
  const once = await api.generate({ ...apple, idempotencyKey: 'e2e' })
  expect(await api.generate({ ...apple, idempotencyKey: 'e2e' })).toBe(once)
  await expect(api.generate({ ...apple, steps: 9, idempotencyKey: 'e2e' })).rejects.toThrow(/key/)
  await api.follow(once)
})

test('cancels within a step', async () => {
  const id = await api.generate({ ...apple, steps: 1000 })
  await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 3 })
  await api.query('mutation ($id: ID!) { cancelGeneration(id: $id) { ... on Generation { id } } }', { id })
  const events = await api.follow(id)
  expect(names(events).at(-1)).toBe('CancelledEvent')
  expect(events.at(-1)!.atStep as number).toBeLessThan(500)
})

test('a worker that is killed in the middle is replaced, and the picture has the same bits', async () => {
  const order = { ...apple, steps: 120, sampler: { plugin: { name: 'euler-ancestral' } } }
  const whole = await api.picture((await api.follow(await api.generate(order))).at(-1))
  const id = await api.generate(order)
  await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 20 })
  const { runtime } = await api.query<{ runtime: { workers: { pid: number; busy: boolean }[] } }>('{ runtime { workers { pid busy } } }')
  process.kill(runtime.workers.find(w => w.busy)!.pid, 'SIGKILL')
  const events = await api.follow(id)
  expect(events.filter(e => e.__typename === 'StartedEvent').map(e => e.attempt)).toEqual([1, 2])
  const steps = events.filter(e => e.__typename === 'StepEvent').map(e => e.index)
  expect(new Set(steps).size).toBe(steps.length)
  expect(Buffer.compare(await api.picture(events.at(-1)), whole)).toBe(0)
}, 90_000)

test('paints over the masked part of an upload and keeps the rest', async () => {
  const size = { width: 64, height: 64, channels: 3 as const }
  const picture = await sharp({ create: { ...size, background: '#2060c0' } }).png().toBuffer()
  const hole = await sharp({ create: { width: 64, height: 32, channels: 3, background: '#ffffff' } }).png().toBuffer()
  const mask = await sharp({ create: { ...size, background: '#000000' } }).composite([{ input: hole, left: 0, top: 32 }]).png().toBuffer()
  const inpaint = { name: 'inpaint', options: { picture: await api.upload(picture), mask: await api.upload(mask) } }
  const events = await api.follow(await api.generate({ ...apple, conditioners: [{ plugin: inpaint }] }))
  const made = sharp(await api.picture(events.at(-1)))
  const top = await made.clone().extract({ left: 0, top: 0, width: 64, height: 24 }).stats()
  const bottom = await made.clone().extract({ left: 0, top: 36, width: 64, height: 28 }).stats()
  // The autoencoder is not exact: what is kept is near to what was given.
  expect(top.channels.map(c => Math.round(c.mean / 24))).toEqual([0x20, 0x60, 0xc0].map(v => Math.round(v / 24)))
  expect(Math.max(...bottom.channels.map(c => c.stdev))).toBeGreaterThan(2 * Math.max(...top.channels.map(c => c.stdev)))
})

test('a plugin that is dropped in is there in the next query, and works; a broken one is reported', async () => {
  const source = (text: string) => `import { mix, sampler } from 'noisegraph/sdk'
    export default sampler({ name: 'dropped', summary: '${text}', cites: '', order: 1, options: {},
      async *sample({ x, intervals, denoise }) {
        for (const { from, to } of intervals) {
          const { clean, residual } = await denoise(x, from)
          yield { x, level: from, denoised: clean }
          x = mix([to.alpha, clean], [to.sigma, residual])
        }
        return x
      } })`
  writeFileSync(join(drop, 'dropped.ts'), source('First.'))
  const summary = async () => (await api.query<{ samplers: { name: string; summary: string }[] }>('{ samplers { name summary } }')).samplers.find(s => s.name === 'dropped')?.summary
  expect(await summary()).toBe('First.')
  const events = await api.follow(await api.generate({ ...apple, sampler: { dropped: {} } }))
  expect(names(events).at(-1)).toBe('SucceededEvent')

  writeFileSync(join(drop, 'dropped.ts'), source('Second.'))
  await until('the edited plugin', async () => (await summary()) === 'Second.' || undefined)
  writeFileSync(join(drop, 'broken.ts'), 'import { sampler } from "noisegraph/sdk"\nexport default sampler({ name: })\n')
  const failure = await until('the report', async () => (await api.query<{ pluginFailures: { file: string; line: number; reason: string }[] }>('{ pluginFailures { file line column reason } }')).pluginFailures[0])
  expect(failure).toMatchObject({ file: join(drop, 'broken.ts'), line: 2 })
  rmSync(join(drop, 'dropped.ts'))
  await until('the removal', async () => (await summary()) === undefined || undefined)
})

test('the whole server is killed in the middle; after a restart the generation ends', async () => {
  const id = await api.generate({ ...apple, steps: 120 })
  await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 10 })
  await server.stop('SIGKILL')
  server = await startServer(env)
  api = connect(server.url)
  const events = await api.follow(id)
  expect(names(events).at(-1)).toBe('SucceededEvent')
}, 90_000)
