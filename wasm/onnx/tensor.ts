import { invalidModel } from '../errors.js'
import { mostDimensions } from '../graph/shape.js'
import { allocate, size, width, type ElementType } from '../graph/value.js'
import { storedBytes, type Weight } from '../graph/weight.js'
import { type Wire } from './wire.js'

/** TensorProto.DataType by number. */
export const elementTypes: readonly (ElementType | undefined)[] = [undefined, 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64',
  'uint32', 'uint64', undefined, undefined, 'bfloat16', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz', 'uint4', 'int4', 'float4e2m1', 'float8e8m0', 'uint2', 'int2']

export function elementType(code: number, where: string): ElementType {
  const type = elementTypes[code]
  if (!type) throw invalidModel(`${where} has element type ${code}, which this engine does not know (complex numbers are not supported).`)
  return type
}

/** Reads a part of a file beside the model; `length` is absent for "to its end". */
export interface ReadExternal {
  (location: string, offset: number, length: number | undefined): Uint8Array | Promise<Uint8Array>
  /** Reads as many bytes as `into` has straight to where they are wanted. */
  fill?(location: string, offset: number, into: Uint8Array): Promise<void>
}

const text = new TextDecoder()

/** TensorProto. Raw data is not copied; the typed fields are. */
export function readTensor(m: Wire, external: ReadExternal): Weight {
  const dims: number[] = [], floats: number[] = [], ints: number[] = [], doubles: number[] = [], longs: bigint[] = [], strings: string[] = []
  const place: Record<string, string> = {}
  let code = 0, name = '', raw: Uint8Array | undefined, outside = false
  while (m.next()) {
    switch (m.field) {
      case 1: m.numbers(dims); break
      case 2: code = m.number(); break
      case 4: m.floats(floats); break
      case 5: m.numbers(ints); break
      case 6: strings.push(text.decode(m.block())); break
      case 7: case 11: m.bigints(longs); break
      case 8: name = m.string(); break
      case 9: raw = m.block(); break
      case 10: m.doubles(doubles); break
      case 13: { const entry = m.message(); let k = '', v = ''; while (entry.next()) { if (entry.field === 1) k = entry.string(); else if (entry.field === 2) v = entry.string(); else entry.skip() } place[k] = v; break }
      case 14: outside = m.number() === 1; break
      default: m.skip()
    }
  }
  const where = `Tensor "${name}"`, type = elementType(code, where)
  checkShape(dims, type, where)
  const n = size(dims)
  if (type === 'string') {
    if (strings.length !== n) throw invalidModel(`${where} [${dims}] holds ${strings.length} strings instead of ${n}.`)
    return { kind: 'weight', name, type, shape: dims, strings, read: () => new Uint8Array(0) }
  }
  if (outside) {
    const offset = whole(place.offset ?? '0', where), length = place.length === undefined ? undefined : whole(place.length, where)
    if (!place.location) throw invalidModel(`${where} is stored outside the file, but does not say where.`)
    const want = storedBytes(type, n)
    if (length !== undefined && length !== want) throw invalidModel(`${where} of ${type} [${dims}] takes ${want} bytes, but its external data has ${length}.`)
    const location = place.location
    return { kind: 'weight', name, type, shape: dims, origin: `${location}@${offset}+${want}`, read: () => external(location, offset, want), ...external.fill && { fill: into => external.fill!(location, offset, into) } }
  }
  const bytes = raw ?? typed(type, n, floats, ints, doubles, longs, where)
  if (raw && raw.length !== storedBytes(type, n)) throw invalidModel(`${where} of ${type} [${dims}] takes ${storedBytes(type, n)} bytes, but ${raw.length} are stored.`)
  return { kind: 'weight', name, type, shape: dims, read: () => bytes }
}

/** Bytes from the typed fields: float_data, double_data, int64_data (uint64_data too), and int32_data for everything narrower, bits as they are. */
function typed(type: ElementType, n: number, floats: number[], ints: number[], doubles: number[], longs: bigint[], where: string): Uint8Array {
  const packed = storedBytes(type, n) < n
  const source: ArrayLike<number | bigint> = type === 'float32' ? floats : type === 'float64' ? doubles : type === 'int64' || type === 'uint64' || type === 'uint32' ? longs : ints
  const want = packed ? storedBytes(type, n) : n
  if (source.length !== want) throw invalidModel(`${where} of ${type} should hold ${want} values, but holds ${source.length}.`)
  const out = packed ? new Uint8Array(want) : allocate(type, n)
  for (let i = 0; i < want; i++) {
    const v = source[i]!
    out[i] = type === 'int64' ? v as bigint : type === 'uint64' ? BigInt.asUintN(64, v as bigint) : Number(v)
  }
  return new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength)
}

/** Dimensions are whole, not negative, and their product is one that memory could hold. */
export function checkShape(dims: readonly number[], type: ElementType, where: string): void {
  for (const d of dims) if (!Number.isSafeInteger(d) || d < 0) throw invalidModel(`${where} has the impossible dimension ${d}.`)
  if (dims.length > mostDimensions || dims.reduce((a, d) => a * Math.max(d, 1), 1) * Math.max(width[type], 1) > 2 ** 40) throw invalidModel(`${where} of ${type} [${dims}] is too large.`)
}

const whole = (s: string, where: string): number => {
  const n = Number(s)
  if (!Number.isSafeInteger(n) || n < 0) throw invalidModel(`${where} has external data at the impossible position "${s}".`)
  return n
}
