import type { Order } from '../core/order.js'
import { runNoise } from '../core/noise/run-noise.js'
import type { Draw } from './paint.js'

/** A picture's stream of unit Gaussians: each draw continues where the last one ended. */
export const streamOf = (kind: Order['noise'], seed: bigint): Draw => runNoise({ kind, seeds: [seed] }).draw
