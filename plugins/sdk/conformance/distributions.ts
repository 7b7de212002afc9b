import type { Level } from '../level.js'
import type { Tensor } from '../tensor.js'
import { truncatedMean } from './truncated-normal.js'

/**
 * A distribution of points whose score is known in closed form. Points are the rows of a tensor [count, dimension].
 * `clean` is the exact mean of the clean point given x at a level, all that a perfect network could know.
 */
export interface Distribution {
  readonly name: string
  readonly dimension: number
  clean(x: Tensor, at: Level): Tensor
  /** Points of the distribution itself, from a source of uniform numbers between 0 and 1. */
  draw(count: number, uniform: () => number): Tensor
}

/** Uniform numbers in (0, 1) from a seed (PCG-like 32-bit mixing of a counter). */
export function uniforms(seed: number): () => number {
  let counter = seed >>> 0
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0
    let h = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad)
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
    return (((h ^ (h >>> 15)) >>> 0) + 0.5) / 2 ** 32
  }
}
const normal = (uniform: () => number) => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())

const points = (count: number, dimension: number, draw: () => ArrayLike<number>): Tensor => {
  const data = new Float32Array(count * dimension)
  for (let i = 0; i < count; i++) data.set(draw(), i * dimension)
  return { shape: [count, dimension], data }
}
const eachPoint = (x: Tensor, dimension: number, f: (point: Float32Array, out: Float32Array) => void): Tensor => {
  const data = new Float32Array(x.data.length)
  for (let i = 0; i < data.length; i += dimension) f(x.data.subarray(i, i + dimension), data.subarray(i, i + dimension))
  return { shape: x.shape, data }
}

/** A normal distribution with its own deviation along each axis. */
export function normalPoints(mean: readonly number[], deviations: readonly number[]): Distribution {
  const dimension = mean.length
  return {
    name: `Gaussian, ${dimension}-D`, dimension,
    clean: (x, { alpha, sigma }) => eachPoint(x, dimension, (v, out) => {
      for (let d = 0; d < dimension; d++) {
        const gain = (alpha * deviations[d]! ** 2) / (alpha ** 2 * deviations[d]! ** 2 + sigma ** 2)
        out[d] = mean[d]! + gain * (v[d]! - alpha * mean[d]!)
      }
    }),
    draw: (count, uniform) => points(count, dimension, () => mean.map((m, d) => m + deviations[d]! * normal(uniform))),
  }
}

/** Round normals of one spread around given centres; with spread 0 the centres themselves. */
export function mixturePoints(name: string, centres: readonly (readonly number[])[], weights: readonly number[], spread: number): Distribution {
  const dimension = centres[0]!.length
  const total = weights.reduce((a, b) => a + b, 0)
  const flat = Float64Array.from(centres.flat())
  const logs = Float64Array.from(weights, w => Math.log(w))
  return {
    name, dimension,
    clean: (x, { alpha, sigma }) => {
      const variance = (alpha * spread) ** 2 + sigma ** 2
      const gain = (alpha * spread ** 2) / variance
      const shares = new Float64Array(centres.length)
      return eachPoint(x, dimension, (v, out) => {
        let top = -Infinity
        for (let k = 0; k < shares.length; k++) {
          let squares = 0
          for (let d = 0; d < dimension; d++) { const off = v[d]! - alpha * flat[k * dimension + d]!; squares += off * off }
          shares[k] = logs[k]! - squares / (2 * variance)
          top = Math.max(top, shares[k]!)
        }
        let sum = 0
        for (let k = 0; k < shares.length; k++) sum += shares[k] = Math.exp(shares[k]! - top)
        for (let d = 0; d < dimension; d++) {
          let centre = 0
          for (let k = 0; k < shares.length; k++) centre += (shares[k]! / sum) * flat[k * dimension + d]!
          out[d] = centre + gain * (v[d]! - alpha * centre)
        }
      })
    },
    draw: (count, uniform) => points(count, dimension, () => {
      let left = uniform() * total
      const k = weights.findIndex(w => (left -= w) < 0)
      return centres.at(k)!.map(c => c + (spread > 0 ? spread * normal(uniform) : 0))
    }),
  }
}

/** Two points, each as likely: all that is random is which. */
export const twoPoints = (): Distribution => mixturePoints('two points', [[-1, 0.5], [1, -0.5]], [1, 1], 0)

/** Eight round heaps of unequal weight on a circle. */
export const ring = (): Distribution => mixturePoints('ring of eight Gaussians',
  Array.from({ length: 8 }, (_, k) => [1.3 * Math.cos((k * Math.PI) / 4), 1.3 * Math.sin((k * Math.PI) / 4)]), [1, 2, 3, 4, 4, 3, 2, 1], 0.12)

/** Ten heaps in 64 dimensions, their centres drawn once. */
export function mixture64(): Distribution {
  const uniform = uniforms(64)
  const centres = Array.from({ length: 10 }, () => Array.from({ length: 64 }, () => normal(uniform)))
  return mixturePoints('mixture of ten Gaussians, 64-D', centres, centres.map((_, k) => k + 1), 0.3)
}

/** Uniform on the black squares of a 4 x 4 board that reaches from -2 to 2. */
export function checkerboard(): Distribution {
  const squares = Array.from({ length: 16 }, (_, i) => [i % 4, Math.floor(i / 4)] as const).filter(([a, b]) => (a + b) % 2 === 0)
  return {
    name: 'checkerboard', dimension: 2,
    clean: (x, at) => eachPoint(x, 2, (v, out) => {
      // Along each axis of a square: the mean of a normal that is cut off at its sides, and the logarithm of its mass there.
      const sides = [0, 1].map(d => [0, 1, 2, 3].map(k => truncatedMean(v[d]! / at.alpha, at.sigma / at.alpha, k - 2, k - 1)))
      const logs = squares.map(([a, b]) => sides[0]![a]!.logMass + sides[1]![b]!.logMass)
      const top = Math.max(...logs)
      let [sum, first, second] = [0, 0, 0]
      for (const [k, [a, b]] of squares.entries()) {
        const share = Math.exp(logs[k]! - top)
        sum += share
        first += share * sides[0]![a]!.mean
        second += share * sides[1]![b]!.mean
      }
      out[0] = first / sum
      out[1] = second / sum
    }),
    draw: (count, uniform) => points(count, 2, () => {
      const [a, b] = squares[Math.floor(uniform() * squares.length)]!
      return [a - 2 + uniform(), b - 2 + uniform()]
    }),
  }
}
