import type { Order } from '../core/order.js'
import { PhiloxGenerator } from '../core/noise/philox.js'
import { TorchGenerator } from '../core/noise/torch.js'
import type { Draw } from './paint.js'

/** A picture's stream of unit Gaussians: each draw continues where the last one ended. */
export function streamOf(noise: Order['noise'], seed: bigint): Draw {
  const source = noise === 'philox' ? new PhiloxGenerator(seed) : new TorchGenerator(seed)
  return shape => ({ shape, data: Float32Array.from(source.randn(shape.reduce((a, b) => a * b, 1))) })
}
