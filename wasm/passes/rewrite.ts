import { opNamed } from '../graph/registry.js'
import { type Fact } from '../graph/value.js'
import { Builder, type Draft, type Step } from './draft.js'
import { sweep } from './sweep.js'

/** What a rule sees of the draft around a step. */
export interface View {
  readonly facts: ReadonlyMap<string, Fact>
  /** The step that makes a value, if it is one of the named operators (`noisegraph` ones too). */
  from(v: string | undefined, ...ops: readonly string[]): Step | undefined
  /** Whether a value has this step as its only reader. */
  only(v: string): boolean
  shape(v: string | undefined): readonly number[]
  /** The value of a constant of one element. */
  scalar(v: string | undefined): number | undefined
}
/** An operator to apply; of the domain `noisegraph` where none is given. Its inputs are values, or more of the sort. */
export interface Made { readonly op: string; readonly domain?: string; readonly inputs: readonly (string | Made)[]; readonly attrs?: Readonly<Record<string, unknown>> }
/** What to put in a step's place: an operator that makes the step's output, another value that is the same, or nothing new. */
export type Rewriting = Made | { readonly alias: string } | undefined
export type Rule = (s: Step, view: View) => Rewriting

/** Walks the steps in order and lets the rules replace each (the first that wants to). What nobody reads any more is dropped. */
export function rewrite(draft: Draft, rules: readonly Rule[]): Draft {
  const facts = draft.facts, build = new Builder(facts, 'fuse'), made = new Map<string, Step>(), alias = new Map<string, string>(), reads = new Map<string, number>()
  for (const s of draft.steps) for (const v of s.inputs) reads.set(v, (reads.get(v) ?? 0) + 1)
  for (const v of draft.outputs) reads.set(v, (reads.get(v) ?? 0) + 2)
  const view: View = {
    facts,
    from: (v, ...ops) => { const s = v === undefined ? undefined : made.get(v); return s && ops.includes(s.op.name) ? s : undefined },
    only: v => reads.get(v) === 1,
    shape: v => v === undefined ? [] : facts.get(v)?.shape ?? [],
    scalar(v) {
      const f = v === undefined ? undefined : facts.get(v)
      return f && f.shape.every(n => n === 1) && f.value ? Number(f.value.data[0]) : undefined
    },
  }
  const make = (m: Made, s: Step, outputs: readonly string[] = []): string => {
    const op = opNamed(m.op, m.domain ?? 'noisegraph')
    return build.add(op, m.inputs.map(v => typeof v === 'string' ? v : make(v, s)), { ...op.attrs, ...m.attrs }, s.node, outputs)[0]!
  }
  for (const step of draft.steps) {
    const s = { ...step, inputs: step.inputs.map(v => alias.get(v) ?? v) }
    let to: Rewriting
    for (const rule of rules) if ((to = rule(s, view))) break
    if (to && 'alias' in to && !draft.outputs.includes(s.outputs[0]!)) {
      alias.set(s.outputs[0]!, to.alias)
      reads.set(to.alias, (reads.get(to.alias) ?? 0) + (reads.get(s.outputs[0]!) ?? 0) - 1)
      continue
    }
    const before = build.steps.length
    if (to && 'op' in to) make(to, s, s.outputs)
    else build.steps.push(s)
    for (const b of build.steps.slice(before)) for (const v of b.outputs) made.set(v, b)
  }
  return sweep({ ...draft, steps: build.steps })
}
