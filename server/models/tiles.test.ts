import type { Tensor } from '../../plugins/sdk/index.js'
import { decodeTiled } from './tiles.js'

/** Each latent becomes a square of `factor` pixels of its value: what a decoder without context does, so tiles must join without a trace. */
const factor = 2
const sizes: string[] = []
function repeat({ shape, data }: Tensor): Promise<Tensor> {
  const [, c, h, w] = shape as [number, number, number, number]
  sizes.push(`${w} x ${h}`)
  const out = Float32Array.from({ length: c * h * w * factor ** 2 }, (_, i) => {
    const [plane, y, x] = [Math.floor(i / (h * w * 4)), Math.floor(i / (w * factor)) % (h * factor), i % (w * factor)]
    return data[(plane * h + (y >> 1)) * w + (x >> 1)]!
  })
  return Promise.resolve({ shape: [1, c, h * factor, w * factor], data: out })
}
const latents = (h: number, w: number): Tensor => ({ shape: [1, 3, h, w], data: Float32Array.from({ length: 3 * h * w }, (_, i) => Math.sin(i)) })

test.each([[8, 8], [9, 8], [8, 23], [17, 30], [40, 5]])('%i x %i latents in tiles of 8 give what the whole gives', async (h, w) => {
  sizes.length = 0
  const whole = await repeat(latents(h, w))
  const tiled = await decodeTiled(latents(h, w), repeat, { side: 8, overlap: 2, factor })
  expect(tiled.shape).toEqual(whole.shape)
  // Weighted means round in single precision.
  expect(tiled.data.reduce((m, v, i) => Math.max(m, Math.abs(v - whole.data[i]!)), 0)).toBeLessThan(1e-6)
  for (const s of sizes.slice(1)) expect(s.split(' x ').every(n => Number(n) <= 8)).toBe(true)
})

test('tiles that disagree are blended: no step between neighbouring pixels at a seam', async () => {
  let tile = 0
  const flat = ({ shape }: Tensor) => { const value = tile++; return Promise.resolve({ shape: [1, 1, shape[2]! * factor, shape[3]! * factor], data: new Float32Array(shape[2]! * shape[3]! * 4).fill(value) }) }
  const { data } = await decodeTiled({ shape: [1, 1, 8, 12], data: new Float32Array(96) }, flat, { side: 8, overlap: 4, factor })
  const row = [...data.subarray(0, 24)]
  expect([row[0], row.at(-1)]).toEqual([0, 1])
  expect(Math.max(...row.slice(1).map((v, i) => Math.abs(v - row[i]!)))).toBeLessThan(0.2)
})
