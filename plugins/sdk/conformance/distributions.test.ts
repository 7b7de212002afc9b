import { level, type Level } from '../level.js'
import type { Tensor } from '../tensor.js'
import { slicedWasserstein } from './distance.js'
import { checkerboard, mixture64, normalPoints, ring, twoPoints, uniforms, type Distribution } from './distributions.js'

const all: readonly Distribution[] = [normalPoints([0.5, -0.3], [1.2, 0.4]), ring(), twoPoints(), checkerboard(), mixture64()]
const levels: readonly Level[] = [level(0, 0.3), level(0, 2), level(0, 0.6, 0.8), level(0, 0.7, 0.3)]

/** E[clean | x] by importance: many points of the distribution, each weighed by the density of the noise that leads to x. */
function byWeighing({ data }: Tensor, x: readonly number[], { alpha, sigma }: Level): number[] {
  const count = data.length / x.length
  const sums = x.map(() => 0)
  let total = 0
  for (let i = 0; i < count; i++) {
    let squares = 0
    for (let d = 0; d < x.length; d++) squares += (x[d]! - alpha * data[i * x.length + d]!) ** 2
    const weight = Math.exp(-squares / (2 * sigma * sigma))
    total += weight
    for (let d = 0; d < x.length; d++) sums[d]! += weight * data[i * x.length + d]!
  }
  return sums.map(s => s / total)
}

// 40,000 points leave about 0.02 of sampling error at these levels.
test.each(all.filter(d => d.dimension === 2).map(d => [d.name, d] as const))('%s: the clean mean is that of the posterior', (_, it) => {
  const points = it.draw(40_000, uniforms(5))
  for (const at of levels) for (const x of [[0.4, 0.7], [-1.1, 0.2]]) {
    const got = it.clean({ shape: [1, 2], data: Float32Array.from(x) }, at).data
    byWeighing(points, x, at).forEach((want, d) => expect(Math.abs(got[d]! - want)).toBeLessThan(0.06))
  }
})

test('far from the board the mean is at its edge, and finite', () => {
  const far = checkerboard().clean({ shape: [2, 2], data: Float32Array.from([90, -50, 1e4, 3]) }, level(0, 0.05))
  expect([...far.data].every(Number.isFinite)).toBe(true)
  expect(far.data[0]).toBeCloseTo(2, 3)
})

test('the distance is that of a shift, and small between two draws of one distribution', () => {
  const [a, b] = [1, 2].map(seed => ring().draw(4000, uniforms(seed))) as [ReturnType<Distribution['draw']>, ReturnType<Distribution['draw']>]
  expect(slicedWasserstein(a, a)).toBe(0)
  expect(slicedWasserstein(a, b)).toBeLessThan(0.05)
  const shifted = { shape: a.shape, data: a.data.map((v, i) => (i % 2 ? v : v + 1)) }
  expect(slicedWasserstein(a, shifted)).toBeCloseTo(Math.SQRT1_2, 1)
})
