import { type Cut, type Rest } from '../passes/specialise.js'
import { isKnown, type Draft, type Step } from '../passes/draft.js'
import { constantBytes, prepare, type Manner, type Prepared, type Wanted } from '../passes/prepare.js'
import { streamBudget, streamed } from '../passes/streaming.js'
import { type StreamOption } from '../limits.js'
import { place, type Placement } from '../passes/place.js'
import { whenThere } from '../graph/weight.js'
import { arrayOf, bytesOf, size, type Fact, type Tensor } from '../graph/value.js'
import { EngineError, Trap } from '../errors.js'
import { nodeTitle } from '../graph/graph.js'
import { type Item, type Launch } from '../ops/op.js'
import { launchesOf, runsOnTape, writeTape } from './emit.js'
import { watched } from './guards.js'
import { write, type Constants } from './constants.js'
import { mega, type Memory } from './memory.js'
import { type Pool, type Tape } from './pool.js'
import { type Arena } from './arena.js'
import { type Aside } from './aside.js'
import { Segment, type Stream, room as roomOf } from './stream.js'
import { guardedRun } from '../graph/refusal.js'
import { clocked, timed, type Watch } from './profile.js'

/** What plans of one session share. */
export interface Workshop {
  readonly memory: Memory
  readonly pool: Pool
  /** A pool that runs on the calling thread, for measurements. */
  inline(): Pool
  readonly aside: Aside
  readonly kernels: ReadonlyMap<string, number>
  readonly constants: Constants
  readonly manner: Manner
  readonly stream: StreamOption
}

/** A tape with the step of each launch (in debug mode all of one step), or a step that JavaScript does. */
type Part = { readonly tape: Tape; readonly steps: readonly Step[]; readonly segment?: Segment | undefined } | { readonly tape?: undefined; readonly segment?: undefined; readonly steps: readonly [Step] }

/** What is run for one set of shapes: tapes, with the steps between them that JavaScript does, up to the end or to where data decides how to go on. */
export class Plan {
  private parts: readonly Part[] = []
  private readonly owned: number[] = []
  private base = -1
  private constructor(
    private readonly shop: Workshop, readonly draft: Draft, readonly placement: Placement, readonly cut: Cut | undefined,
    /** How many steps each pass left, in the order of the passes. */
    readonly stages: readonly (readonly [pass: string, steps: number])[],
    private readonly stream: Stream | undefined,
    /** Values that have places of their own, outside the arena. */
    private readonly places: ReadonlyMap<string, number> = new Map(),
  ) {}

  /** `held`: bytes of the arena as it is, which a run may use. */
  static async make(shop: Workshop, rest: Rest, live: ReadonlyMap<string, Fact>, held: number): Promise<Plan> {
    const { memory, constants: has } = shop, missing = (p: Prepared): Wanted[] => p.constants.filter(c => !has.has(c.key)), run = (p: Prepared): number => Math.max(0, p.placement.bytes - held)
    let prepared = prepare(rest, live, shop.manner, streamBudget(shop.stream))
    const room = memory.maximum - memory.bytes - run(prepared)
    if (!shop.stream && constantBytes(missing(prepared)) > room) prepared = prepare(rest, live, shop.manner, { total: room })
    const { draft, placement, constants, cut, stages } = prepared, { keys, half } = streamed(constants, shop.stream)
    checkRoom(memory, constantBytes(missing(prepared).filter(c => !keys.has(c.key))) + 2 * half, run(prepared))
    await has.bring(constants, placement.bytes, keys)
    const stream = half ? await has.stream(half) : undefined
    return new Plan(shop, draft, placement, cut, stages, stream)
  }

  /** Whether weights come from disk while it runs: no part of it can be run alone. */
  get streams(): boolean { return this.stream !== undefined }

  /** Some of the steps as a plan. */
  part(steps: readonly Step[], inputs: readonly string[], outputs: readonly string[], places?: ReadonlyMap<string, number>): Plan {
    const draft = { ...this.draft, steps, inputs, outputs }
    return new Plan(this.shop, draft, place(draft), this.cut, this.stages, undefined, places)
  }

  get facts(): ReadonlyMap<string, Fact> { return this.draft.facts }

  /** Runs on values that fit the facts the plan was made for; gives the values that are wanted afterwards. */
  async run(values: ReadonlyMap<string, Item>, arena: Arena, signal?: AbortSignal, watch?: Watch): Promise<Map<string, Item>> {
    const { memory, pool } = this.shop
    const base = arena.reserve(this.placement.bytes)
    if (base !== this.base) this.bind(base)
    for (const v of this.draft.inputs) { const at = this.placement.offsets.get(v); if (at !== undefined) write(memory, base + at, values.get(v) as Tensor) }
    const segments = this.parts.flatMap(p => p.segment ?? [])
    let next = 0
    for (const part of this.parts) {
      const { steps } = part
      if (part.segment) {
        await this.stream!.ready(part.segment)
        const after = segments[++next]
        // A clock is to see what the step takes alone.
        if (after && !watch) this.stream!.prefetch(after)
      }
      const compute = (): Promise<void> => this.compute(steps[0]!, signal)
      const does = (): Promise<void> => part.tape
        ? (watch ? timed(part.tape, steps, watch, signal) : pool.run(part.tape, signal)).catch((e: unknown) => this.explain(e, steps, signal))
        : watch ? clocked(steps[0]!, watch, compute) : compute()
      await (memory.debug && steps[0] ? watched(memory, this, steps[0], base, does) : does())
    }
    return new Map(this.draft.outputs.map(v => [v, this.result(v, values)]))
  }

  onTape(s: Step): boolean { return runsOnTape(s, this.facts) }

  /** Launches with their addresses, for an arena at `base`. */
  launches(s: Step, i: number, base: number): readonly Launch[] {
    return launchesOf(s, this.facts, v => this.address(v, base), base + this.placement.scratch[i]!)
  }

  /** Writes the tapes for an arena at `base`. */
  private bind(base: number): void {
    this.release()
    const parts: Part[] = []
    let pending: Launch[] = [], steps: Step[] = [], segments = 0
    this.segment = undefined
    const flush = (): void => {
      if (!pending.length) return
      const tape = writeTape(this.shop.memory, this.shop.kernels, pending, this.shop.pool.threads)
      this.owned.push(tape.at)
      parts.push({ tape, steps, segment: this.segment })
      pending = []
      steps = []
    }
    this.draft.steps.forEach((s, i) => {
      if (s.op.view) return
      if (this.onTape(s)) {
        const coming = this.coming(s)
        if (coming.length) {
          if (!this.segment || this.segment.bytes + coming.reduce((a, w) => a + roomOf(w), 0) > this.stream!.half) {
            flush()
            this.segment = new Segment((segments++ & 1) as 0 | 1)
          }
          for (const w of coming) this.segment.add(w)
        }
        const launches = this.launches(s, i, base)
        for (const l of launches) { pending.push(l); steps.push(s) }
        if (this.shop.memory.debug) flush()
        return
      }
      flush()
      parts.push({ steps: [s] })
    })
    flush()
    this.parts = parts
    this.base = base
  }

  /** The segment that steps are being added to. */
  private segment: Segment | undefined
  /** Weights of a step that have to come to memory for it. */
  private coming(s: Step): Wanted[] {
    if (!this.stream) return []
    return [...new Set(s.inputs.map(v => v ? this.facts.get(v)?.constant : undefined))].flatMap(key => key === undefined || this.segment?.places.has(key) ? [] : this.shop.constants.passing(key) ?? [])
  }

  private address(v: string, base: number): number {
    const offset = this.placement.offsets.get(v)
    if (offset !== undefined) return base + offset
    const own = this.places.get(v)
    if (own !== undefined) return own
    const f = this.facts.get(v)!
    if (f.constant && this.shop.constants.passing(f.constant)) return this.segment ? this.stream!.address(this.segment, f.constant) : 0
    if (f.constant) return this.shop.constants.place(f)
    // Known for these shapes only: kept with the plan.
    const at = this.shop.memory.allocate(Math.max(bytesOf(f), 1), 'A plan')
    this.owned.push(at)
    write(this.shop.memory, at, f.value!)
    return at
  }

  /** What made a kernel trap is in the data (an index out of range): the operator in JavaScript, which looks at all of it, says what it was. */
  private async explain(e: unknown, steps: readonly Step[], signal: AbortSignal | undefined): Promise<never> {
    const step = e instanceof Trap ? steps[e.launch] : undefined
    if (step?.op.compute) await this.compute(step, signal)
    throw step ? new EngineError('FAILED', `${nodeTitle(step.node)}: ${(e as Trap).message}`, { cause: e }) : e
  }

  private async compute(s: Step, signal: AbortSignal | undefined): Promise<void> {
    // Where nothing comes out, other dimensions may be of any size.
    if (s.outputs.every(v => size(this.facts.get(v)!.shape) === 0)) return
    const inputs = await whenThere(() => s.inputs.map(v => v ? this.view(v) : undefined))
    const host = { outputs: s.outputs, opset: s.node.opset, run: () => { throw new Error('A node with a body is never planned.') } }
    const bytes = [...s.inputs, ...s.outputs].reduce((a, v) => a + (v ? bytesOf(this.facts.get(v)!) : 0), 0)
    const made = await guardedRun(s.node, inputs, () => this.shop.aside.compute(s.op, inputs, s.attrs, host, bytes, signal))
    s.outputs.forEach((v, i) => { const t = made[i] as Tensor | undefined; if (!t) return; this.fits(s, v, t); write(this.shop.memory, this.base + this.placement.offsets.get(v)!, t) })
  }

  /** What JavaScript made takes the room that was planned, or something about the inputs was not what it seemed. */
  private fits(s: Step, v: string, t: Tensor): void {
    const f = this.facts.get(v)!
    if (t.type !== f.type || size(t.shape) !== size(f.shape) || t.data.length !== size(f.shape) || t.data.byteLength > bytesOf(f)) throw new EngineError('INVALID_MODEL', `${nodeTitle(s.node)} gives ${t.type} [${t.shape}] where ${f.type} [${f.shape}] is due: its inputs do not fit each other.`)
  }

  private view(v: string): Tensor {
    const f = this.facts.get(v)!, offset = this.placement.offsets.get(v)
    const at = offset === undefined ? this.places.get(v) : this.base + offset
    return at === undefined ? f.value! : { type: f.type, shape: f.shape, data: new (arrayOf(f.type))(this.shop.memory.buffer, at, size(f.shape)) }
  }

  private result(v: string, values: ReadonlyMap<string, Item>): Item {
    const f = this.facts.get(v)!
    if (!this.placement.offsets.has(v)) return isKnown(f) ? { type: f.value!.type, shape: f.value!.shape, data: f.value!.data.slice() } : values.get(v)!
    const t = this.view(v), data = new (arrayOf(f.type))(t.data.length)
    data.set(t.data as never)
    return { ...t, data }
  }

  release(): void {
    for (const at of this.owned.splice(0)) this.shop.memory.release(at)
    this.base = -1
  }
}

/** Refuses before anything is read what cannot fit. */
function checkRoom(memory: Memory, weights: number, run: number): void {
  if (memory.bytes + weights + run <= memory.maximum) return
  throw new EngineError('OUT_OF_MEMORY', `The model needs ${mega(weights + run)} more (${mega(weights)} for weights, ${mega(run)} for a run), but ${mega(memory.bytes)} of at most ${mega(memory.maximum)} are in use.`)
}
