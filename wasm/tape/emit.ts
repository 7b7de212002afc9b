import { hasKernels } from '../passes/lower.js'
import { type Step } from '../passes/draft.js'
import { type Fact } from '../graph/value.js'
import { guarded } from '../graph/refusal.js'
import { type Launch, type Place } from '../ops/op.js'
import { EngineError } from '../errors.js'
import { launchWords } from './layout.js'
import { type Memory } from './memory.js'
import { type Tape } from './pool.js'

/** The launches of one step. `at` says where a value is. */
export function launchesOf(s: Step, facts: ReadonlyMap<string, Fact>, at: (v: string) => number, scratchAt: number): readonly Launch[] {
  const place = (v: string): Place => {
    const f = facts.get(v)!
    return { type: f.type, shape: f.shape, at: at(v), get value() { return f.value! }, ...f.layout && { layout: f.layout }, ...f.bytes !== undefined && { bytes: f.bytes }, ...f.held && { held: f.held }, ...f.constant && { constant: f.constant } }
  }
  const inputs = s.inputs.map(v => v ? place(v) : undefined), scratch: Place = { type: 'uint8', shape: [], at: scratchAt }
  const launches = guarded(s.node, inputs, () => {
    const made = s.op.launch!({ in: inputs, out: s.outputs.map(place), scratch }, s.attrs as never)
    if (made.some(l => l.args.includes(undefined as never))) throw new Error('an input is missing')
    if (made.some(l => !(Number.isInteger(l.tiles) && l.tiles >= 0 && l.tiles < 2 ** 30))) throw new Error('its attributes do not fit its inputs')
    return made
  })
  return launches.filter(l => l.tiles > 0)
}

export const runsOnTape = (s: Step, facts: ReadonlyMap<string, Fact>): boolean =>
  !s.op.view && hasKernels(s.op, s.inputs.map(v => v ? facts.get(v) : undefined), s.outputs.map(v => facts.get(v)!), s.attrs)

export const tapeBytes = (launches: readonly Launch[]): number => launches.reduce((a, l) => a + l.args.length, launches.length * launchWords) * 4

/** Writes launches and their arguments to memory. */
export function writeTape(memory: Memory, kernels: ReadonlyMap<string, number>, launches: readonly Launch[], threads: number): Tape {
  const words = tapeBytes(launches) / 4
  const at = memory.allocate(Math.max(words * 4, 4), 'A tape')
  const u = new Uint32Array(memory.buffer, at, words), f = new Float32Array(memory.buffer, at, words)
  let arg = launches.length * launchWords
  launches.forEach((l, i) => {
    const kernel = kernels.get(l.kernel)
    if (kernel === undefined) throw new EngineError('FAILED', `There is no kernel "${l.kernel}".`)
    // Four rounds of tiles per thread even out what threads do not start at the same time.
    const grain = l.grain ?? Math.max(1, Math.floor(l.tiles / (threads * 4)))
    u.set([kernel, at + arg * 4, l.tiles, grain, 0, 0], i * launchWords)
    for (const w of l.args) {
      if ('at' in w) u[arg++] = w.at
      else if ('u32' in w) u[arg++] = w.u32
      else f[arg++] = w.f32
    }
  })
  return { at, length: launches.length }
}
