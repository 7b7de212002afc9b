import { EngineError, invalidInput } from './errors.js'
import { type Graph, type Port } from './graph/graph.js'
import { size, arrayOf } from './graph/value.js'
import { type Item } from './ops/op.js'
import { type Arena } from './tape/arena.js'
import { type Workshop } from './tape/plan.js'
import { profileOf, type Timed } from './tape/profile.js'
import { Program } from './tape/program.js'

/** A loaded model. Runs of one session follow each other; sessions of one engine take turns. */
export class Session {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  private readonly program: Program
  private readonly arenas: Arena[] = []
  private readonly bodies = new Map<Graph, Program>()
  private last: Promise<unknown> = Promise.resolve()
  private closed = false

  constructor(private readonly shop: Workshop, graph: Graph, private readonly gone: () => void) {
    this.inputs = graph.inputs.filter(p => !graph.weights.has(p.name))
    this.outputs = graph.outputs
    this.defaults = new Set(graph.inputs.filter(p => graph.weights.has(p.name)).map(p => p.name))
    this.program = new Program({ shop, arenas: this.arenas, bodies: this.bodies }, graph)
  }
  private readonly defaults: ReadonlySet<string>

  /** Computes all outputs. Throws EngineError on feeds that do not fit (INVALID_INPUT), when aborted (ABORTED), or out of memory. */
  run(feeds: Readonly<Record<string, Item>>, options: { readonly signal?: AbortSignal } = {}): Promise<Readonly<Record<string, Item>>> {
    const turn = this.last.then(async () => {
      if (this.closed) throw new EngineError('FAILED', 'The session is closed.')
      if (options.signal?.aborted) throw new EngineError('ABORTED', 'The run was aborted.')
      return Object.fromEntries(await this.program.run(this.check(feeds), options.signal))
    })
    this.last = turn.catch(() => undefined)
    return turn
  }

  /** Plans for feeds of these shapes and brings the weights to memory, so that the first run need not. Throws EngineError as `run` does. */
  prepare(shapes: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const turn = this.last.then(async () => {
      if (this.closed) throw new EngineError('FAILED', 'The session is closed.')
      const live = new Map(this.inputs.flatMap(p => {
        const shape = shapes[p.name] ?? p.shape
        if (p.type === 'sequence' || p.type === 'optional' || !shape || shape.some(d => typeof d !== 'number')) throw invalidInput(`The shape of the input "${p.name}" is needed.`)
        return [[p.name, { type: p.type, shape: shape as readonly number[], data: new Float32Array(0) } as Item] as const]
      }))
      await this.program.planOf(live)
    })
    this.last = turn.catch(() => undefined)
    return turn
  }

  /** What is run for feeds of these shapes, as text: steps, fusions, memory, tape. */
  async describePlan(feeds: Readonly<Record<string, Item>>): Promise<string> {
    const { plan } = await this.program.planOf(this.check(feeds))
    const { describe } = await import('./tape/describe.js')
    return describe(plan)
  }

  /** What each launch takes on one thread by a clock of milliseconds, the least of a few runs; up to where data decides how to go on. */
  async profile(feeds: Readonly<Record<string, Item>>, times = 5, now = () => performance.now()): Promise<readonly Timed[]> {
    const live = this.check(feeds), { plan } = await this.program.planOf(live)
    return profileOf(plan, this.shop.inline(), times, now, watch => this.program.run(live, undefined, watch))
  }

  private check(feeds: Readonly<Record<string, Item>>): Map<string, Item> {
    const out = new Map<string, Item>()
    for (const name of Object.keys(feeds)) if (!this.inputs.some(p => p.name === name) && !this.defaults.has(name)) throw invalidInput(`There is no input "${name}"; there are ${this.inputs.map(p => `"${p.name}"`).join(', ')}.`)
    for (const p of this.inputs) {
      const item = feeds[p.name]
      if (!item) {
        if (p.type === 'optional') { out.set(p.name, { type: 'nothing' }); continue }
        throw invalidInput(`The input "${p.name}" (${p.type}${p.shape ? ` [${p.shape}]` : ''}) is missing.`)
      }
      checkItem(p, item)
      out.set(p.name, item)
    }
    for (const name of this.defaults) if (feeds[name]) out.set(name, feeds[name])
    return out
  }

  /** Gives back its memory. A run in progress ends first. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.last
    this.program.close()
    for (const p of this.bodies.values()) p.close()
    for (const a of this.arenas) a?.close()
    await this.shop.constants.close()
    this.gone()
  }
}

function checkItem(p: Port, item: Item): void {
  if (item.type === 'sequence' || item.type === 'nothing' || p.type === 'sequence' || p.type === 'optional') return
  if (item.type !== p.type) throw invalidInput(`The input "${p.name}" is ${p.type}, not ${item.type}.`)
  if (!Array.isArray(item.shape) || item.shape.some(d => !Number.isSafeInteger(d) || d < 0)) throw invalidInput(`The shape of input "${p.name}" is not a list of whole numbers: [${String(item.shape)}].`)
  if (item.data.length !== size(item.shape)) throw invalidInput(`The input "${p.name}" of shape [${item.shape}] needs ${size(item.shape)} values, but ${item.data.length} were given.`)
  if (item.type !== 'string' && !(item.data instanceof arrayOf(item.type))) throw invalidInput(`The data of input "${p.name}" must be a ${arrayOf(item.type).name} for ${item.type}.`)
  if (!p.shape) return
  const want = p.shape.map(d => d === '' ? '?' : d).join(', ')
  if (item.shape.length !== p.shape.length) throw invalidInput(`The input "${p.name}" has the shape [${want}], not [${item.shape}].`)
  // A name says nothing of the size: exporters give one name to axes that differ, such as a batch and the frames of a batch.
  if (p.shape.some((d, i) => typeof d === 'number' && d !== item.shape[i])) throw invalidInput(`The input "${p.name}" has the shape [${want}], not [${item.shape}].`)
}
