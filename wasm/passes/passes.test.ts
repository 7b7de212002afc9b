import { join } from 'node:path'
import { createEngine, type Engine, type Item } from '../index.js'
import { values } from '../selftest/machine.js'

const model = (part: string): string => join(process.cwd(), 'models/emoji64', part, 'model.onnx')
const tensor = (seed: number, ...shape: number[]): Item => ({ type: 'float32', shape, data: values(shape.reduce((a, b) => a * b, 1), seed) })
const unet = { sample: tensor(1, 2, 4, 8, 8), timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(500n) } as Item, encoder_hidden_states: tensor(2, 2, 32, 128) }

/** Largest difference in units of the reference's root mean square. */
function deviation(a: Float32Array, b: Float32Array): number {
  const unit = Math.sqrt(b.reduce((s, v) => s + v * v, 0) / b.length)
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!) / unit), 0)
}

describe('passes', () => {
  let engine: Engine
  beforeAll(async () => { engine = await createEngine({ threads: 1 }) })
  afterAll(() => engine.close())

  test.each([['unet', unet], ['vae_decoder', { latent_sample: tensor(3, 1, 4, 8, 8) }], ['vae_encoder', { sample: tensor(4, 1, 3, 24, 16) }]] as [string, Record<string, Item>][])('leave the results of %s as they are', async (part, feeds) => {
    const [fused, plain] = await Promise.all([true, false].map(async passes => {
      const session = await engine.load(model(part), { passes })
      const [out] = Object.values(await session.run(feeds))
      await session.close()
      return (out as unknown as { data: Float32Array }).data
    }))
    expect(fused!.length).toBe(plain!.length)
    expect(deviation(fused!, plain!)).toBeLessThan(1e-4)
  })

  test('find attention, norms, gated units and Winograd convolutions, and leave transpositions at the borders', async () => {
    const session = await engine.load(model('unet'))
    const plan = await session.describePlan(unet)
    const steps = (name: string): number => plan.split('\n').filter(l => l.includes(` ${name} `)).length
    expect(steps('Attend')).toBe(8)
    expect(steps('GroupNorm')).toBe(27)
    expect(steps('Geglu')).toBe(4)
    expect(steps('InstanceNormalization')).toBe(0)
    expect(steps('ToNhwc')).toBe(1)
    expect(plan).toContain('f32_winograd_f2_input')
    await session.close()
  })
})
