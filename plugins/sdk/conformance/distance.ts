import type { Tensor } from '../tensor.js'
import { uniforms } from './distributions.js'

/**
 * Sliced Wasserstein distance of order 2 between two sets of as many points (rows of [count, dimension]): the root of the mean,
 * over fixed directions, of the squared distance between the sorted projections (Rabin et al. 2011).
 */
export function slicedWasserstein(a: Tensor, b: Tensor, directions = 64, seed = 1): number {
  const [count, dimension] = a.shape as [number, number]
  if (b.shape[0] !== count || b.shape[1] !== dimension) throw new RangeError(`Both sets must have one shape, got [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`)
  const uniform = uniforms(seed)
  let sum = 0
  for (let k = 0; k < directions; k++) {
    const direction = Array.from({ length: dimension }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()))
    const length = Math.hypot(...direction)
    const [p, q] = [a, b].map(({ data }) => {
      const along = new Float64Array(count)
      for (let i = 0; i < count; i++) for (let d = 0; d < dimension; d++) along[i]! += (data[i * dimension + d]! * direction[d]!) / length
      return along.sort()
    }) as [Float64Array, Float64Array]
    for (let i = 0; i < count; i++) sum += (p[i]! - q[i]!) ** 2
  }
  return Math.sqrt(sum / (count * directions))
}
