import { EngineError } from '../errors.js'
import { attributesOf } from '../graph/attributes.js'
import { captures, needsOf } from '../graph/check.js'
import { isGraph, nodeTitle, type Graph, type Node } from '../graph/graph.js'
import { opNamed } from '../graph/registry.js'
import { type Fact, type Tensor } from '../graph/value.js'
import { whenThere } from '../graph/weight.js'
import { weightFacts, type Rest } from '../passes/specialise.js'
import { type Item } from '../ops/op.js'
import { Arena } from './arena.js'
import { mega } from './memory.js'
import { guardedRun } from '../graph/refusal.js'
import { breathe } from './pool.js'
import { Plan, type Workshop } from './plan.js'
import { type Watch } from './profile.js'
import { Remembered } from './remembered.js'

const plansKept = 8

/** What a program may use that outlives it: arenas by depth of nesting, and the programs of bodies. */
export interface Site { readonly shop: Workshop; readonly arenas: Arena[]; readonly bodies: Map<Graph, Program> }

interface Planned { readonly plan: Plan; readonly runs: Remembered; readonly next: Stage | undefined }

/** A stretch of a graph that begins where all its inputs are there, with the plans made for it so far. */
interface Stage { readonly rest: Rest; readonly plans: Map<string, Planned>; readonly byValue: ReadonlySet<string> }

/** A graph that can be run: it is planned for the shapes it meets, stage by stage, and the plans are kept. */
export class Program {
  private readonly first: Stage
  constructor(private readonly site: Site, readonly graph: Graph, private readonly depth = 0) {
    const known = weightFacts(graph.weights)
    // A weight that is an input as well is a default that the caller may replace.
    this.first = stage({ nodes: graph.nodes, outputs: graph.outputs.map(p => p.name), known }, [])
    this.strings = new Map([...graph.weights].flatMap(([name, w]) => w.strings ? [[name, { type: 'string', shape: w.shape, data: w.strings } as Item] as const] : []))
  }
  private readonly strings: ReadonlyMap<string, Item>

  async run(inputs: ReadonlyMap<string, Item>, signal?: AbortSignal, watch?: Watch): Promise<Map<string, Item>> {
    let live = new Map([...this.strings, ...inputs]), at: Stage | undefined = this.first
    const arena = this.site.arenas[this.depth] ??= new Arena(this.site.shop.memory)
    for (;;) {
      const { plan, runs, next }: Planned = await this.planFor(at, live)
      const made = await (watch || this.depth ? plan.run(live, arena, signal, watch) : runs.run(live, arena, signal))
      const after = new Map([...live, ...made])
      if (!plan.cut) return new Map(this.graph.outputs.map(p => [p.name, after.get(p.name)!]))
      const { node } = plan.cut
      const blind = node ? undefined : plan.cut.values.find(v => at!.byValue.has(v))
      if (blind !== undefined) throw new EngineError('INVALID_MODEL', `The value "${blind}" decides about shapes, but is no tensor.`)
      if (node) {
        if (signal?.aborted) throw new EngineError('ABORTED', 'The run was aborted.')
        const items = await whenThere(() => this.host(node, v => after.get(v) ?? plan.facts.get(v)?.value, signal))
        node.outputs.forEach((v, i) => { if (v && items[i]) after.set(v, items[i]) })
      }
      const wanted = new Set([...next!.rest.outputs, ...next!.rest.nodes.flatMap(needsOf)])
      live = new Map([...after].filter(([v]) => wanted.has(v) && !next!.rest.known.has(v)))
      at = next!
    }
  }

  /** The plan for these inputs, made now if it is not there; also what follows it. */
  async planFor(at: Stage, live: ReadonlyMap<string, Item>): Promise<Planned> {
    const facts = new Map<string, Fact>()
    for (const [v, item] of live) facts.set(v, factOf(item, at.byValue.has(v)))
    const key = [...live].map(([v, item]) => keyOf(v, item, at.byValue.has(v))).join(';')
    let found = at.plans.get(key)
    if (!found) {
      const held = this.site.arenas[this.depth]?.size ?? 0
      const plan = await whenThere(() => Plan.make(this.site.shop, at.rest, facts, held)).catch((e: unknown) => { throw e instanceof EngineError ? e : new EngineError('INVALID_MODEL', `The model cannot be run on these shapes: ${e instanceof Error ? e.message : String(e)}`, { cause: e }) })
      found = { plan, runs: new Remembered(this.site.shop.memory, plan), next: plan.cut && stage(plan.cut.rest, plan.cut.values) }
    }
    at.plans.delete(key)
    at.plans.set(key, found)
    for (const [k, old] of at.plans) { if (at.plans.size <= plansKept) break; at.plans.delete(k); release(old) }
    return found
  }

  planOf(live: ReadonlyMap<string, Item>): Promise<{ plan: Plan }> { return this.planFor(this.first, live) }

  private bodyRuns = 0
  private async host(node: Node, value: (v: string) => Item | undefined, signal?: AbortSignal): Promise<readonly Item[]> {
    const op = opNamed(node.op, node.domain, node.opset)
    const inputs = node.inputs.map(v => v ? value(v) : undefined)
    const run = async (body: string, given: readonly Item[]): Promise<readonly Item[]> => {
      const g = node.attributes.get(body)
      if (!isGraph(g)) throw new EngineError('INVALID_MODEL', `${nodeTitle(node)} has no graph "${body}".`)
      let program = this.site.bodies.get(g)
      if (!program) this.site.bodies.set(g, program = new Program(this.site, g, this.depth + 1))
      const feeds = new Map<string, Item>()
      for (const v of captures(g)) { const item = value(v); if (item) feeds.set(v, item) }
      g.inputs.forEach((p, i) => { if (given[i]) feeds.set(p.name, given[i]) })
      // A loop may run for long without ever leaving JavaScript: others have their turn, and an abort is heard.
      if (++this.bodyRuns % 64 === 0) await breathe()
      if (signal?.aborted) throw new EngineError('ABORTED', 'The run was aborted.')
      const out = await program.run(feeds, signal)
      return g.outputs.map(p => out.get(p.name)!)
    }
    if (!op.compute) {
      throw new EngineError('UNSUPPORTED', `${nodeTitle(node)} has no implementation for ${inputs.map(i => i ? `${i.type}${'shape' in i ? ` [${i.shape}]` : ''}` : 'nothing').join(', ')}.`)
    }
    const made = await guardedRun(node, inputs, async () => {
      const attrs = attributesOf(op, node), host = { outputs: node.outputs, opset: node.opset, run }
      // Bodies are run from here, and let others have their turn as they go.
      return [...node.attributes.values()].some(isGraph) ? op.compute!(inputs, attrs as never, host) : this.site.shop.aside.compute(op, inputs, attrs, host, inputs.reduce((a, item) => a + weigh(item), 0), signal)
    })
    const bytes = made.reduce((a, item) => a + weigh(item), 0), { maximum } = this.site.shop.memory
    if (bytes > maximum) throw new EngineError('OUT_OF_MEMORY', `${nodeTitle(node)} gives ${mega(bytes)}, more than the ${mega(maximum)} that the engine may use.`)
    return made
  }

  close(): void { for (const p of this.first.plans.values()) release(p) }
}

/** Bytes that an item holds. */
const weigh = (item: Item | undefined): number => !item || item.type === 'nothing' ? 0 : item.type === 'sequence' ? item.items.reduce((a, i) => a + weigh(i), 0) : item.type === 'string' ? 8 * item.data.length : item.data.byteLength

const stage = (rest: Rest, byValue: readonly string[]): Stage => ({ rest, plans: new Map(), byValue: new Set(byValue) })

function release(p: Planned): void {
  p.runs.release()
  if (p.next) for (const q of p.next.plans.values()) release(q)
}

const factOf = (item: Item, byValue: boolean): Fact =>
  'shape' in item && item.type !== 'string' ? { type: item.type, shape: item.shape, ...byValue && { value: item as Tensor } } : { type: item.type as Fact['type'], shape: 'shape' in item ? item.shape : [] }

const keyOf = (v: string, item: Item, byValue: boolean): string =>
  `${v}:${item.type}${'shape' in item ? `[${item.shape}]` : ''}${byValue && 'data' in item ? `=${Array.from(item.data as ArrayLike<unknown>).join()}` : ''}`
