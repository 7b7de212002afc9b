import { attributesOf } from '../graph/attributes.js'
import { needsOf } from '../graph/check.js'
import { isGraph, type Graph, type Node } from '../graph/graph.js'
import { opNamed } from '../graph/registry.js'
import { guarded } from '../graph/refusal.js'
import { renameGraph } from '../graph/rename.js'
import { type Fact } from '../graph/value.js'
import { tensorOf, type Weight } from '../graph/weight.js'
import { Builder, isKnown, type Draft } from './draft.js'

/** Nodes still to be run, and what is known before them. */
export interface Rest {
  readonly nodes: readonly Node[]
  readonly outputs: readonly string[]
  readonly known: ReadonlyMap<string, Fact>
}

/** Why a draft ends before the graph does: a node's shapes depend on data, so it is run alone (`node`), or on the values named, which must be looked at first. */
export interface Cut { readonly node?: Node; readonly values: readonly string[]; readonly rest: Rest }

let graphs = 0
/** Facts of a graph's weights. Their values are read when somebody asks. */
export function weightFacts(weights: ReadonlyMap<string, Weight>): Map<string, Fact> {
  const id = ++graphs
  return new Map([...weights].map(([name, w]) => [name, w.strings ? { type: w.type, shape: w.shape } : weightFact(w, `g${id}:${name}`)]))
}
function weightFact(w: Weight, constant: string): Fact {
  return { type: w.type, shape: w.shape, constant, source: w, get value() { return tensorOf(w) } }
}

/**
 * Walks the nodes with everything that is known: shapes are inferred, what has only known inputs is computed (shape arithmetic above all),
 * constant branches are taken, and what is left is a draft without open questions, up to the first node that needs data to go on.
 */
export function specialise(rest: Rest, live: ReadonlyMap<string, Fact>): { draft: Draft; cut?: Cut } {
  const facts = new Map([...rest.known, ...live]), build = new Builder(facts)
  const queue = [...rest.nodes].reverse()
  let branches = 0
  const done = (at: Node | undefined, values: readonly string[] = []): { draft: Draft; cut?: Cut } => {
    const left = queue.reverse()
    const cut = at && { ...values.length ? { rest: { nodes: [at, ...left], outputs: rest.outputs, known: knownOf(facts) } } : { node: at, rest: { nodes: left, outputs: rest.outputs, known: knownOf(facts) } }, values }
    const wanted = new Set(cut ? [...rest.outputs, ...needsOf(at!), ...left.flatMap(needsOf)] : rest.outputs)
    return { draft: { inputs: [...live.keys()], outputs: [...wanted].filter(v => facts.has(v) && !(cut && isKnown(facts.get(v)))), facts, steps: build.steps }, ...cut && { cut } }
  }
  for (let node = queue.pop(); node; node = queue.pop()) {
    const op = opNamed(node.op, node.domain, node.opset)
    const inputs = node.inputs.map(v => v ? facts.get(v) : undefined)
    if (node.op === 'If' && isKnown(inputs[0])) {
      const branch = node.attributes.get(inputs[0]!.value!.data[0] ? 'then_branch' : 'else_branch')
      if (isGraph(branch)) { for (const n of take(node, branch, `${node.name || node.outputs[0]}/${++branches}/`, facts).reverse()) queue.push(n); continue }
    }
    if (!op.infer && build.fold(op, node.inputs, attributesOf(op, node), node)) continue
    if ((!op.infer && !op.means) || node.inputs.some((v, i) => v && !inputs[i]) || inputs.some(f => f && !isTensor(f))) return done(node)
    const attrs = attributesOf(op, node)
    const unknown = (op.values ?? []).filter(i => inputs[i] && !isKnown(inputs[i]))
    if (unknown.length) return done(node, unknown.map(i => node!.inputs[i]!))
    if (op.infer) build.add(op, node.inputs, attrs, node, node.outputs)
    else {
      const n = node, terms = guarded(n, inputs, () => op.means!(n.inputs.map((v, i) => v ? { input: i } : undefined), attrs as never, inputs, n.opset, n.outputs.length)), cache = new Map()
      if (!terms) return done(node)
      terms.forEach((t, i) => { const to = node!.outputs[i]; if (to) rename(facts, build, build.term(t, node!.inputs, node!, to, cache), to, node!) })
    }
  }
  return done(undefined)
}

/** Where a term is no more than an input or a constant, its value gets the output's name by a copy. */
function rename(facts: Map<string, Fact>, build: Builder, from: string, to: string, node: Node): void {
  if (from === to) return
  if (isKnown(facts.get(from))) build.settle(to, facts.get(from)!, node)
  else build.add(opNamed('Identity'), [from], {}, node, [to])
}

const isTensor = (f: Fact): boolean => f.type !== 'string' && (f.type as string) !== 'sequence' && (f.type as string) !== 'nothing'

const knownOf = (facts: ReadonlyMap<string, Fact>): ReadonlyMap<string, Fact> => new Map([...facts].filter(([, f]) => isKnown(f)))

/** The nodes of a branch that is certainly taken, under names of their own. */
function take(node: Node, branch: Graph, prefix: string, facts: Map<string, Fact>): Node[] {
  const own = new Set([...branch.nodes.flatMap(n => n.outputs), ...branch.weights.keys()])
  const g = renameGraph(branch, v => own.has(v) && v ? prefix + v : v)
  for (const [name, f] of weightFacts(g.weights)) facts.set(name, f)
  return [...g.nodes, ...node.outputs.flatMap((to, i) => to ? [{ name: '', op: 'Identity', domain: '', opset: 13, inputs: [g.outputs[i]!.name], outputs: [to], attributes: new Map() }] : [])]
}
