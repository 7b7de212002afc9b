import { arrayOf, size, width, type ElementType, type Tensor, type TypedArray } from './value.js'
import { invalidModel } from '../errors.js'

/** A stored tensor: in the ONNX file, or in a file beside it that is read when asked for. Strings are kept as they are. */
export interface Weight {
  readonly kind: 'weight'
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly strings?: readonly string[]
  /** The stored bytes (little endian; four-bit and two-bit elements packed), of any alignment. */
  read(): Uint8Array
}

const bits: Partial<Record<ElementType, number>> = { int4: 4, uint4: 4, float4e2m1: 4, int2: 2, uint2: 2 }

/** Bytes that a tensor of this type takes in a file. */
export const storedBytes = (type: ElementType, n: number): number => bits[type] ? Math.ceil(n * bits[type] / 8) : n * width[type]

const tensors = new WeakMap<Weight, Tensor>()
/** The weight as a tensor: a view of the file where alignment allows, a copy otherwise; the same one every time. */
export function tensorOf(w: Weight): Tensor {
  let t = tensors.get(w)
  if (!t) tensors.set(w, t = read(w))
  return t
}

function read(w: Weight): Tensor {
  const n = size(w.shape), bytes = w.read(), want = storedBytes(w.type, n)
  if (bytes.length !== want) throw invalidModel(`Tensor "${w.name}" of ${w.type} [${w.shape}] takes ${want} bytes, but ${bytes.length} are stored.`)
  if (bits[w.type]) return { type: w.type, shape: w.shape, data: unpack(bytes, n, bits[w.type]!, w.type.startsWith('int')) }
  const Data = arrayOf(w.type)
  if (bytes.byteOffset % width[w.type] === 0) return { type: w.type, shape: w.shape, data: new Data(bytes.buffer, bytes.byteOffset, n) }
  const copy = Uint8Array.from(bytes)
  return { type: w.type, shape: w.shape, data: new Data(copy.buffer, 0, n) }
}

/** Elements of 4 or 2 bits, the first in the lowest bits, to a byte each. */
function unpack(bytes: Uint8Array, n: number, width: number, signed: boolean): TypedArray {
  const out = signed ? new Int8Array(n) : new Uint8Array(n), per = 8 / width, mask = (1 << width) - 1, sign = 1 << (width - 1)
  for (let i = 0; i < n; i++) {
    const v = (bytes[Math.floor(i / per)]! >> (i % per * width)) & mask
    out[i] = signed && v & sign ? v - mask - 1 : v
  }
  return out
}
