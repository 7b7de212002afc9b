import { arrayOf, size, width, type ElementType, type Source, type Tensor, type TypedArray } from './value.js'
import { invalidModel } from '../errors.js'
import { remembered } from './remembered.js'

/** A stored tensor: in the ONNX file, or in a file beside it that is read when asked for. Strings are kept as they are. */
export interface Weight extends Source {
  readonly kind: 'weight'
  readonly name: string
  readonly shape: readonly number[]
  readonly strings?: readonly string[]
}

const bits: Partial<Record<ElementType, number>> = { int4: 4, uint4: 4, float4e2m1: 4, int2: 2, uint2: 2 }

/** Bytes that a tensor of this type takes in a file. */
export const storedBytes = (type: ElementType, n: number): number => bits[type] ? Math.ceil(n * bits[type] / 8) : n * width[type]

/** Thrown where bytes are needed that have to be waited for; what was being done is done again when they are there. */
export class Pending { constructor(readonly arrival: Promise<unknown>) {} }

/** Does something that may need bytes that are not there yet. */
export async function whenThere<T>(does: () => T | Promise<T>): Promise<T> {
  for (;;) try { return await does() } catch (e) { if (!(e instanceof Pending)) throw e; await e.arrival }
}

const arrived = new WeakMap<Weight, Uint8Array>()
function bytesNow(w: Weight): Uint8Array {
  const bytes = arrived.get(w) ?? w.read()
  if (bytes instanceof Promise) throw new Pending(bytes.then(b => arrived.set(w, b)))
  return bytes
}

const tensors = new WeakMap<Weight, () => Tensor>()
/** The weight as a tensor: a view of the file where alignment allows, a copy otherwise; the same one as long as anybody has it. */
export function tensorOf(w: Weight): Tensor {
  let t = tensors.get(w)
  if (!t) tensors.set(w, t = remembered(() => read(w)))
  return t()
}

function read(w: Weight): Tensor {
  const n = size(w.shape), bytes = bytesNow(w), want = storedBytes(w.type, n)
  if (bytes.length !== want) throw invalidModel(`Tensor "${w.name}" of ${w.type} [${w.shape}] takes ${want} bytes, but ${bytes.length} are stored.`)
  arrived.delete(w)
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
