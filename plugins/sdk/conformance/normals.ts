import { sizeOf, type Tensor } from '../tensor.js'

/** Test runners give modules globals that are slow to reach. */
const { imul, sqrt, log, cos, PI } = Math

/** Unit normals from a seed, for tests: Weyl's sequence mixed (SplitMix, Steele et al. 2014), turned by Box and Muller. */
export function normals(seed: number): (shape: readonly number[]) => Tensor {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = imul(z ^ (z >>> 16), 0x85ebca6b)
    z = imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (((z ^ (z >>> 16)) >>> 0) + 0.5) / 2 ** 32
  }
  return shape => ({ shape, data: Float32Array.from({ length: sizeOf(shape) }, () => sqrt(-2 * log(uniform())) * cos(2 * PI * uniform())) })
}
