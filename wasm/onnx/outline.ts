/** Reads `into.length` bytes of a file from `at` on. */
export type ReadAt = (at: number, into: Uint8Array) => void

/** Where a model's own large weights are, among the files beside it: no file has this name. */
export const self = '\0model'
const large = 4096

/**
 * An ONNX file of `size` bytes without its large weights: each is replaced by a note that it is stored outside, in the file named `self`. What is not as
 * onnx.proto has it gives undefined: reading all of the file says what is wrong with it.
 */
export function outline(size: number, read: ReadAt): Uint8Array | undefined {
  const file = new Buffered(size, read)
  try { return message(file, 0, size, 'model') } catch (e) {
    if (e instanceof Odd) return undefined
    throw e
  }
}

class Odd extends Error {}
/** The field of a message that holds large weights, deep down. */
const path = { model: { field: 7, of: 'graph' }, graph: { field: 5, of: 'tensor' }, tensor: { field: 9, of: undefined } } as const

function message(file: Buffered, from: number, end: number, kind: keyof typeof path): Uint8Array {
  const parts: Uint8Array[] = [], { field: special, of } = path[kind]
  let kept = from, note: Uint8Array | undefined
  const keep = (to: number): void => { if (to > kept) parts.push(file.bytes(kept, to - kept)) }
  for (file.at = from; file.at < end;) {
    const start = file.at, key = file.varint(), wire = key % 8, field = Math.floor(key / 8)
    const length = wire === 2 ? file.varint() : wire === 5 ? 4 : wire === 1 ? 8 : wire === 0 ? (file.varint(), 0) : NaN
    const body = file.at, next = body + length
    if (!field || !(next <= end)) throw new Odd()
    if (field === special && wire === 2 && length > large) {
      keep(start)
      if (of) { const inner = message(file, body, next, of); parts.push(head(field, inner.length), inner) } else note = outside(body, length)
      kept = next
    }
    file.at = next
  }
  keep(end)
  // Last, since a tensor may say that its data is inside, and what is said last counts.
  if (note) parts.push(note)
  return joined(parts)
}

/** A file that is read in pieces, forward. */
class Buffered {
  at = 0
  private piece: Uint8Array = new Uint8Array(0)
  private from = 0
  constructor(private readonly size: number, private readonly read: ReadAt) {}

  varint(): number {
    let value = 0
    for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
      const b = this.byte()
      value += (b & 127) * scale
      if (b < 128) return value
    }
    throw new Odd()
  }
  bytes(at: number, n: number): Uint8Array {
    const out = new Uint8Array(n)
    this.read(at, out)
    return out
  }
  private byte(): number {
    if (this.at >= this.size) throw new Odd()
    if (this.at < this.from || this.at >= this.from + this.piece.length) {
      this.from = this.at
      this.piece = this.bytes(this.at, Math.min(4096, this.size - this.at))
    }
    return this.piece[this.at++ - this.from]!
  }
}

const text = new TextEncoder()
function varint(n: number): number[] {
  const out: number[] = []
  for (; n > 127; n = Math.floor(n / 128)) out.push(n % 128 + 128)
  return [...out, n]
}
const head = (field: number, length: number): Uint8Array => Uint8Array.from([...varint(field * 8 + 2), ...varint(length)])
const block = (field: number, b: ArrayLike<number>): number[] => [...varint(field * 8 + 2), ...varint(b.length), ...Array.from(b)]

/** TensorProto's external_data with location, offset and length, and its data_location EXTERNAL. */
function outside(offset: number, length: number): Uint8Array {
  const entry = (k: string, v: string): number[] => block(13, [...block(1, text.encode(k)), ...block(2, text.encode(v))])
  return Uint8Array.from([...entry('location', self), ...entry('offset', String(offset)), ...entry('length', String(length)), ...varint(14 * 8), 1])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}
