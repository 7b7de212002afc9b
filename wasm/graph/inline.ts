import { invalidModel } from '../errors.js'
import { isGraph, type FunctionBody, type Graph, type Model, type Node } from './graph.js'
import { renameNode } from './rename.js'

/** The graph with every call of a model-local function replaced by its body, in subgraphs too. Names inside a body become unique by a prefix. */
export function inlineFunctions(model: Model): Graph {
  let calls = 0
  const expand = (nodes: readonly Node[], within: readonly string[]): Node[] => nodes.flatMap(n => {
    const id = `${n.domain}:${n.op}`, body = model.functions.get(id)
    if (!body) return [{ ...n, attributes: new Map([...n.attributes].map(([k, v]) => [k, isGraph(v) ? { ...v, nodes: expand(v.nodes, within) } : v] as const)) }]
    if (within.includes(id)) throw invalidModel(`The function "${n.op}" calls itself (${[...within, id].join(' -> ')}).`)
    if (++calls > 100_000) throw invalidModel('The model calls more than 100,000 functions.')
    return expand(instantiate(n, body, `${n.op}#${calls}/`), [...within, id])
  })
  return { ...model.graph, nodes: expand(model.graph.nodes, []) }
}

function instantiate(caller: Node, body: FunctionBody, prefix: string): Node[] {
  const names = new Map<string, string>([['', '']])
  body.inputs.forEach((v, i) => names.set(v, caller.inputs[i] ?? ''))
  // An output that is an input as well gets the caller's name by a copy.
  const copies: Node[] = []
  body.outputs.forEach((v, i) => {
    const to = caller.outputs[i]
    if (!to) return
    if (!names.has(v)) names.set(v, to)
    else copies.push({ name: '', op: 'Identity', domain: '', opset: 13, inputs: [names.get(v)!], outputs: [to], attributes: new Map() })
  })
  const rename = (v: string): string => { if (!names.has(v)) names.set(v, prefix + v); return names.get(v)! }
  return [...body.nodes.map(n => ({ ...renameNode(n, rename, a => typeof a === 'object' && 'ref' in a ? caller.attributes.get(a.ref) ?? body.defaults.get(a.ref) : a), name: prefix + n.name })), ...copies]
}
