import { elementTypes } from '../onnx/tensor.js'
import { type ElementType, type Tensor } from '../graph/value.js'

type Value = number | string | readonly number[] | { readonly float: number }
export interface TestNode { readonly op: string; readonly domain?: string; readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly attributes?: Readonly<Record<string, Value>> }
export interface TestModel { readonly nodes: readonly TestNode[]; readonly inputs: Readonly<Record<string, ElementType | { readonly type: ElementType; readonly shape: readonly number[] }>>; readonly outputs: Readonly<Record<string, ElementType>>; readonly weights?: Readonly<Record<string, Tensor>>; readonly external?: Readonly<Record<string, { readonly type: ElementType; readonly shape: readonly number[]; readonly location: string }>>; readonly opset?: number }

const text = new TextEncoder()
function varint(n: number): number[] {
  const out: number[] = []
  let v = BigInt.asUintN(64, BigInt(n))
  do { out.push(Number(v & 127n) | (v > 127n ? 128 : 0)); v >>= 7n } while (v)
  return out
}
const integer = (field: number, n: number): number[] => [...varint(field * 8), ...varint(n)]
const bytes = (field: number, b: ArrayLike<number>): number[] => [...varint(field * 8 + 2), ...varint(b.length), ...Array.from(b)]
const string = (field: number, s: string): number[] => bytes(field, text.encode(s))
const float = (field: number, f: number): number[] => [...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(f).buffer)]

function attribute(name: string, v: Value): number[] {
  if (typeof v === 'object' && 'float' in v) return [...string(1, name), ...float(2, v.float), ...integer(20, 1)]
  if (typeof v === 'number') return [...string(1, name), ...integer(3, v), ...integer(20, 2)]
  if (typeof v === 'string') return [...string(1, name), ...string(4, v), ...integer(20, 3)]
  return [...string(1, name), ...v.flatMap(i => integer(8, i)), ...integer(20, 7)]
}
const node = (n: TestNode): number[] => [...n.inputs.flatMap(i => string(1, i)), ...n.outputs.flatMap(o => string(2, o)), ...string(4, n.op), ...Object.entries(n.attributes ?? {}).flatMap(([k, v]) => bytes(5, attribute(k, v))), ...string(7, n.domain ?? '')]
const port = (name: string, type: ElementType, shape?: readonly number[]): number[] =>
  [...string(1, name), ...bytes(2, bytes(1, [...integer(1, elementTypes.indexOf(type)), ...shape ? bytes(2, shape.flatMap(d => bytes(1, integer(1, d)))) : []]))]
const tensor = (name: string, t: Tensor): number[] => [...t.shape.flatMap(d => integer(1, d)), ...integer(2, elementTypes.indexOf(t.type)), ...string(8, name), ...bytes(9, new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength))]

const outside = (name: string, t: { readonly type: ElementType; readonly shape: readonly number[]; readonly location: string }): number[] =>
  [...t.shape.flatMap(d => integer(1, d)), ...integer(2, elementTypes.indexOf(t.type)), ...string(8, name), ...bytes(13, [...string(1, 'location'), ...string(2, t.location)]), ...integer(14, 1)]

/** An ONNX file, for tests; outputs of any shape, inputs too where none is told. */
export function encodeModel(m: TestModel): Uint8Array {
  const graph = [
    ...m.nodes.flatMap(n => bytes(1, node(n))), ...string(2, 'test'), ...Object.entries(m.weights ?? {}).flatMap(([k, t]) => bytes(5, tensor(k, t))), ...Object.entries(m.external ?? {}).flatMap(([k, t]) => bytes(5, outside(k, t))),
    ...Object.entries(m.inputs).flatMap(([k, t]) => bytes(11, typeof t === 'string' ? port(k, t) : port(k, t.type, t.shape))), ...Object.entries(m.outputs).flatMap(([k, t]) => bytes(12, port(k, t))),
  ]
  const opset = (domain: string, version: number): number[] => bytes(8, [...string(1, domain), ...integer(2, version)])
  return Uint8Array.from([...integer(1, 8), ...bytes(7, graph), ...opset('', m.opset ?? 17), ...opset('com.microsoft', 1)])
}
