import { type Step } from '../passes/draft.js'
import { bytesOf } from '../graph/value.js'
import { type Word } from '../ops/op.js'
import { launchWords } from './layout.js'
import { type Plan } from './plan.js'
import { type Pool, type Tape } from './pool.js'

/** Hears how long each launch of a run took by its clock (milliseconds); with it they run one after the other on `pool`. */
export interface Watch { readonly pool: Pool; now(): number; heard(step: Step, launch: number, ms: number): void }

/** A launch of a plan, or (without a kernel) a step that JavaScript does, and the least time it took. `bytes` of what a step reads and makes are those of its first launch. */
export interface Timed { readonly op: string; readonly kernel: string; readonly args: readonly number[]; readonly tiles: number; readonly shapes: string; readonly bytes: number; readonly ms: number }

/** Runs the launches of a tape one by one. */
export async function timed({ at }: Tape, steps: readonly Step[], { pool, now, heard }: Watch, signal?: AbortSignal): Promise<void> {
  let launch = 0
  for (const [i, step] of steps.entries()) {
    launch = step === steps[i - 1] ? launch + 1 : 0
    const began = now()
    await pool.run({ at: at + i * launchWords * 4, length: 1 }, signal)
    heard(step, launch, now() - began)
  }
}

/** A step that JavaScript does. */
export async function clocked(step: Step, { now, heard }: Watch, run: () => Promise<void>): Promise<void> {
  const began = now()
  await run()
  heard(step, 0, now() - began)
}

/** The least of what `run`, called a few times, lets its watch hear. */
export async function profileOf(plan: Plan, pool: Pool, times: number, now: () => number, run: (watch: Watch) => Promise<unknown>): Promise<readonly Timed[]> {
  const best = new Map<Step, number[]>()
  const heard: Watch['heard'] = (step, launch, ms) => {
    const own = best.get(step) ?? []
    best.set(step, own)
    own[launch] = Math.min(own[launch] ?? Infinity, ms)
  }
  for (let i = 0; i < times; i++) await run({ pool, now, heard })
  return plan.draft.steps.flatMap((s, i) => {
    const fact = (v: string) => v ? plan.facts.get(v) : undefined, facts = [...s.inputs, ...s.outputs].map(fact).filter(f => f !== undefined)
    const shapes = `${s.inputs.map(v => fact(v)?.shape.join('x') ?? '-').join(', ')} -> ${s.outputs.map(v => fact(v)?.shape.join('x') ?? '-').join(', ')}`
    const times = best.get(s)
    if (!times) return []
    const launches = times.length > 1 || plan.onTape(s) ? plan.launches(s, i, 0) : []
    return times.map((ms, j) => ({ op: s.op.name, kernel: launches[j]?.kernel ?? '', args: launches[j]?.args.map(number) ?? [], tiles: launches[j]?.tiles ?? 0, shapes, bytes: j ? 0 : facts.reduce((a, f) => a + bytesOf(f), 0), ms }))
  })
}

const number = (w: Word): number => 'at' in w ? w.at : 'u32' in w ? w.u32 : w.f32
