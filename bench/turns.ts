import { Child } from './child.js'
import { type Contender, nameOf, tolerance } from './contenders.js'
import { type Network, feedsOf, gflopOf } from './networks.js'
import { type Share } from './work.js'

export interface Row extends Contender {
  readonly network: string; readonly batch: number; readonly threads: number; readonly side: number
  readonly ms: number
  /** Processor time of all threads together: what is left to compare where other programs share the machine. */
  readonly cpuMs: number
  readonly gflops: number
  /** Of the machine's peak with so many threads. */
  readonly share: number
  readonly peakMB: number
  /** Until a run can begin: plans, and weights where they stay in memory. */
  readonly loadMs: number
  readonly maxError: number
}
export interface Profile extends Contender { readonly network: string; readonly shares: readonly Share[] }

/** One network with one number of threads, on the engines named, for every batch at every side. */
export interface Round { readonly network: Network; readonly model: string; readonly threads: number; readonly batches: readonly number[]; readonly sides: readonly number[]; readonly engines: readonly Contender[]; readonly seconds: number; readonly profile?: boolean }

/** What a round finds: rows, profiles where they are asked for, and who cannot load or run it. */
export interface Listener { row(r: Row): void; profile(p: Profile): void; refusal(what: string, by: Contender, why: string): void }

/** Every engine in a process of its own; they take turns, or (where one of them fills the machine's memory) follow each other. `peak`: GFLOP/s of a core. */
export async function measure(round: Round, peak: number, hear: Listener): Promise<void> {
  // The one that the others are compared with comes first.
  const all = round.engines.toSorted((a, b) => Number(b.engine === 'onnxruntime-node') - Number(a.engine === 'onnxruntime-node')), references = new Map<string, Float32Array>()
  for (const some of round.network.large ? all.map(c => [c]) : [all]) await together({ ...round, engines: some }, peak, references, hear)
}

async function together(round: Round, peak: number, references: Map<string, Float32Array>, hear: Listener): Promise<void> {
  const { network, threads, engines } = round, children = engines.map(by => ({ by, child: new Child() })), shapes = shapesOf(network, round.batches[0]!, round.sides[0]!)
  let live: Live[] = []
  try {
    for (const { by, child } of children) {
      const loaded = await child.ask({ load: { model: round.model, threads, ...by, stream: by.stream ? by.stream * 2 ** 20 : false } }), ready = loaded.error ? loaded : await child.ask({ prepare: shapes })
      if (ready.error) hear.refusal(network.name, by, ready.error)
      else live.push({ by, child, loadMs: loaded.loadMs! + ready.loadMs! })
    }
    for (const batch of round.batches) for (const side of round.sides) live = await turns(round, live, batch, side, peak, references, hear)
    for (const { by, child } of round.profile ? live : []) {
      if (!by.engine.startsWith('wasm')) continue
      const { profile, error } = await child.ask({ profile: feedsOf(network, round.batches[0]!, round.sides[0]!) })
      if (profile) hear.profile({ network: network.name, ...by, shares: profile })
      else throw new Error(`${nameOf(by)} cannot be profiled on ${network.name}: ${error}`)
    }
  } finally { for (const { child } of children) child.stop() }
}

const shapesOf = (n: Network, batch: number, side: number): Record<string, readonly number[]> => Object.fromEntries(Object.entries(feedsOf(n, batch, side)).map(([k, f]) => [k, f.shape]))

interface Live { readonly by: Contender; readonly child: Child; readonly loadMs: number }
interface Best { ms: number; cpuMs: number; peakMB: number; readonly maxError: number }

/** Seconds for each engine at most. */
const limit = 12

/** Outputs are compared first; then all take turns for `seconds` each, and on until four rounds have made none of them faster by a hundredth: other programs on a shared machine slow whole rounds down. A turn is two runs at least: the first finds nothing in the caches. Gives the engines that are still there: one that has no room for this ends here. */
async function turns({ network, threads, seconds }: Round, live: readonly Live[], batch: number, side: number, peak: number, references: Map<string, Float32Array>, hear: Listener): Promise<Live[]> {
  const feeds = feedsOf(network, batch, side), best = new Map<Live, Best>(), what = `${network.name} ${side}x${side}, batch ${batch}`
  for (const it of live) {
    const a = await it.child.ask({ run: { feeds, times: 1, output: true } }), { by } = it
    if (a.error) { hear.refusal(what, by, a.error); continue }
    const reference = references.get(what) ?? a.output!, maxError = deviation(a.output!, reference)
    references.set(what, reference)
    if (!(maxError <= tolerance(by))) throw new Error(`${nameOf(by)} differs on ${what} by ${maxError} of the deviation; ${tolerance(by)} is allowed.`)
    best.set(it, { ms: a.ms![0]!, cpuMs: a.cpuMs![0]!, peakMB: a.peakMB, maxError })
  }
  const began = performance.now()
  for (let round = 0, calm = 0; performance.now() - began < (calm < 4 ? limit : seconds) * 1000 * best.size; round++) {
    calm++
    for (const [{ by, child }, b] of best) {
      const a = await child.ask({ run: { feeds, times: b.ms < 200 ? 3 : 2 } })
      if (a.error) throw new Error(`${nameOf(by)} fails on ${what}: ${a.error}`)
      const ms = Math.min(...a.ms!)
      if (round === 0 || ms < 0.99 * b.ms) calm = 0
      b.ms = Math.min(b.ms, ms)
      b.cpuMs = Math.min(b.cpuMs, ...a.cpuMs!)
      b.peakMB = a.peakMB
    }
  }
  for (const [{ by, loadMs }, b] of best) {
    const gflops = gflopOf(network, batch, side) / b.ms * 1000
    hear.row({
      network: network.name, batch, threads, side, ...by, ms: fixed(b.ms, 2), cpuMs: fixed(b.cpuMs, 2), gflops: fixed(gflops, 1), share: fixed(gflops / peak / threads, 3),
      peakMB: b.peakMB, loadMs: Math.round(loadMs), maxError: Number(b.maxError.toPrecision(2)),
    })
  }
  return [...best.keys()]
}

/** Largest difference in units of the reference's root mean square. */
function deviation(a: Float32Array, b: Float32Array): number {
  let most = a.length === b.length ? 0 : Infinity, square = 0
  for (let i = 0; i < b.length; i++) {
    const d = Math.abs(a[i]! - b[i]!)
    if (!(d <= most)) most = d
    square += b[i]! ** 2
  }
  return most / Math.sqrt(square / b.length)
}

const fixed = (x: number, digits: number): number => Number(x.toFixed(digits))
