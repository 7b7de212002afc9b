import type { Level } from '../level.js'
import { map, type Tensor } from '../tensor.js'

/** A distribution whose score is known in closed form: `clean` is the exact mean of the clean picture given x at a level. */
export interface Toy {
  readonly name: string
  clean(x: Tensor, at: Level): Tensor
}

/** Every element is normal: the ODE and the SDE are linear, and their solutions known. */
export const gaussian = (mean: number, spread: number): Toy & { readonly mean: number; readonly spread: number; deviation(at: Level): number } => {
  const deviation = ({ alpha, sigma }: Level) => Math.hypot(alpha * spread, sigma)
  return {
    name: 'gaussian', mean, spread, deviation,
    clean(x, at) {
      const gain = (at.alpha * spread ** 2) / deviation(at) ** 2
      return map(v => mean + gain * (v - at.alpha * mean), x)
    },
  }
}

/** Every element is drawn from one of several normals of one spread: what bends between them is not linear. */
export const mixture = (means: readonly number[], weights: readonly number[], spread: number): Toy => ({
  name: 'mixture',
  clean(x, at) {
    const variance = (at.alpha * spread) ** 2 + at.sigma ** 2
    const gain = (at.alpha * spread ** 2) / variance
    return map(v => {
      const logs = means.map((m, k) => Math.log(weights[k]!) - (v - at.alpha * m) ** 2 / (2 * variance))
      const top = Math.max(...logs)
      const shares = logs.map(l => Math.exp(l - top))
      const total = shares.reduce((a, b) => a + b, 0)
      return means.reduce((sum, m, k) => sum + (shares[k]! / total) * (m + gain * (v - at.alpha * m)), 0)
    }, x)
  },
})

/** All pictures are this one: every sampler must find it, a distilled one in a single step. */
export const point = (value: number): Toy => ({ name: 'point', clean: x => map(() => value, x) })

/**
 * Where the probability-flow ODE leads from x at one level to another, by Runge and Kutta in log(sigma / alpha):
 * with y = x / alpha and u = -lambda it is dy / du = y - clean.
 */
export function flowTo(toy: Toy, x: Tensor, from: Level, to: Level, steps = 400): Tensor {
  const du = (from.lambda - to.lambda) / steps
  let y = Float64Array.from(x.data, v => v / from.alpha)
  const slope = (y: Float64Array, u: number): Float64Array => {
    const clean = toy.clean({ shape: x.shape, data: Float64Array.from(y) as unknown as Float32Array }, { t: 0, alpha: 1, sigma: Math.exp(u), lambda: -u })
    return y.map((v, i) => v - clean.data[i]!)
  }
  const moved = (k: Float64Array, by: number) => y.map((v, i) => v + by * k[i]!)
  for (let i = 0; i < steps; i++) {
    const u = -from.lambda + i * du
    const k1 = slope(y, u)
    const k2 = slope(moved(k1, du / 2), u + du / 2)
    const k3 = slope(moved(k2, du / 2), u + du / 2)
    const k4 = slope(moved(k3, du), u + du)
    y = y.map((v, j) => v + (du * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!)) / 6)
  }
  return { shape: x.shape, data: Float32Array.from(y, v => v * to.alpha) }
}
