/**
 * Reads what an ONNX file says of itself without loading its weights: ports, opset, operators, parameters, external files.
 * Field numbers are those of onnx.proto; weights are stepped over by their length, so a file of any size takes milliseconds.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NoisegraphError } from '../core/errors.js'
import type { ElementType, Port } from './session.js'

export interface OnnxHeader {
  readonly opset: number
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** How often each operator occurs, subgraphs left out. Names outside the standard domain carry it: `com.microsoft.Attention`. */
  readonly operators: Readonly<Record<string, number>>
  readonly parameters: number
  /** Bytes of the weights, wherever they lie. */
  readonly weightBytes: number
  /** Types of the weights. */
  readonly weightTypes: readonly ElementType[]
  /** Files beside this one that hold weights, and how many bytes each must have at least. */
  readonly external: Readonly<Record<string, number>>
}

const types: readonly (ElementType | undefined)[] = [undefined, 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64',
  'uint32', 'uint64', undefined, undefined, 'bfloat16', undefined, undefined, undefined, undefined, 'uint4', 'int4']
const sizes: Partial<Record<ElementType, number>> = { float32: 4, int32: 4, uint32: 4, float64: 8, int64: 8, uint64: 8, float16: 2, bfloat16: 2, uint16: 2, int16: 2, int4: 0.5, uint4: 0.5 }

/** @throws BROKEN_MODEL where the file is not an ONNX model, or ends too early. */
export function readOnnxHeader(file: string): OnnxHeader {
  const source = openFile(file)
  try {
    return parse(source)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new NoisegraphError('BROKEN_MODEL', `${file} is not a complete ONNX model: ${error.message}`, undefined, { cause: error })
  } finally {
    source.close()
  }
}

/** The bytes of the first weight whose name fits; undefined where there is none, or where it is not kept as raw bytes. */
export function readInitializer(file: string, named: (name: string) => boolean): { readonly type: ElementType; readonly bytes: Uint8Array } | undefined {
  const source = openFile(file)
  try {
    const graph = [...fields(source, 0, source.size)].find(f => f.number === 7)
    for (const field of graph ? fields(source, graph.start, graph.end) : []) if (field.number === 5) {
      const { name, type, raw, file: other, offset, bytes } = initializer(source, field)
      if (!type || !named(name)) continue
      if (raw) return { type, bytes: source.bytes(raw.start, raw.end) }
      if (!other) return undefined
      const beside = openFile(join(dirname(file), other))
      try {
        return { type, bytes: beside.bytes(offset, offset + bytes) }
      } finally {
        beside.close()
      }
    }
    return undefined
  } finally {
    source.close()
  }
}

function parse(source: Source): OnnxHeader {
  let opset = 0
  let graph: Field | undefined
  for (const field of fields(source, 0, source.size)) {
    if (field.number === 7) graph = field
    if (field.number === 8) {
      const parts = [...fields(source, field.start, field.end)]
      if (!text(source, parts.find(p => p.number === 1))) opset = Number(parts.find(p => p.number === 2)?.value ?? 0)
    }
  }
  if (!graph) throw new RangeError('it holds no graph.')
  const weights = new Set<string>()
  const external: Record<string, number> = {}
  const operators: Record<string, number> = {}
  const weightTypes = new Set<ElementType>()
  const [inputs, outputs]: [Port[], Port[]] = [[], []]
  let [parameters, weightBytes] = [0, 0]
  for (const field of fields(source, graph.start, graph.end)) {
    if (field.number === 1) count(operators, operatorName(source, field))
    else if (field.number === 5) {
      const weight = initializer(source, field)
      weights.add(weight.name)
      if (weight.type) weightTypes.add(weight.type)
      parameters += weight.elements
      weightBytes += weight.bytes
      if (weight.file) external[weight.file] = Math.max(external[weight.file] ?? 0, weight.end)
    } else if (field.number === 11) inputs.push(port(source, field))
    else if (field.number === 12) outputs.push(port(source, field))
  }
  // Old exporters list the weights among the inputs.
  return { opset, inputs: inputs.filter(i => !weights.has(i.name)), outputs, operators, parameters, weightBytes, weightTypes: [...weightTypes], external }
}

const count = (into: Record<string, number>, name: string) => { into[name] = (into[name] ?? 0) + 1 }

function operatorName(source: Source, node: Field): string {
  let [type, domain] = ['', '']
  for (const f of fields(source, node.start, node.end)) {
    if (f.number === 4) type = text(source, f)
    if (f.number === 7) domain = text(source, f)
  }
  return domain && domain !== 'ai.onnx' ? `${domain}.${type}` : type
}

function initializer(source: Source, tensor: Field) {
  let [name, elements, file, offset, length] = ['', 1, '', 0, 0]
  let raw: Field | undefined
  let type: ElementType | undefined
  for (const f of fields(source, tensor.start, tensor.end)) {
    if (f.number === 1) for (const d of f.wire === 2 ? varints(source, f) : [f.value]) elements *= Number(d)
    else if (f.number === 2) type = types[Number(f.value)]
    else if (f.number === 8) name = text(source, f)
    else if (f.number === 9) raw = f
    else if (f.number === 13) {
      const [key, value] = [...fields(source, f.start, f.end)].map(p => text(source, p))
      if (key === 'location') file = value ?? ''
      if (key === 'offset') offset = Number(value)
      if (key === 'length') length = Number(value)
    }
  }
  const bytes = (raw && raw.end - raw.start) || length || elements * (type ? sizes[type] ?? 1 : 1)
  return { name, elements, type, raw, bytes, file, offset, end: offset + bytes }
}

function port(source: Source, info: Field): Port {
  let name = ''
  let type: ElementType = 'float32'
  const shape: (number | string)[] = []
  for (const f of fields(source, info.start, info.end)) {
    if (f.number === 1) name = text(source, f)
    if (f.number === 2) for (const kind of fields(source, f.start, f.end)) if (kind.number === 1)
      for (const part of fields(source, kind.start, kind.end)) {
        if (part.number === 1) type = types[Number(part.value)] ?? 'float32'
        if (part.number === 2) for (const d of fields(source, part.start, part.end)) {
          const [size] = fields(source, d.start, d.end)
          shape.push(size?.number === 1 ? Number(size.value) : text(source, size))
        }
      }
  }
  return { name, type, shape }
}

/** One field of a message: a varint's value, or where its bytes lie. */
interface Field { readonly number: number; readonly wire: number; readonly value: bigint; readonly start: number; readonly end: number }

function* fields(source: Source, start: number, end: number): Generator<Field> {
  for (let at = start; at < end;) {
    const [tag, afterTag] = varint(source, at)
    const wire = Number(tag & 7n)
    const number = Number(tag >> 3n)
    if (number === 0 || ![0, 1, 2, 5].includes(wire)) throw new RangeError(`byte ${at} is not the start of a field.`)
    const [value, after] = wire === 0 || wire === 2 ? varint(source, afterTag) : [0n, afterTag]
    const stop = after + (wire === 2 ? Number(value) : wire === 1 ? 8 : wire === 5 ? 4 : 0)
    if (stop > end) throw new RangeError(`it ends at byte ${source.size}, inside a part that reaches to byte ${stop}.`)
    yield { number, wire, value, start: after, end: stop }
    at = stop
  }
}

function* varints(source: Source, { start, end }: Field): Generator<bigint> {
  for (let at = start; at < end;) {
    const [value, after] = varint(source, at)
    yield value
    at = after
  }
}

function varint(source: Source, at: number): [value: bigint, after: number] {
  let value = 0n
  for (let i = 0; i < 10; i++) {
    const byte = source.byte(at + i)
    value |= BigInt(byte & 127) << BigInt(7 * i)
    if (byte < 128) return [value, at + i + 1]
  }
  throw new RangeError(`the number at byte ${at} has no end.`)
}

const text = (source: Source, field: Field | undefined): string =>
  field ? Buffer.from(Array.from({ length: field.end - field.start }, (_, i) => source.byte(field.start + i))).toString('utf8') : ''

interface Source { readonly size: number; byte(at: number): number; bytes(start: number, end: number): Uint8Array; close(): void }

/** A file read by pages of 64 KiB, the last one kept. */
function openFile(file: string): Source {
  const handle = openSync(file, 'r')
  const { size } = fstatSync(handle)
  const page = Buffer.alloc(65536)
  let first = -1
  return {
    size, close: () => closeSync(handle),
    bytes(start, end) {
      const out = Buffer.alloc(end - start)
      readSync(handle, out, 0, out.length, start)
      return out
    },
    byte(at) {
      if (at >= size) throw new RangeError(`it ends at byte ${size}.`)
      const start = at - (at % page.length)
      if (start !== first) { readSync(handle, page, 0, page.length, start); first = start }
      return page[at - start]!
    },
  }
}
