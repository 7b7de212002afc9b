import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, estimate, type Engine, type LoadOptions, type Precision, type Session, type Tensor } from './index.js'
import { encodeModel } from './testing/model.js'

const part = (name: string): string => fileURLToPath(new URL(`../../models/emoji64/${name}/model.onnx`, import.meta.url))
const wave = (shape: number[], k: number): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(0.37 * i + k) * Math.cos(0.0113 * i + k)) })
const feeds = { sample: wave([2, 4, 16, 16], 3), timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(500n) } as Tensor, encoder_hidden_states: wave([2, 32, 128], 4) }
const shapes = { sample: [2, 4, 16, 16], timestep: [1], encoder_hidden_states: [2, 32, 128] }

let engine: Engine, folder: string, unet: string
beforeAll(async () => {
  engine = await createEngine({ threads: 1 })
  folder = mkdtempSync(join(tmpdir(), 'weights-'))
  unet = join(folder, 'model.onnx')
  copyFileSync(part('unet'), unet)
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

async function run(model: string | Uint8Array, options: LoadOptions, on = engine): Promise<Float32Array> {
  const session = await on.load(model, options)
  try { return ((await session.run(feeds))['out_sample'] as Tensor).data as Float32Array } finally { await session.close() }
}
const far = (a: Float32Array, b: Float32Array): number => Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]!) ** 2, 0) / b.reduce((s, v) => s + v * v, 0))

describe('an estimate', () => {
  test('of streamed weights is within 10% of what is used then', async () => {
    const options = { precision: 'float32', stream: 1 << 20 } as const, told = await estimate(unet, shapes, { ...options, threads: 1 }), own = await createEngine({ threads: 1 })
    const session = await own.load(unet, options)
    for (let i = 0; i < 2; i++) await session.run(feeds)
    expect(Math.abs(own.memory().peak / told.total - 1)).toBeLessThan(0.1)
    await own.close()
  })

  test.each<[string, Record<string, number[]>, Precision]>([
    ['unet', shapes, 'stored'], ['unet', shapes, 'float32'], ['unet', shapes, 'int4'], ['vae_decoder', { latent_sample: [1, 4, 16, 16] }, 'stored'], ['text_encoder', { input_ids: [2, 32] }, 'int8'],
  ])('of %s on %p in %s is within 10% of what is used then', async (name, of, precision) => {
    const told = await estimate(part(name), of, { precision, threads: 1 }), own = await createEngine({ threads: 1 })
    const session = await own.load(part(name), { precision })
    const zeros = Object.fromEntries(session.inputs.map(p => [p.name, { type: p.type, shape: of[p.name]!, data: p.type === 'int64' ? new BigInt64Array(of[p.name]!.reduce((a, b) => a * b, 1)) : new Float32Array(of[p.name]!.reduce((a, b) => a * b, 1)) } as Tensor]))
    await session.run(zeros)
    expect(told).toMatchObject({ fits: true, complete: true })
    expect(own.memory().peak / told.total).toBeGreaterThan(0.9)
    expect(own.memory().peak / told.total).toBeLessThan(1.1)
    await own.close()
  })

  test('says what does not fit, which is refused with the same numbers: what is needed and what there is', async () => {
    const told = await estimate(unet, shapes, { threads: 1, maximumMemory: 12 << 20 })
    expect(told).toMatchObject({ fits: false, maximum: 12 << 20 })
    const small = await createEngine({ threads: 1, maximumMemory: 12 << 20 })
    const session = await small.load(unet)
    await expect(session.prepare(shapes)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringMatching(/needs .* MiB more .* of at most 12.0 MiB/) as string })
    await small.close()
    const tiny = await createEngine({ threads: 1, maximumMemory: 4 << 20 })
    await expect(tiny.load(unet)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringMatching(/weights need .* MiB, but .* of at most 4.0 MiB/) as string })
    await tiny.close()
  })

  test('needs the shapes that the model leaves open', async () => {
    await expect(estimate(unet, { timestep: [1] })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/shape of "sample"/) as string })
    await expect(estimate(unet, { ...shapes, other: [1] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('weights', () => {
  // Bounds of the root mean square of the difference, as a share of the result's; what was measured is in docs/performance.md.
  test.each<[Precision, number, number]>([['stored', 0, 1e-5], ['float16', 1e-7, 5e-3], ['int8', 1e-4, 0.05], ['int4', 1e-3, 0.2]])('held in %s give nearly the same result', async (precision, least, most) => {
    const exact = await run(unet, { precision: 'float32' }), own = await createEngine({ threads: 1 })
    const got = await run(unet, { precision }, own), d = far(got, exact)
    expect(d).toBeGreaterThanOrEqual(least)
    expect(d).toBeLessThan(most)
    await own.close()
  })

  test('are held once for runs of one picture and of several, which get the same bits', async () => {
    const session = await engine.load(unet), before = engine.memory().used, out = (async (n: number): Promise<Float32Array> => {
      const part = (t: Tensor): Tensor => ({ ...t, shape: [n, ...t.shape.slice(1)], data: (t.data as Float32Array).slice(0, t.data.length / 2 * n) })
      return ((await session.run({ ...feeds, sample: part(feeds.sample), encoder_hidden_states: part(feeds.encoder_hidden_states) }))['out_sample'] as Tensor).data as Float32Array
    })
    const one = await out(1), single = engine.memory().used - before, two = await out(2)
    expect(two.slice(0, one.length)).toEqual(one)
    // Values of a run, and nothing else.
    expect(engine.memory().used - before).toBeLessThan(1.1 * single)
    await session.close()
  })

  test('in narrower types leave fewer bytes in use', async () => {
    const used: number[] = []
    for (const precision of ['float32', 'stored', 'float16', 'int8', 'int4'] as const) {
      const session = await engine.load(unet, { precision })
      await session.prepare(shapes)
      used.push(engine.memory().used)
      await session.close()
    }
    expect([...used].sort((a, b) => b - a)).toEqual(used)
  })

  test('come from a record, from a function, and from one that answers later, all the same', async () => {
    const data = wave([64, 48], 1).data as Float32Array, bytes = new Uint8Array(data.buffer)
    const model = (given: LoadOptions): Promise<unknown> => engine.load(outside, given).then(async s => { const out = await s.run({ x: wave([5, 64], 2) }); await s.close(); return out['y'] })
    const outside = encodeModel({ nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }], inputs: { x: 'float32' }, outputs: { y: 'float32' }, external: { w: { type: 'float32', shape: [64, 48], location: 'w.bin' } } })
    const first = await model({ externalData: { 'w.bin': bytes } })
    expect(await model({ externalData: (_name, at, n) => bytes.subarray(at, n === undefined ? undefined : at + n) })).toEqual(first)
    expect(await model({ externalData: async (_name, at, n) => { await Promise.resolve(); return bytes.subarray(at, n === undefined ? undefined : at + n) } })).toEqual(first)
    await expect(model({ externalData: async () => { await Promise.resolve(); return bytes.subarray(4) } })).rejects.toMatchObject({ code: 'INVALID_MODEL' })
  })

  // Who streams wants smaller filters: with 'stored' and 'float32', and through a narrow window, convolutions are done by other methods, which round otherwise.
  test.each<[Precision, number, number]>([
    ['float16', 4, 0], ['int8', 1, 0], ['int4', 1, 0], ['stored', 4, 1e-5], ['float32', 8, 1e-5], ['float32', 1, 1e-5],
  ])('that are streamed in %s through %d MiB give what they give in memory, in every run', async (precision, window, most) => {
    const own = await createEngine({ threads: 2 }), session = await own.load(unet, { precision, stream: window << 20 })
    const out = async (s: Session): Promise<Float32Array> => ((await s.run(feeds))['out_sample'] as Tensor).data as Float32Array
    const first = await out(session), used = own.memory().used
    expect(await out(session)).toEqual(first)
    expect(own.memory().used).toBe(used)
    await session.close()
    const whole = await own.load(unet, { precision }), inMemory = await out(whole)
    expect(far(first, inMemory)).toBeLessThanOrEqual(most)
    expect(own.memory().used).toBeGreaterThan(used)
    await own.close()
  })

  test('that are streamed are right after an abort, and in no file', async () => {
    const before = readdirSync(folder), own = await createEngine({ threads: 2 }), session = await own.load(unet, { precision: 'int8', stream: 1 << 20 })
    const out = (await session.run(feeds))['out_sample'] as Tensor
    for (const ms of [0, 1, 3, 10, 20]) {
      const stop = new AbortController(), run = session.run(feeds, { signal: stop.signal }).catch((e: unknown) => { expect(e).toMatchObject({ code: 'ABORTED' }) })
      setTimeout(() => stop.abort(), ms)
      await run
      expect(((await session.run(feeds))['out_sample'] as Tensor).data).toEqual(out.data)
    }
    expect(readdirSync(folder)).toEqual(before)
    await session.close()
    expect(own.memory().used).toBeLessThan(2 << 20)
    await own.close()
  })

  test('of a file that is changed while it is streamed are refused, and those of one that is gone', async () => {
    const copy = join(folder, 'changing.onnx')
    for (const change of [() => utimesSync(copy, 1, 1), () => writeFileSync(copy, readFileSync(copy).subarray(0, 1000)), () => rmSync(copy)]) {
      copyFileSync(unet, copy)
      const session = await engine.load(copy, { stream: 1 << 20 })
      await session.run(feeds)
      change()
      await expect(session.run(feeds)).rejects.toMatchObject({ code: 'INVALID_MODEL' })
      await session.close()
    }
  })
})

describe('packed weights on disk', () => {
  const files = (): string[] => readdirSync(folder).filter(f => f.endsWith('.packed'))
  beforeEach(() => { for (const f of files()) rmSync(join(folder, f)) })

  test('are written beside the model when a session ends, read by the next, and give the same bits', async () => {
    const first = await run(unet, { packed: true }), [file] = files(), written = statSync(join(folder, file!)).mtimeMs
    expect(files()).toHaveLength(1)
    expect(await run(unet, { packed: true })).toEqual(first)
    expect(statSync(join(folder, file!)).mtimeMs).toBe(written)
    expect(readdirSync(folder).filter(f => f.endsWith('.part'))).toEqual([])
  })

  test('that are damaged are noticed and made again', async () => {
    const first = await run(unet, { packed: true }), path = join(folder, files()[0]!), good = readFileSync(path)
    const damage = async (change: (b: Buffer) => Buffer): Promise<void> => {
      writeFileSync(path, change(Buffer.from(good)))
      expect(await run(unet, { packed: true })).toEqual(first)
      expect(readFileSync(path).equals(good)).toBe(true)
    }
    await damage(b => { b[good.length >> 1]! ^= 1; return b })
    await damage(b => b.subarray(0, good.length - 100))
    await damage(b => { b[good.length - 60]! ^= 1; return b })
    await damage(() => Buffer.alloc(0))
  })

  test('that a killed process left half-written are not taken for whole, and go after an hour', async () => {
    const first = await run(unet, { packed: true }), name = files()[0]!, good = readFileSync(join(folder, name)), part = (n: number): string => join(folder, `${name}.${n}.part`)
    rmSync(join(folder, name))
    for (const n of [1, 2]) writeFileSync(part(n), good.subarray(0, good.length >> n))
    utimesSync(part(1), 1, 1)
    expect(await run(unet, { packed: true })).toEqual(first)
    expect(readdirSync(folder).filter(f => f.endsWith('.part'))).toEqual([`${name}.2.part`])
    rmSync(part(2))
  })

  test('of weights that have changed since are not used; a new time alone changes nothing', async () => {
    const first = await run(unet, { packed: true }), original = readFileSync(unet), [file] = files(), before = readFileSync(join(folder, file!))
    utimesSync(unet, 1, 1)
    expect(await run(unet, { packed: true })).toEqual(first)
    expect(readFileSync(join(folder, file!)).equals(before)).toBe(true)
    const other = Buffer.from(original)
    // Halves in the middle of the largest weights: other values, the same sizes.
    for (let i = Math.floor(original.length * 0.6); i < original.length * 0.6 + 4000; i += 2) other[i] = other[i]! ^ 0x55
    writeFileSync(unet, other)
    const changed = await run(unet, {})
    expect(changed).not.toEqual(first)
    expect(await run(unet, { packed: true })).toEqual(changed)
    writeFileSync(unet, original)
  })

  test('of other types are in other files, and only the newest stay', async () => {
    for (const precision of ['float32', 'float16', 'int8', 'int4', 'stored'] as const) await run(unet, { precision, packed: true })
    expect(files()).toHaveLength(4)
  })
})
