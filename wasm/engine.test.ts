import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { createEngine, type Engine, type Session, type Tensor } from './index.js'

const part = (name: string): string => fileURLToPath(new URL(`../../models/emoji64/${name}/model.onnx`, import.meta.url))
const wave = (shape: number[], k: number): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(0.37 * i + k) * Math.cos(0.0113 * i + k)) })
const parts: Record<string, Record<string, Tensor>> = {
  text_encoder: { input_ids: { type: 'int64', shape: [2, 32], data: BigInt64Array.from({ length: 64 }, (_, i) => BigInt(i * 37 % 2000)) } },
  vae_decoder: { latent_sample: wave([1, 4, 16, 16], 1) },
  vae_encoder: { sample: wave([1, 3, 64, 64], 2) },
  unet: { sample: wave([2, 4, 16, 16], 3), timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(500n) }, encoder_hidden_states: wave([2, 32, 128], 4) },
}
let engine: Engine
beforeAll(async () => { engine = await createEngine({ threads: 2 }) })
afterAll(() => engine.close())

test.each(Object.keys(parts))('%s agrees with ONNX Runtime within 1e-4 of the largest value, on two shapes', async name => {
  const session = await engine.load(part(name)), reference = await InferenceSession.create(part(name))
  const doubled = Object.fromEntries(Object.entries(parts[name]!).map(([k, t]) => [k, name === 'text_encoder' || k === 'timestep' ? t : wave([3, ...t.shape.slice(1)], 5)]))
  for (const feeds of [parts[name]!, doubled]) {
    const got = await session.run(feeds), want = await reference.run(Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, new OrtTensor(t.type as 'float32', t.data as Float32Array, t.shape as number[])])))
    for (const [k, w] of Object.entries(want)) {
      const g = got[k] as Tensor, a = g.data as Float32Array, b = w.data as Float32Array
      expect(g.shape).toEqual([...w.dims])
      const most = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
      expect(a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0)).toBeLessThan(1e-4 * most)
    }
  }
  await session.close()
  await reference.release()
})

test('an aborted run ends at once, and the engine goes on', async () => {
  const session = await engine.load(part('unet')), feeds = { ...parts.unet!, sample: wave([8, 4, 64, 64], 1), encoder_hidden_states: wave([8, 32, 128], 2) }
  const warm = new AbortController()
  setTimeout(() => warm.abort(), 50)
  await expect(session.run(feeds, { signal: warm.signal })).rejects.toMatchObject({ code: 'ABORTED' })
  const abort = new AbortController(), run = session.run(feeds, { signal: abort.signal })
  run.catch(() => undefined)
  await new Promise(r => setTimeout(r, 30))
  const began = performance.now()
  abort.abort()
  await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  // 20 ms are promised; a machine that is busy with other things may be late to say so.
  expect(performance.now() - began).toBeLessThan(200)
  await expect(session.run(parts.unet!)).resolves.toHaveProperty('out_sample')
  await session.close()
})

test('sessions take turns: a short one is not kept waiting by a long one', async () => {
  const long = await engine.load(part('unet')), short = await engine.load(part('vae_decoder'))
  await short.run(parts.vae_decoder!)
  let done = false
  const all = long.run({ ...parts.unet!, sample: wave([4, 4, 64, 64], 1), encoder_hidden_states: wave([4, 32, 128], 2) }).then(() => { done = true })
  await new Promise(r => setTimeout(r, 5))
  await short.run(parts.vae_decoder!)
  expect(done).toBe(false)
  await all
  await Promise.all([long.close(), short.close()])
})

test('feeds that do not fit are refused by name, with what is allowed', async () => {
  const session: Session = await engine.load(part('unet')), good = parts.unet!
  const refused = (feeds: Record<string, unknown>, message: RegExp): Promise<void> => expect(session.run(feeds as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string })
  await refused({ sample: good.sample }, /"timestep" \(int64 \[s\]\) is missing/)
  await refused({ ...good, more: good.sample }, /no input "more"; there are "sample"/)
  await refused({ ...good, timestep: wave([1], 0) }, /"timestep" is int64, not float32/)
  await refused({ ...good, sample: wave([2, 3, 16, 16], 0) }, /has the shape \[b, 4, h, w\], not \[2,3,16,16\]/)
  await refused({ ...good, sample: { ...good.sample!, data: new Float32Array(5) } }, /needs 2048 values, but 5 were given/)
  await session.close()
})

test('memory has a limit, which is told, and closing gives it back', async () => {
  const small = await createEngine({ threads: 1, maximumMemory: 16 << 20 }), before = small.memory().used
  const session = await small.load(part('unet'))
  await expect(session.run(parts.unet!)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringMatching(/needs .* MiB more \(.* MiB for weights, .* MiB for a run\), but .* MiB of at most 16.0 MiB/) as string })
  await session.close()
  const decoder = await small.load(part('vae_decoder'))
  await expect(decoder.run(parts.vae_decoder!)).resolves.toHaveProperty('sample')
  await decoder.close()
  expect(small.memory().used).toBe(before)
  await small.close()
})
