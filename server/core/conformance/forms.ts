/** The closed forms that recorded cases are made of: pictures and noise without files or generators. */
import { sizeOf, type Tensor } from '../../../plugins/sdk/index.js'

// Bound once: in test runners a global is slow to reach.
const { imul, sqrt, log, sin, cos, fround, PI } = Math

export type Four = readonly [number, number, number, number]

/** value[i] = fround(A sin(B (i + 1)) + C cos(D (i + 1)^2)), times a scale. */
export const closedForm = ([A, B, C, D]: Four, shape: readonly number[], scale = 1): Tensor => ({
  shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => fround(A * sin(B * (i + 1)) + C * cos(D * (i + 1) * (i + 1))) * scale),
})

/** Base64 of little-endian float32. */
export function decode(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}

const fmix = (h: number): number => {
  h = imul(h ^ (h >>> 16), 0x85ebca6b)
  h = imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Draw after draw of unit normals from hashes of the element's number. */
export function stepNoise(seed: number, usual: readonly number[]): (shape?: readonly number[]) => Tensor {
  let draws = 0
  return (shape = usual) => {
    const key = fmix(seed ^ fmix(++draws))
    const uniform = (i: number) => (fmix((key + i) >>> 0) + 0.5) / 2 ** 32
    const value = (i: number) => sqrt(-2 * log(uniform(2 * i))) * cos(2 * PI * uniform(2 * i + 1))
    return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)) }
  }
}
