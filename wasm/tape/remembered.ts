import { bytesOf, width, type Tensor } from '../graph/value.js'
import { type Item } from '../ops/op.js'
import { type Step } from '../passes/draft.js'
import { type Arena } from './arena.js'
import { type Memory } from './memory.js'
import { type Plan } from './plan.js'

/** Inputs longer than this are not watched: nobody hands in large ones again and again. Results that are kept, for all contents together. */
const watched = 1 << 20, most = 1 << 26

/** What follows from inputs that are handed in again and again (a text in every step of a sampler, a timestep in every picture), computed once for each of their contents. */
interface Group { readonly inputs: readonly string[]; readonly plan: Plan; readonly values: readonly string[]; readonly entries: { key: readonly Uint8Array[]; values: readonly Uint8Array[] }[]; current?: readonly Uint8Array[]; misses: number }
interface Split { readonly rest: Plan; readonly groups: readonly Group[]; readonly places: ReadonlyMap<string, number>; readonly inputs: string }

/** Runs a plan, without doing again what depends only on inputs whose contents were there before. Their results have places of their own; the rest of the plan reads them there. */
export class Remembered {
  private readonly seen = new Map<string, Uint8Array[]>()
  private split: Split | undefined
  private tried = ''
  constructor(private readonly memory: Memory, private readonly plan: Plan) {}

  async run(live: ReadonlyMap<string, Item>, arena: Arena, signal?: AbortSignal): Promise<Map<string, Item>> {
    const again = this.observe(live)
    if (again && again !== this.split?.inputs && again !== this.tried) {
      this.tried = again
      const split = splitOf(this.memory, this.plan, new Set(again.split('\n')))
      if (split) { this.forget(); this.split = split }
    }
    if (!this.split) return this.plan.run(live, arena, signal)
    for (const g of this.split.groups) await this.bring(g, this.split.places, live, arena, signal)
    const made = await this.split.rest.run(live, arena, signal)
    // Contents that came back once and never again are not worth it.
    if (this.split.groups.some(g => g.misses > 64)) this.forget()
    return made
  }

  /** Names of inputs whose contents came back at some time (long ones: in the next run), if there are others as well. */
  private observe(live: ReadonlyMap<string, Item>): string | undefined {
    const again: string[] = []
    for (const [name, item] of live) {
      if (!('data' in item) || item.type === 'string' || width[item.type] === 0 || bytesOf(item) > watched) continue
      const bytes = bytesIn(item as Tensor), before = this.seen.get(name) ?? []
      this.seen.set(name, before)
      if (before === back) { again.push(name); continue }
      if (before.some(b => same(b, bytes))) { this.seen.set(name, back); again.push(name); continue }
      before.push(bytes.slice())
      if (before.length > (bytes.length > 64 ? 1 : 256)) before.shift()
    }
    return again.length && again.length < live.size ? again.join('\n') : undefined
  }

  /** Sees to it that a group's values are in their places. */
  private async bring(g: Group, places: ReadonlyMap<string, number>, live: ReadonlyMap<string, Item>, arena: Arena, signal?: AbortSignal): Promise<void> {
    const key = g.inputs.map(v => bytesIn(live.get(v) as Tensor)), fits = (k: readonly Uint8Array[]): boolean => k.every((b, i) => same(b, key[i]!))
    if (g.current && fits(g.current)) return
    let entry = g.entries.find(e => fits(e.key))
    g.misses = entry ? 0 : g.misses + 1
    if (!entry) {
      const made = await g.plan.run(live, arena, signal)
      entry = { key: key.map(k => k.slice()), values: g.values.map(v => bytesIn(made.get(v) as Tensor)) }
      const bytes = entry.values.reduce((a, v) => a + v.length, 1)
      g.entries.unshift(entry)
      g.entries.length = Math.min(g.entries.length, Math.max(1, Math.floor(most / this.split!.groups.length / bytes)), 256)
    }
    g.values.forEach((v, i) => new Uint8Array(this.memory.buffer, places.get(v)!, entry.values[i]!.length).set(entry.values[i]!))
    g.current = entry.key
  }

  private forget(): void {
    if (!this.split) return
    for (const at of this.split.places.values()) this.memory.release(at)
    for (const p of [this.split.rest, ...this.split.groups.map(g => g.plan)]) p.release()
    this.split = undefined
  }

  release(): void {
    this.forget()
    this.plan.release()
  }
}

const back: Uint8Array[] = []

/** The steps that depend on some of `inputs` and nothing else, in groups by what they depend on; the others as a plan of their own. Undefined where that is nothing, or too much. */
function splitOf(memory: Memory, plan: Plan, inputs: ReadonlySet<string>): Split | undefined {
  if (plan.streams) return undefined
  const { steps, outputs, facts } = plan.draft, needs = new Map<string, ReadonlySet<string> | undefined>()
  for (const v of plan.draft.inputs) needs.set(v, inputs.has(v) ? new Set([v]) : undefined)
  const early = new Set<Step>(), maker = new Map<string, Step>()
  for (const s of steps) {
    const own = new Set<string>()
    const free = s.inputs.every(v => { if (!v || !needs.has(v)) return true; const n = needs.get(v); n?.forEach(i => own.add(i)); return n !== undefined })
    const fits = free && own.size > 0 && !s.op.impure && !s.outputs.some(v => outputs.includes(v))
    if (fits) early.add(s)
    for (const v of s.outputs) { needs.set(v, fits ? own : undefined); maker.set(v, s) }
  }
  const late = steps.filter(s => !early.has(s)), wanted = new Set(late.flatMap(s => s.inputs).filter(v => early.has(maker.get(v)!)))
  if (![...early].some(s => !s.op.view) || wanted.size === 0 || late.some(s => s.op.view && wanted.has(s.inputs[0]!))) return undefined
  const bytes = [...wanted].reduce((a, v) => a + bytesOf(facts.get(v)!), 0)
  if (bytes > most) return undefined
  const byNeed = new Map<string, string[]>()
  for (const v of wanted) { const k = [...needs.get(v)!].sort().join('\n'); byNeed.set(k, [...byNeed.get(k) ?? [], v]) }
  const places = new Map<string, number>()
  try { for (const v of wanted) places.set(v, memory.allocate(Math.max(1, bytesOf(facts.get(v)!)), 'What is remembered')) } catch {
    for (const at of places.values()) memory.release(at)
    return undefined
  }
  const groups = [...byNeed].map(([k, values]): Group => {
    const mine = new Set<Step>(), add = (v: string): void => { const s = maker.get(v); if (s && !mine.has(s)) { mine.add(s); s.inputs.forEach(add) } }
    values.forEach(add)
    return { inputs: k.split('\n'), plan: plan.part(steps.filter(s => mine.has(s)), k.split('\n'), values), values, entries: [], misses: 0 }
  })
  const read = new Set([...late.flatMap(s => s.inputs), ...outputs])
  return { rest: plan.part(late, plan.draft.inputs.filter(v => read.has(v)), outputs, places), groups, places, inputs: [...inputs].join('\n') }
}

const bytesIn = (t: Tensor): Uint8Array => new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength)

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
