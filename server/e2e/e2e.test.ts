import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { packageRoot } from '../plugins/host.js'
import { connect, type Event } from './client.js'
import { startServer } from './process.js'

/** Drives the real thing: a spawned server with its own PostgreSQL and its own worker process, over HTTP and WebSocket. */
const folder = mkdtempSync(join(tmpdir(), 'noisegraph-e2e-'))
const drop = join(folder, 'plugins')
const env = { NOISEGRAPH_DATA: join(folder, 'data'), NOISEGRAPH_MODELS: join(packageRoot, 'golden/models'), NOISEGRAPH_PLUGINS: drop, NOISEGRAPH_DEVICE: 'cpu', NOISEGRAPH_THREADS: '1', DATABASE_URL: '', HF_ENDPOINT: 'http://127.0.0.1:9' }
let server: Awaited<ReturnType<typeof startServer>>
let api: ReturnType<typeof connect>

const apple = { prompt: 'a red apple on a blue background', seed: '7', steps: 20 }
/** Mean red, green and blue of a square. */
async function means(picture: Uint8Array, left: number, top: number, size: number): Promise<[number, number, number]> {
  const pixels = await sharp(picture).extract({ left, top, width: size, height: size }).removeAlpha().raw().toBuffer()
  const mean = (channel: number) => pixels.reduce((sum, v, i) => sum + (i % 3 === channel ? v : 0), 0) / (size * size)
  return [mean(0), mean(1), mean(2)]
}
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
  expect(steps.map(s => [s.index, s.total])).toEqual(Array.from({ length: 20 }, (_, i) => [i, 20]))
  expect(names(events).slice(-2)).toEqual(['DecodingEvent', 'SucceededEvent'])
  const picture = await api.picture(events.at(-1))
  const { width, height, channels } = await sharp(picture).metadata()
  expect([width, height, channels]).toEqual([64, 64, 3])
  // Red in the middle, blue in the corners: a picture, not noise.
  const [red, , blue] = await means(picture, 24, 28, 16)
  expect(red).toBeGreaterThan(blue + 40)
  const [cornerRed, , cornerBlue] = await means(picture, 0, 0, 8)
  expect(cornerBlue).toBeGreaterThan(cornerRed + 40)
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
  await expect(api.generate({ ...apple, steps: 21, idempotencyKey: 'e2e' })).rejects.toThrow(/key/)
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
  const order = { ...apple, steps: 60, sampler: { plugin: { name: 'euler-ancestral' } } }
  const whole = await api.picture((await api.follow(await api.generate(order))).at(-1))
  const id = await api.generate(order)
  await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 15 })
  const { runtime } = await api.query<{ runtime: { workers: { pid: number; busy: boolean }[] } }>('{ runtime { workers { pid busy } } }')
  process.kill(runtime.workers.find(w => w.busy)!.pid, 'SIGKILL')
  const events = await api.follow(id)
  expect(events.filter(e => e.__typename === 'StartedEvent').map(e => e.attempt)).toEqual([1, 2])
  const steps = events.filter(e => e.__typename === 'StepEvent').map(e => e.index)
  expect(new Set(steps).size).toBe(steps.length)
  expect(Buffer.compare(await api.picture(events.at(-1)), whole)).toBe(0)
}, 90_000)

describe('while the prior of an unCLIP model runs, which keeps no journal,', () => {
  const dream = { model: 'unclip', seed: '7', steps: 3, guidanceScale: 3, conditioners: [{ unclip: { prompt: 'a fox', priorSteps: 1000, enlargingSteps: 2 } }] }
  const loaded = async (id: string) => {
    const events = await api.follow(id, { enough: e => e.__typename === 'LoadingEvent' && e.percent === 100 })
    expect(names(events)).not.toContain('StartedEvent')
  }
  const ready = async () => {
    // Each begins with a worker that has to load the model, which is how its prior is caught.
    await api.query('mutation { unloadModel(name: "unclip") { __typename } }')
    await until('the unloading', async () => (await api.query<{ models: { name: string; loaded: object[] }[] }>('{ models { name loaded { device } } }')).models.find(m => m.name === 'unclip')!.loaded.length === 0 || undefined)
  }

  test('a worker that is killed is replaced, and the picture has the same bits', async () => {
    const whole = await api.picture((await api.follow(await api.generate(dream))).at(-1))
    await ready()
    const id = await api.generate(dream)
    await loaded(id)
    const { runtime } = await api.query<{ runtime: { workers: { pid: number; busy: boolean }[] } }>('{ runtime { workers { pid busy } } }')
    process.kill(runtime.workers.find(w => w.busy)!.pid, 'SIGKILL')
    const events = await api.follow(id)
    expect(events.filter(e => e.__typename === 'StartedEvent').map(e => e.attempt)).toEqual([2])
    expect(Buffer.compare(await api.picture(events.at(-1)), whole)).toBe(0)
  }, 90_000)

  test('a cancellation ends it between two calls', async () => {
    await ready()
    const id = await api.generate(dream)
    await loaded(id)
    await api.query('mutation ($id: ID!) { cancelGeneration(id: $id) { __typename } }', { id })
    expect(names(await api.follow(id)).filter(n => ['StartedEvent', 'CancelledEvent', 'SucceededEvent'].includes(n))).toEqual(['CancelledEvent'])
  }, 60_000)
})

test('paints over the masked part of an upload and keeps the rest', async () => {
  const given = await api.picture((await api.follow(await api.generate(apple))).at(-1))
  const hole = await sharp({ create: { width: 64, height: 32, channels: 3, background: '#ffffff' } }).png().toBuffer()
  const mask = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000000' } }).composite([{ input: hole, left: 0, top: 32 }]).png().toBuffer()
  const inpaint = { name: 'inpaint', options: { picture: await api.upload(given), mask: await api.upload(mask) } }
  const events = await api.follow(await api.generate({ prompt: 'a snowman at night', seed: '1', conditioners: [{ plugin: inpaint }] }))
  const made = await api.picture(events.at(-1))
  const difference = async (top: number) => {
    const part = (picture: Uint8Array) => sharp(picture).extract({ left: 0, top, width: 64, height: 24 }).raw().toBuffer()
    const [a, b] = await Promise.all([part(given), part(made)])
    return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length
  }
  // What is kept passes through the autoencoder (about 30 dB); what is painted is another picture.
  expect(await difference(0)).toBeLessThan(10)
  expect(await difference(40)).toBeGreaterThan(25)
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
  writeFileSync(join(drop, 'broken.ts'), '')
  writeFileSync(join(drop, 'broken.ts'), 'import { sampler } from "noisegraph/sdk"\nexport default sampler({ name: })\n')
  const failure = await until('the report', async () => (await api.query<{ pluginFailures: { file: string; line: number; reason: string }[] }>('{ pluginFailures { file line column reason } }')).pluginFailures[0])
  expect(failure).toMatchObject({ file: join(drop, 'broken.ts'), line: 2 })
  rmSync(join(drop, 'dropped.ts'))
  await until('the removal', async () => (await summary()) === undefined || undefined)
})

test('the examples work as they are, dropped in', async () => {
  for (const example of ['sampler-ralston/ralston.ts', 'conditioner-colour/colour.ts']) copyFileSync(join(packageRoot, 'examples', example), join(drop, example.split('/')[1]!))
  const plain = await api.picture((await api.follow(await api.generate({ ...apple, sampler: { ralston: { share: 0.5 } } }))).at(-1))
  const green = { colour: { red: 0, green: 1, blue: 0, amount: 1 } }
  const tinted = await api.picture((await api.follow(await api.generate({ ...apple, sampler: { ralston: {} }, conditioners: [green] }))).at(-1))
  const [[red, , blue], [, tint], [, before]] = [await means(plain, 24, 28, 16), await means(tinted, 0, 0, 64), await means(plain, 0, 0, 64)]
  expect(red).toBeGreaterThan(blue + 40)
  expect(tint).toBeGreaterThan(before + 10)
})

test('models are loaded before they are needed, and unloaded', async () => {
  const command = async (call: string) => {
    const { it } = await api.query<{ it: { id: string } }>(`mutation { it: ${call} { ... on ModelOperation { id } ... on Problem { message } } }`)
    return until('the operation', async () => {
      const { modelOperation } = await api.query<{ modelOperation: { status: string; percent: number; failure: { message: string } | null } }>('query ($id: ID!) { modelOperation(id: $id) { status percent failure { message } } }', { id: it.id })
      return ['SUCCEEDED', 'FAILED'].includes(modelOperation.status) ? modelOperation : undefined
    })
  }
  const loaded = async () => (await api.query<{ models: { name: string; loaded: { device: string; bytes: number; pinned: boolean }[] }[] }>('{ models { name loaded { device bytes pinned } } }')).models.find(m => m.name === 'emoji64')!.loaded
  expect(await command('unloadModel(name: "emoji64")')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await loaded()).toEqual([])
  expect(await command('loadModel(name: "emoji64", device: CPU, pin: true)')).toMatchObject({ status: 'SUCCEEDED', percent: 100 })
  expect(await loaded()).toMatchObject([{ device: 'cpu', pinned: true }])
  // What is loaded is not loaded again.
  const events = await api.follow(await api.generate({ ...apple, format: 'WEBP' }))
  expect(names(events)).not.toContain('LoadingEvent')
  expect((await sharp(await api.picture(events.at(-1))).metadata()).format).toBe('webp')
  expect(await command('pullModel(repo: "nobody/nothing-of-that-name")')).toMatchObject({ status: 'FAILED' })
}, 60_000)

test('the whole server is killed in the middle; after a restart the generation ends', async () => {
  const id = await api.generate({ ...apple, steps: 60 })
  await api.follow(id, { enough: e => e.__typename === 'StepEvent' && e.index as number >= 10 })
  await server.stop('SIGKILL')
  server = await startServer(env)
  api = connect(server.url)
  const events = await api.follow(id)
  expect(names(events).at(-1)).toBe('SucceededEvent')
}, 90_000)
