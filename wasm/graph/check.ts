import { invalidModel } from '../errors.js'
import { isGraph, nodeTitle, type Graph, type Node } from './graph.js'

/** The graph with its nodes in an order in which every value is made before it is read. Throws where a value is made twice, never, or needs itself. */
export function checkGraph(graph: Graph, outer: ReadonlySet<string> = new Set()): Graph {
  const known = new Set([...outer, '', ...graph.inputs.map(p => p.name), ...graph.weights.keys()])
  const maker = new Map<string, Node>()
  for (const n of graph.nodes) for (const o of n.outputs) {
    if (!o) continue
    if (maker.has(o) || graph.weights.has(o) || graph.inputs.some(p => p.name === o)) throw invalidModel(`The value "${o}" is made twice, the second time by ${nodeTitle(n)}.`)
    maker.set(o, n)
  }
  const order: Node[] = [], state = new Map<Node, 'open' | 'done'>()
  for (const root of graph.nodes) {
    if (state.has(root)) continue
    // Depth first with a stack of its own: a chain may be longer than the call stack is deep.
    const stack: { node: Node; needs: string[]; next: number }[] = [{ node: root, needs: needsOf(root), next: 0 }]
    state.set(root, 'open')
    while (stack.length) {
      const top = stack[stack.length - 1]!
      const name = top.needs[top.next++]
      if (name === undefined) { state.set(top.node, 'done'); order.push(top.node); stack.pop(); continue }
      const from = maker.get(name)
      if (!from) {
        if (!known.has(name)) throw invalidModel(`${nodeTitle(top.node)} reads "${name}", which nothing makes.`)
        continue
      }
      const seen = state.get(from)
      if (seen === 'open') throw invalidModel(`${nodeTitle(from)} needs its own result: the graph has a cycle.`)
      if (!seen) { state.set(from, 'open'); stack.push({ node: from, needs: needsOf(from), next: 0 }) }
    }
  }
  for (const p of graph.outputs) if (!known.has(p.name) && !maker.has(p.name)) throw invalidModel(`The output "${p.name}" is made by no node.`)
  const visible = new Set([...known, ...maker.keys()])
  return { ...graph, nodes: order.map(n => [...n.attributes.values()].some(isGraph) ? { ...n, attributes: new Map([...n.attributes].map(([k, a]) => [k, isGraph(a) ? checkGraph(a, visible) : a] as const)) } : n) }
}

/** Values that a node reads: its inputs, and what its subgraphs take from outside. */
export function needsOf(n: Node): string[] {
  return [...n.inputs, ...[...n.attributes.values()].filter(isGraph).flatMap(captures)]
}

/** Values that a subgraph reads from the graph around it. */
export function captures(g: Graph): string[] {
  const own = new Set(['', ...g.inputs.map(p => p.name), ...g.weights.keys(), ...g.nodes.flatMap(n => n.outputs)])
  return [...new Set([...g.nodes.flatMap(needsOf), ...g.outputs.map(p => p.name)].filter(v => !own.has(v)))]
}
