import { even } from '../../graph/half.js'
import { isMinifloat, toMinifloat } from '../../graph/minifloat.js'
import { numbers, tensor } from '../../graph/numbers.js'
import { axisOf } from '../../graph/shape.js'
import { size, type ElementType, type Tensor } from '../../graph/value.js'

/** Which scale belongs to element i: one for all, one for each index of an axis, or one for each block of an axis. */
export function scaleIndex(shape: readonly number[], scale: readonly number[], axis: number, block: number): (i: number) => number {
  // Also where the only scale is that of an axis which the tensor has not.
  if (size(scale) === 1) return () => 0
  const a = axisOf(axis, shape.length), n = shape[a]!, inner = size(shape.slice(a + 1))
  if (scale.length <= 1) return i => Math.floor(i / inner) % n
  const per = block || Math.ceil(n / scale[a]!)
  return i => { const e = i % inner, k = Math.floor(i / inner) % n, o = Math.floor(i / inner / n); return (o * scale[a]! + Math.floor(k / per)) * inner + e }
}

const ranges: Partial<Record<ElementType, readonly [number, number]>> = { int8: [-128, 127], uint8: [0, 255], int16: [-32768, 32767], uint16: [0, 65535], int4: [-8, 7], uint4: [0, 15], int2: [-2, 1], uint2: [0, 3], int32: [-2147483648, 2147483647] }

/** round(x / scale) + zero, saturated. */
export function quantise(x: Tensor, scale: Tensor, zero: Tensor | undefined, type: ElementType, axis: number, block: number, saturate = true): Tensor {
  const at = scaleIndex(x.shape, scale.shape, axis, block), v = numbers(x), s = numbers(scale), z = zero && numbers(zero), n = size(x.shape)
  if (isMinifloat(type)) return { type, shape: x.shape, data: Uint8Array.from({ length: n }, (_, i) => toMinifloat(type, v[i]! / s[at(i)]!, saturate)) }
  const [low, high] = ranges[type]!
  return tensor(type, x.shape, Float64Array.from({ length: n }, (_, i) => Math.min(high, Math.max(low, even(Math.fround(v[i]! / s[at(i)]!)) + (z?.[at(i)] ?? 0)))))
}

/** (x - zero) * scale. */
export function dequantise(x: Tensor, scale: Tensor, zero: Tensor | undefined, type: ElementType, axis: number, block: number): Tensor {
  const at = scaleIndex(x.shape, scale.shape, axis, block), v = numbers(x), s = numbers(scale), z = zero && numbers(zero)
  return tensor(type, x.shape, Float64Array.from({ length: v.length }, (_, i) => (v[i]! - (z?.[at(i)] ?? 0)) * s[at(i)]!))
}

/** A tensor's whole numbers with their zero point taken off; the zero may be one for each index of an axis. */
export function centred(x: Tensor, zero: Tensor | undefined, axis: number): Float64Array {
  const v = numbers(x), z = zero && numbers(zero), at = zero ? scaleIndex(x.shape, zero.shape, axis, 0) : () => 0
  return Float64Array.from({ length: v.length }, (_, i) => v[i]! - (z?.[at(i)] ?? 0))
}
