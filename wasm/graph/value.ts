import { EngineError } from '../errors.js'
import { mostDimensions } from './shape.js'

/** Element types of ONNX, as this engine names them. The last row exists only to be stored and cast. */
export type ElementType =
  | 'float32' | 'float16' | 'bfloat16' | 'float64' | 'bool' | 'string'
  | 'int4' | 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64'
  | 'int2' | 'uint2' | 'float4e2m1' | 'float8e4m3fn' | 'float8e4m3fnuz' | 'float8e5m2' | 'float8e5m2fnuz' | 'float8e8m0'

export type TypedArray = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | BigInt64Array | BigUint64Array

/**
 * A tensor, C order. float16 and bfloat16 are raw bits in a Uint16Array, bool is a Uint8Array of 0 and 1,
 * four-bit and two-bit integers take a byte each, the small floats are raw bits, a byte each.
 */
export interface Tensor { readonly type: ElementType; readonly shape: readonly number[]; readonly data: TypedArray }

/** Bytes that are stored somewhere: in the model's file, beside it, or wherever a provider has them. */
export interface Source {
  readonly type: ElementType
  /** The stored bytes (little endian; four-bit and two-bit elements packed), of any alignment. A promise where they have to be waited for. */
  read(): Uint8Array | Promise<Uint8Array>
  /** Copies as many of them as fit to where they are wanted, without an array in between; only where that is possible. */
  fill?(into: Uint8Array): Promise<void>
  /** File and position, where the bytes are in a file. */
  readonly origin?: string
}

/** What weights may be held as in memory; kernels compute in float32 and widen on the way. `int8` has a scale for each channel, `int4` one for each block of 32. */
export type Held = 'float32' | 'float16' | 'int8' | 'int4'

/** How a constant in float32 is stored where it is whole numbers of eight or four bits, each times a scale. */
export interface Grid {
  /** The numbers as they are stored: int8 or uint8, or two to a byte, int4 or uint4; in C order, or (`turned`) as rows of so many numbers for each column of a matrix. */
  readonly numbers: Source & { readonly count: number }
  readonly turned?: number
  /** Which number stands for 0. */
  readonly zero: number
  readonly scales: Fact
  /** Which scale belongs to an element, counted in C order. */
  scaleOf(i: number): number
  /** The axis along which scales differ, if there is one, and the one along which each is for a block of so many elements. */
  readonly axis: number | undefined
  readonly block?: { readonly axis: number; readonly size: number }
}

/** What is known of a tensor before it is computed. */
export interface Fact {
  readonly type: ElementType
  readonly shape: readonly number[]
  /** The tensor itself, where it is known while planning (a weight's is read when asked for: test `constant` first). */
  readonly value?: Tensor
  /** Where the value is the same in every run (a weight, or made of weights alone): its identity, under which it is placed and packed once. */
  readonly constant?: string
  /** How the bytes are arranged, where it is not C order of `shape`: the name of a packing, such as `gemm16`. */
  readonly layout?: string
  /** Bytes that the arrangement takes, where it is not size x element. */
  readonly bytes?: number
  /** Rows of one panel, where the arrangement is panels of 16 columns. */
  readonly depth?: number
  /** How the values of panels are held, where it is not float32. */
  readonly held?: Held
  /** The stored bytes of a constant in C order, which become its value by widening at most. */
  readonly source?: Source
  /** What a constant is made of that is stored in a few bits. */
  readonly grid?: Grid
}

/** Bytes per element in memory. */
export const width: Readonly<Record<ElementType, number>> = {
  float32: 4, float16: 2, bfloat16: 2, float64: 8, bool: 1, string: 0,
  int4: 1, uint4: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8,
  int2: 1, uint2: 1, float4e2m1: 1, float8e4m3fn: 1, float8e4m3fnuz: 1, float8e5m2: 1, float8e5m2fnuz: 1, float8e8m0: 1,
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
export const bytesOf = (f: Fact): number => f.bytes ?? size(f.shape) * width[f.type]

/** The number of elements of a result whose shape is told by data, so that no plan has made room for it. Throws for more than 2^27, a gigabyte in double precision. */
export function computable(shape: readonly number[]): number {
  const n = size(shape)
  if (!(shape.length <= mostDimensions && shape.every(d => Number.isSafeInteger(d) && d >= 0) && n <= 2 ** 27)) throw new Error(`the result would have the shape [${shape.slice(0, mostDimensions)}], which is impossible or too large`)
  return n
}

type ArrayOf = { new (n: number): TypedArray; new (b: ArrayBufferLike, at: number, n: number): TypedArray }
const arrays: Readonly<Record<ElementType, ArrayOf>> = {
  float32: Float32Array, float16: Uint16Array, bfloat16: Uint16Array, float64: Float64Array, bool: Uint8Array, string: Uint8Array,
  int4: Int8Array, uint4: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array as never, uint64: BigUint64Array as never,
  int2: Int8Array, uint2: Uint8Array, float4e2m1: Uint8Array, float8e4m3fn: Uint8Array, float8e4m3fnuz: Uint8Array, float8e5m2: Uint8Array, float8e5m2fnuz: Uint8Array, float8e8m0: Uint8Array,
}
export const arrayOf = (type: ElementType): ArrayOf => arrays[type]
/** An array of zeros for a tensor of `n` elements. Throws OUT_OF_MEMORY for more than the 4 GiB that an engine can hold. */
export function allocate(type: ElementType, n: number): TypedArray {
  if (!Number.isSafeInteger(n) || n < 0) throw new Error(`the result would have ${n} elements, which is impossible`)
  if (n * width[type] > 2 ** 32) throw new EngineError('OUT_OF_MEMORY', `A tensor of ${n} elements of ${type} does not fit into 4 GiB.`)
  return new arrays[type](n)
}
