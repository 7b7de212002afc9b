import type { Level, Tensor } from '../../plugins/sdk/index.js'
import type { Order } from '../core/order.js'
import { runNoise } from '../core/noise/run-noise.js'
import type { Draw } from './paint.js'

/** A picture's noise. */
export interface Stream {
  /** Unit Gaussians: each draw continues where the last one ended. */
  readonly draw: Draw
  /** A Brownian motion of its own, for samplers that split their steps; `low` and `high` are the ends of the run in sigma / alpha. */
  readonly motion: (low: number, high: number) => (from: Level, to: Level, shape: readonly number[]) => Tensor
}

export function streamOf(kind: Order['noise'], seed: bigint): Stream {
  const { draw } = runNoise({ kind, seeds: [seed] })
  return { draw, motion: (low, high) => runNoise({ kind, seeds: [seed], brownian: { low, high } }).between }
}
