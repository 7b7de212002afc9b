import { invalidModel } from '../errors.js'
import { type Attribute, type FunctionBody, type Graph, type Model, type Node, type Port } from '../graph/graph.js'
import { type Weight } from '../graph/weight.js'
import { elementType, readTensor, type ReadExternal } from './tensor.js'
import { Wire } from './wire.js'

/** ONNX bytes -> Model, following onnx.proto. Weights stay views of `bytes`. */
export function readModel(bytes: Uint8Array, external: ReadExternal): Model {
  const m = new Wire(bytes), opsets = new Map<string, number>(), functions = new Map<string, FunctionBody>()
  let irVersion = 0, producer = '', graph: Wire | undefined
  const bodies: Wire[] = []
  while (m.next()) {
    switch (m.field) {
      case 1: irVersion = m.number(); break
      case 2: producer = m.string(); break
      case 7: graph = m.message(); break
      case 8: readOpset(m.message(), opsets); break
      case 25: bodies.push(m.message()); break
      default: m.skip()
    }
  }
  if (!graph) throw invalidModel('The file holds no graph: it is not an ONNX model.')
  if (!opsets.size) throw invalidModel('The file imports no operator set: it is not an ONNX model.')
  for (const b of bodies) readFunction(b, functions, external)
  return { irVersion, producer, opsets, graph: readGraph(graph, opsets, external), functions }
}

function readOpset(m: Wire, into: Map<string, number>): void {
  let domain = '', version = 0
  while (m.next()) { if (m.field === 1) domain = m.string(); else if (m.field === 2) version = m.number(); else m.skip() }
  into.set(domain === 'ai.onnx' ? '' : domain, version)
}

function readGraph(m: Wire, opsets: ReadonlyMap<string, number>, external: ReadExternal): Graph {
  const nodes: Node[] = [], inputs: Port[] = [], outputs: Port[] = [], weights = new Map<string, Weight>()
  let name = ''
  while (m.next()) {
    switch (m.field) {
      case 1: nodes.push(readNode(m.message(), opsets, external)); break
      case 2: name = m.string(); break
      case 5: { const w = readTensor(m.message(), external); weights.set(w.name, w); break }
      case 11: inputs.push(readPort(m.message())); break
      case 12: outputs.push(readPort(m.message())); break
      case 15: throw invalidModel('The file holds sparse weights, which this engine does not read.')
      default: m.skip()
    }
  }
  return { kind: 'graph', name, nodes, inputs, outputs, weights }
}

function readNode(m: Wire, opsets: ReadonlyMap<string, number>, external: ReadExternal): Node {
  const inputs: string[] = [], outputs: string[] = [], attributes = new Map<string, Attribute>()
  let name = '', op = '', domain = ''
  while (m.next()) {
    switch (m.field) {
      case 1: inputs.push(m.string()); break
      case 2: outputs.push(m.string()); break
      case 3: name = m.string(); break
      case 4: op = m.string(); break
      case 5: { const [k, v] = readAttribute(m.message(), opsets, external); if (v !== undefined) attributes.set(k, v); break }
      case 7: domain = m.string(); break
      default: m.skip()
    }
  }
  if (domain === 'ai.onnx') domain = ''
  return { name, op, domain, opset: opsets.get(domain) ?? 1, inputs, outputs, attributes }
}

function readAttribute(m: Wire, opsets: ReadonlyMap<string, number>, external: ReadExternal): [string, Attribute | undefined] {
  const floats: number[] = [], ints: number[] = [], strings: string[] = [], tensors: Weight[] = [], graphs: Graph[] = []
  let name = '', type = 0, f = 0, i = 0, s = '', t: Weight | undefined, g: Graph | undefined, ref = ''
  while (m.next()) {
    switch (m.field) {
      case 1: name = m.string(); break
      case 2: f = m.float(); type ||= 1; break
      case 3: i = m.number(); type ||= 2; break
      case 4: s = m.string(); type ||= 3; break
      case 5: t = readTensor(m.message(), external); type ||= 4; break
      case 6: g = readGraph(m.message(), opsets, external); type ||= 5; break
      case 7: m.floats(floats); type ||= 6; break
      case 8: m.numbers(ints); type ||= 7; break
      case 9: strings.push(m.string()); type ||= 8; break
      case 10: tensors.push(readTensor(m.message(), external)); type ||= 9; break
      case 11: graphs.push(readGraph(m.message(), opsets, external)); type ||= 10; break
      case 20: type = m.number(); break
      case 21: ref = m.string(); break
      default: m.skip()
    }
  }
  const value = [undefined, f, i, s, t, g, floats, ints, strings, tensors, graphs][type]
  return [name, ref ? { ref } : value]
}

/** ValueInfoProto. */
function readPort(m: Wire): Port {
  let name = '', type: Pick<Port, 'type' | 'shape'> = { type: 'float32' }
  while (m.next()) { if (m.field === 1) name = m.string(); else if (m.field === 2) type = readType(m.message(), name); else m.skip() }
  return { name, ...type }
}

function readType(m: Wire, where: string): Pick<Port, 'type' | 'shape'> {
  let out: Pick<Port, 'type' | 'shape'> = { type: 'float32' }
  while (m.next()) {
    if (m.field === 1) {
      const t = m.message()
      let code = 0, shape: (number | string)[] | undefined
      while (t.next()) { if (t.field === 1) code = t.number(); else if (t.field === 2) shape = readDims(t.message()); else t.skip() }
      out = { type: elementType(code, `"${where}"`), ...shape && { shape } }
    } else if (m.field === 4) { m.skip(); out = { type: 'sequence' } }
    else if (m.field === 9) { m.skip(); out = { type: 'optional' } }
    else m.skip()
  }
  return out
}

function readDims(m: Wire): (number | string)[] {
  const dims: (number | string)[] = []
  while (m.next()) {
    if (m.field !== 1) { m.skip(); continue }
    const d = m.message()
    let dim: number | string = ''
    while (d.next()) { if (d.field === 1) dim = d.number(); else if (d.field === 2) dim = d.string(); else d.skip() }
    dims.push(dim)
  }
  return dims
}

function readFunction(m: Wire, into: Map<string, FunctionBody>, external: ReadExternal): void {
  const inputs: string[] = [], outputs: string[] = [], nodes: Wire[] = [], attributes: Wire[] = [], opsets = new Map<string, number>()
  let name = '', domain = ''
  while (m.next()) {
    switch (m.field) {
      case 1: name = m.string(); break
      case 4: inputs.push(m.string()); break
      case 5: outputs.push(m.string()); break
      case 7: nodes.push(m.message()); break
      case 9: readOpset(m.message(), opsets); break
      case 10: domain = m.string(); break
      case 11: attributes.push(m.message()); break
      default: m.skip()
    }
  }
  const defaults = new Map<string, Attribute>()
  for (const a of attributes) { const [k, v] = readAttribute(a, opsets, external); if (v !== undefined) defaults.set(k, v) }
  into.set(`${domain}:${name}`, { inputs, outputs, nodes: nodes.map(n => readNode(n, opsets, external)), defaults })
}
