import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngine, type Engine, type Session, type Tensor } from '../index.js'

const unet = fileURLToPath(new URL('../../../models/emoji64/unet/model.onnx', import.meta.url))
const wave = (n: number, k: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i * k + k))
const feeds = (sample: number, timestep: bigint, text: number): Record<string, Tensor> => ({
  sample: { type: 'float32', shape: [2, 4, 16, 16], data: wave(2048, sample) },
  timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(timestep) },
  encoder_hidden_states: { type: 'float32', shape: [2, 32, 128], data: wave(8192, text) },
})
const out = async (s: Session, f: Record<string, Tensor>): Promise<Tensor> => (await s.run(f))['out_sample'] as Tensor

describe('what follows from inputs that come back', () => {
  let engine: Engine
  beforeAll(async () => { engine = await createEngine({ threads: 1 }) })
  afterAll(() => engine.close())

  test('is kept, and no bit of the results changes', async () => {
    const bytes = readFileSync(unet), session = await engine.load(bytes)
    const steps = [[1, 900n, 5], [2, 600n, 5], [3, 300n, 5], [4, 900n, 5], [5, 600n, 7], [6, 600n, 7], [7, 300n, 5]] as const
    const before = engine.memory().used, used: number[] = []
    for (const [sample, timestep, text] of steps) {
      const f = feeds(sample, timestep, text)
      const alone = await engine.load(bytes), expected = await out(alone, f)
      await alone.close()
      expect((await out(session, f)).data).toEqual(expected.data)
      used.push(engine.memory().used)
    }
    // The text comes back in the second run, a timestep in the fourth.
    expect(used[1]).toBeGreaterThan(used[0]!)
    expect(used[3]).toBeGreaterThan(used[2]!)
    await session.close()
    expect(engine.memory().used).toBe(before)
  })

  test('is not kept where all inputs come back', async () => {
    const session = await engine.load(unet)
    const a = await out(session, feeds(1, 900n, 5)), used = engine.memory().used
    const b = await out(session, feeds(1, 900n, 5))
    expect(b.data).toEqual(a.data)
    expect(engine.memory().used).toBe(used)
    await session.close()
  })
})
