import all from '../ops/_registry.js'
import { type Op } from '../ops/op.js'
import { isGraph, type Graph, type Node } from './graph.js'
import { EngineError } from '../errors.js'

const byName = new Map<string, Op[]>()
for (const o of all) {
  const id = `${o.domain ?? ''}:${o.name}`
  byName.set(id, [...byName.get(id) ?? [], o].sort((a, b) => b.since - a.since))
}

/** The meaning of an operator name at an opset, if this engine has it. */
export const findOp = (domain: string, name: string, opset: number): Op | undefined => byName.get(`${domain}:${name}`)?.find(o => o.since <= opset)

/** An operator that a pass or another operator asks for by name, in its newest meaning not after `opset`. */
export function opNamed(name: string, domain = '', opset = Infinity): Op {
  const found = findOp(domain, name, opset)
  if (!found) throw new EngineError('UNSUPPORTED', `This engine has no operator ${domain ? `${domain}.` : ''}${name}.`)
  return found
}

/** Operators of a graph and its subgraphs that are missing, with the nodes that need them; those that only passes make are not for files. */
export function missingOperators(graph: Graph): { readonly operator: string; readonly opset: number; readonly nodes: readonly string[] }[] {
  const missing = new Map<string, { operator: string; opset: number; nodes: string[] }>()
  const visit = (n: Node): void => {
    if (n.domain === 'noisegraph' || !findOp(n.domain, n.op, n.opset)) {
      const operator = `${n.domain ? `${n.domain}.` : ''}${n.op}`, key = `${operator} ${n.opset}`
      const entry = missing.get(key) ?? { operator, opset: n.opset, nodes: [] }
      missing.set(key, entry)
      entry.nodes.push(n.name || n.outputs[0] || '?')
    }
    for (const a of n.attributes.values()) if (isGraph(a)) a.nodes.forEach(visit)
  }
  graph.nodes.forEach(visit)
  return [...missing.values()]
}

/** Throws one error that names every node whose operator is missing. */
export function checkOperators(graph: Graph): void {
  const missing = missingOperators(graph)
  if (!missing.length) return
  const list = missing.map(({ operator, opset, nodes: at }) => `${operator} (opset ${opset}) in ${at.slice(0, 5).map(x => `"${x}"`).join(', ')}${at.length > 5 ? ` and ${at.length - 5} more nodes` : ''}`)
  throw new EngineError('UNSUPPORTED', `The model needs ${missing.length === 1 ? 'an operator' : `${missing.length} operators`} that this engine has not: ${list.join('; ')}.`)
}
