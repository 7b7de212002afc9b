import { fromBfloat, fromHalf, toBfloat, toHalf } from './half.js'
import { fromMinifloat, isMinifloat, toMinifloat } from './minifloat.js'
import { allocate, size, type ElementType, type Tensor } from './value.js'

const halves = Float32Array.from({ length: 65536 }, (_, i) => fromHalf(i))

function each<T, U extends Float32Array | Float64Array>(from: ArrayLike<T>, f: (v: T) => number, to: U): U {
  for (let i = 0; i < to.length; i++) to[i] = f(from[i]!)
  return to
}

/** The values as numbers; 64-bit integers above 2^53 are rounded. */
export function numbers(t: Tensor): ArrayLike<number> {
  switch (t.type) {
    case 'float16': return each(t.data as Uint16Array, h => halves[h]!, new Float32Array(t.data.length))
    case 'bfloat16': return each(t.data as Uint16Array, fromBfloat, new Float32Array(t.data.length))
    case 'int64': case 'uint64': return each(t.data as BigInt64Array, Number, new Float64Array(t.data.length))
  }
  if (isMinifloat(t.type)) return each(t.data as Uint8Array, b => fromMinifloat(t.type, b), new Float32Array(t.data.length))
  return t.data as Float32Array
}

const narrow: Partial<Record<ElementType, [number, number]>> = { int4: [-8, 16], uint4: [0, 16], int2: [-2, 4], uint2: [0, 4] }

/** A tensor of `type` from numbers: floats are rounded to nearest, integers lose their fraction and wrap around. */
export function tensor(type: ElementType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  const n = size(shape), data = allocate(type, n), out = data as Float64Array
  if (type === 'float16') for (let i = 0; i < n; i++) out[i] = toHalf(values[i]!)
  else if (type === 'bfloat16') for (let i = 0; i < n; i++) out[i] = toBfloat(values[i]!)
  else if (type === 'int64' || type === 'uint64') for (let i = 0; i < n; i++) (data as BigInt64Array)[i] = big(values[i]!)
  else if (type === 'bool') for (let i = 0; i < n; i++) out[i] = values[i] ? 1 : 0
  else if (isMinifloat(type)) for (let i = 0; i < n; i++) out[i] = toMinifloat(type, values[i]!)
  else if (narrow[type]) { const [low, span] = narrow[type]!; for (let i = 0; i < n; i++) { const v = (Math.trunc(values[i]!) - low) % span; out[i] = (v < 0 ? v + span : v) + low } }
  else out.set(values.length === n ? values : Array.prototype.slice.call(values, 0, n))
  return { type, shape, data }
}

const big = (v: number): bigint => Number.isFinite(v) ? BigInt(Math.trunc(v)) : v > 0 ? 2n ** 63n - 1n : v < 0 ? -(2n ** 63n) : 0n

/** A list of whole numbers: axes, shapes, pads, indices. Throws where one is not whole. */
export function list(t: Tensor | undefined): number[] {
  const out = t ? Array.from(numbers(t)) : [], odd = t && isFloat(t.type) ? out.find(v => !Number.isInteger(v)) : undefined
  if (odd !== undefined) throw new Error(`${odd} is no whole number`)
  return out
}
export const int64 = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor => ({ type: 'int64', shape, data: BigInt64Array.from(values, v => BigInt(v)) })
export const float32 = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor => ({ type: 'float32', shape, data: Float32Array.from(values) })
export const isFloat = (t: ElementType): boolean => t.includes('float')
export const isBig = (t: ElementType): boolean => t === 'int64' || t === 'uint64'
export const wrapBig = (type: ElementType, v: bigint): bigint => type === 'uint64' ? BigInt.asUintN(64, v) : BigInt.asIntN(64, v)
export const bigs = (type: ElementType, values: readonly bigint[]): BigInt64Array | BigUint64Array => type === 'uint64' ? BigUint64Array.from(values) : BigInt64Array.from(values)
