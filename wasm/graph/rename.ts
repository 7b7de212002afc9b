import { isGraph, type Attribute, type Graph, type Node } from './graph.js'

/** The node with every name passed through `rename`, in subgraphs too; `attribute` may replace or drop attributes. */
export function renameNode(n: Node, rename: (v: string) => string, attribute: (a: Attribute) => Attribute | undefined = a => a): Node {
  const attributes = new Map<string, Attribute>()
  for (const [k, a] of n.attributes) {
    const v = isGraph(a) ? renameGraph(a, rename, attribute) : attribute(a)
    if (v !== undefined) attributes.set(k, v)
  }
  return { ...n, inputs: n.inputs.map(rename), outputs: n.outputs.map(rename), attributes }
}

export const renameGraph = (g: Graph, rename: (v: string) => string, attribute?: (a: Attribute) => Attribute | undefined): Graph => ({
  ...g,
  nodes: g.nodes.map(n => renameNode(n, rename, attribute)),
  inputs: g.inputs.map(p => ({ ...p, name: rename(p.name) })),
  outputs: g.outputs.map(p => ({ ...p, name: rename(p.name) })),
  weights: new Map([...g.weights].map(([k, w]) => [rename(k), w])),
})
