import { invalidModel } from '../errors.js'

const text = new TextDecoder()

/** Reads one protobuf message field by field. Nothing is copied: bytes are views of the file. Every length is checked against the message that holds it. */
export class Wire {
  field = 0
  private wire = 0
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array, private at = 0, private readonly end = bytes.length, readonly depth = 0) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Goes to the next field; false at the end. The value must be read or skipped before the next call. */
  next(): boolean {
    if (this.at >= this.end) return false
    const key = this.number()
    this.field = Math.floor(key / 8)
    this.wire = key % 8
    if (this.field === 0) throw invalidModel(`The file is not ONNX, or damaged: field number 0 at byte ${this.at}.`)
    return true
  }

  /** A signed varint as a number, rounded where it has more than 53 bits. */
  number(): number {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const b = this.byte()
      low |= (b & 127) << shift
      if (b < 128) return low
    }
    this.at -= 4
    return Number(this.bigint())
  }

  bigint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const b = this.byte()
      value |= BigInt(b & 127) << shift
      if (b < 128) return BigInt.asIntN(64, value)
    }
    throw invalidModel(`The file is damaged: a number of more than 64 bits at byte ${this.at}.`)
  }

  float(): number { const at = this.take(4); return this.view.getFloat32(at, true) }
  double(): number { const at = this.take(8); return this.view.getFloat64(at, true) }

  block(): Uint8Array {
    if (this.wire !== 2) throw invalidModel(`The file is damaged: field ${this.field} has wire type ${this.wire} at byte ${this.at}.`)
    const n = this.number()
    const at = this.take(n)
    return this.bytes.subarray(at, at + n)
  }
  string(): string { return text.decode(this.block()) }

  message(): Wire {
    if (this.depth > 100) throw invalidModel('The file is nested more than 100 levels deep.')
    const b = this.block()
    return new Wire(b, 0, b.length, this.depth + 1)
  }

  /** A repeated number, packed or not, appended to `into`. */
  numbers(into: number[]): void {
    if (this.wire !== 2) { into.push(this.number()); return }
    const m = this.message()
    while (m.at < m.end) into.push(m.number())
  }
  bigints(into: bigint[]): void {
    if (this.wire !== 2) { into.push(this.bigint()); return }
    const m = this.message()
    while (m.at < m.end) into.push(m.bigint())
  }
  floats(into: number[]): void {
    if (this.wire !== 2) { into.push(this.float()); return }
    const m = this.message()
    while (m.at < m.end) into.push(m.float())
  }
  doubles(into: number[]): void {
    if (this.wire !== 2) { into.push(this.double()); return }
    const m = this.message()
    while (m.at < m.end) into.push(m.double())
  }

  skip(): void {
    if (this.wire === 0) this.bigint()
    else if (this.wire === 1) this.take(8)
    else if (this.wire === 2) this.block()
    else if (this.wire === 5) this.take(4)
    else throw invalidModel(`The file is not ONNX, or damaged: wire type ${this.wire} at byte ${this.at}.`)
  }

  private byte(): number {
    if (this.at >= this.end) throw invalidModel('The file is truncated.')
    return this.bytes[this.at++]!
  }
  private take(n: number): number {
    if (!(n >= 0 && n <= this.end - this.at)) throw invalidModel(`The file is truncated: ${n} bytes are announced, ${this.end - this.at} are left.`)
    const at = this.at
    this.at += n
    return at
  }
}
