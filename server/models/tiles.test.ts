import type { Tensor } from '../../plugins/sdk/index.js'
import { tiled, tiledRows } from './tiles.js'

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
  const parts = await tiled(latents(h, w), repeat, { whole: 8, side: 8, overlap: 2, scale: factor })
  expect(parts.shape).toEqual(whole.shape)
  // Weighted means round in single precision.
  expect(parts.data.reduce((m, v, i) => Math.max(m, Math.abs(v - whole.data[i]!)), 0)).toBeLessThan(1e-6)
  for (const s of sizes.slice(1)) expect(s.split(' x ').every(n => Number(n) <= 8)).toBe(true)
})

test('tiles that disagree are blended: no step between neighbouring pixels at a seam', async () => {
  let tile = 0
  const flat = ({ shape }: Tensor) => { const value = tile++; return Promise.resolve({ shape: [1, 1, shape[2]! * factor, shape[3]! * factor], data: new Float32Array(shape[2]! * shape[3]! * 4).fill(value) }) }
  const { data } = await tiled({ shape: [1, 1, 8, 12], data: new Float32Array(96) }, flat, { whole: 8, side: 8, overlap: 4, scale: factor })
  const row = [...data.subarray(0, 24)]
  expect([row[0], row.at(-1)]).toEqual([0, 1])
  expect(Math.max(...row.slice(1).map((v, i) => Math.abs(v - row[i]!)))).toBeLessThan(0.2)
})

test('an encoder in tiles: the output is smaller, and tiles begin where its values do', async () => {
  /** Means of squares of 2 x 2. */
  const shrink = ({ shape, data }: Tensor): Promise<Tensor> => {
    const [, c, h, w] = shape as [number, number, number, number]
    const at = (d: number, y: number, x: number) => data[(d * h + y) * w + x]!
    return Promise.resolve({ shape: [1, c, h / 2, w / 2], data: Float32Array.from({ length: (c * h * w) / 4 }, (_, i) => {
      const [d, y, x] = [Math.floor(i / ((h * w) / 4)), 2 * (Math.floor(i / (w / 2)) % (h / 2)), 2 * (i % (w / 2))]
      return (at(d, y, x) + at(d, y, x + 1) + at(d, y + 1, x) + at(d, y + 1, x + 1)) / 4
    }) })
  }
  const picture = latents(46, 34)
  const [whole, parts] = [await shrink(picture), await tiled(picture, shrink, { whole: 16, side: 16, overlap: 4, scale: 1 / 2 })]
  expect(parts.shape).toEqual([1, 3, 23, 17])
  expect(parts.data.reduce((m, v, i) => Math.max(m, Math.abs(v - whole.data[i]!)), 0)).toBeLessThan(1e-6)
})

test('rows come from the top, each once, before later tiles are run', async () => {
  sizes.length = 0
  const seen: number[] = []
  let next = 0
  for await (const { top, rows } of tiledRows(latents(30, 12), repeat, { whole: 8, side: 8, overlap: 2, scale: factor })) {
    expect(top).toBe(next)
    next += rows.shape[2]!
    seen.push(sizes.length)
  }
  expect(next).toBe(60)
  expect(seen).toEqual(seen.map((_, i) => 2 * (i + 1)))
})
