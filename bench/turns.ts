import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Answer, type Ask, type EngineName } from './engine-child.js'
import { type Network, feedsOf, gflopOf } from './networks.js'
import { type Share } from './work.js'

export interface Row {
  readonly network: string; readonly batch: number; readonly threads: number; readonly side: number; readonly engine: EngineName
  readonly ms: number
  /** Processor time of all threads together: what is left to compare where other programs share the machine. */
  readonly cpuMs: number
  readonly gflops: number
  /** Of the machine's peak with so many threads. */
  readonly share: number
  readonly peakMB: number; readonly loadMs: number; readonly maxError: number
}
export interface Profile { readonly network: string; readonly engine: EngineName; readonly shares: readonly Share[] }

/** One network with one number of threads, on the engines named, for every batch at every side. */
export interface Round { readonly network: Network; readonly model: string; readonly threads: number; readonly batches: readonly number[]; readonly sides: readonly number[]; readonly engines: readonly EngineName[]; readonly seconds: number; readonly profile?: boolean }

const tolerance: Readonly<Record<EngineName, number>> = { 'wasm': 1e-3, 'wasm-plain': 1e-3, 'wasm-strict': 1e-4, 'onnxruntime-web': 1e-3, 'onnxruntime-node': 0 }

/** Every engine in a process of its own; they take turns. `peak`: GFLOP/s of a core. */
export async function measure(round: Round, peak: number, heard: (row: Row) => void, profiled: (p: Profile) => void): Promise<void> {
  const { network, model, threads, engines } = round, children = engines.map(engine => ({ engine, child: new Child() }))
  let live: Live[] = []
  try {
    for (const { engine, child } of children) {
      const { loadMs, error } = await child.ask({ load: { engine, model, threads } })
      if (error) console.error(`${network.name}: ${engine} cannot load it: ${error}`)
      else live.push({ engine, child, loadMs: loadMs! })
    }
    for (const batch of round.batches) for (const side of round.sides) live = await turns(round, live, batch, side, peak, heard)
    for (const { engine, child } of round.profile ? live : []) {
      if (!engine.startsWith('wasm')) continue
      const { profile, error } = await child.ask({ profile: feedsOf(network, round.batches[0]!, round.sides[0]!) })
      if (profile) profiled({ network: network.name, engine, shares: profile })
      else throw new Error(`${engine} cannot be profiled on ${network.name}: ${error}`)
    }
  } finally { for (const { child } of children) child.stop() }
}

interface Live { readonly engine: EngineName; readonly child: Child; readonly loadMs: number }
interface Best { ms: number; cpuMs: number; peakMB: number; readonly maxError: number }

/** Seconds for each engine at most. */
const limit = 20

/** Outputs are compared first; then all take turns for `seconds` each, and on until four rounds have made none of them faster by a hundredth: other programs on a shared machine slow whole rounds down. Gives the engines that are still there: one that has no room for this ends here. */
async function turns({ network, threads, seconds }: Round, live: readonly Live[], batch: number, side: number, peak: number, heard: (row: Row) => void): Promise<Live[]> {
  const feeds = feedsOf(network, batch, side), best = new Map<Live, Best>(), what = `${network.name} ${side}x${side}, batch ${batch}`
  let reference: Float32Array | undefined
  // The one that the others are compared with comes first.
  for (const it of live.toSorted((a, b) => Number(b.engine === 'onnxruntime-node') - Number(a.engine === 'onnxruntime-node'))) {
    const a = await it.child.ask({ run: { feeds, times: 1, output: true } })
    if (a.error) { console.error(`${it.engine} cannot run ${what}: ${a.error}`); continue }
    reference ??= a.output!
    const maxError = deviation(a.output!, reference)
    if (!(maxError <= tolerance[it.engine])) throw new Error(`${it.engine} differs on ${what} by ${maxError} of the deviation; ${tolerance[it.engine]} is allowed.`)
    best.set(it, { ms: a.ms![0]!, cpuMs: a.cpuMs![0]!, peakMB: a.peakMB, maxError })
  }
  const began = performance.now()
  for (let round = 0, calm = 0; performance.now() - began < (calm < 4 ? limit : seconds) * 1000 * best.size; round++) {
    calm++
    for (const [{ engine, child }, b] of best) {
      const a = await child.ask({ run: { feeds, times: b.ms < 200 ? 3 : 1 } })
      if (a.error) throw new Error(`${engine} fails on ${what}: ${a.error}`)
      const ms = Math.min(...a.ms!)
      if (round === 0 || ms < 0.99 * b.ms) calm = 0
      b.ms = Math.min(b.ms, ms)
      b.cpuMs = Math.min(b.cpuMs, ...a.cpuMs!)
      b.peakMB = a.peakMB
    }
  }
  for (const [{ engine, loadMs }, b] of best) {
    const gflops = gflopOf(network, batch, side) / b.ms * 1000
    heard({
      network: network.name, batch, threads, side, engine, ms: fixed(b.ms, 2), cpuMs: fixed(b.cpuMs, 2), gflops: fixed(gflops, 1), share: fixed(gflops / peak / threads, 3),
      peakMB: b.peakMB, loadMs: Math.round(loadMs), maxError: Number(b.maxError.toPrecision(2)),
    })
  }
  return [...best.keys()]
}

/** A process with one engine in it. */
class Child {
  private readonly process: ChildProcess
  constructor() {
    this.process = fork(fileURLToPath(new URL('./engine-child.js', import.meta.url)), { serialization: 'advanced' })
  }

  /** An engine that took its process with it has failed like one that says so. */
  ask(what: Ask): Promise<Answer> {
    if (this.process.exitCode !== null || this.process.signalCode) return Promise.resolve({ error: 'its process is gone', peakMB: 0 })
    return new Promise(done => {
      const ended = (code: number | null, signal: string | null): void => done({ error: `its process ended with ${signal ?? code}`, peakMB: 0 })
      this.process.once('exit', ended)
      this.process.once('message', (a: Answer) => { this.process.off('exit', ended); done(a) })
      this.process.send(what)
    })
  }

  stop(): void { this.process.kill() }
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
