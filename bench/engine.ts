/** Times the WASM engine beside ONNX Runtime, all engines taking turns in one run, after their outputs have been compared. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Answer, type Ask, type EngineName } from './engine-child.js'
import { type Network, feedsOf, networks } from './networks.js'
import { networkFolder } from './weights.js'

export interface Row {
  readonly network: string; readonly batch: number; readonly threads: number; readonly side: number; readonly engine: EngineName
  readonly ms: number
  /** Processor time of all threads together: what is left to compare where other programs share the machine. */
  readonly cpuMs: number
  readonly gflops: number; readonly peakMB: number; readonly loadMs: number; readonly maxError: number
}
const root = resolve(fileURLToPath(import.meta.url), '../../..')
const engines: readonly EngineName[] = ['wasm', 'wasm-plain', 'wasm-strict', 'onnxruntime-web', 'onnxruntime-node']
const tolerance: Readonly<Record<EngineName, number>> = { 'wasm': 1e-3, 'wasm-plain': 1e-3, 'wasm-strict': 1e-4, 'onnxruntime-web': 1e-3, 'onnxruntime-node': 0 }

export async function run(args: readonly string[]): Promise<void> {
  const { values: o } = parseArgs({
    args: [...args],
    options: {
      networks: { type: 'string', default: 'small,medium,quarter-sd' }, engines: { type: 'string', default: engines.join() }, threads: { type: 'string', default: '1,2' },
      batches: { type: 'string', default: '1,2' }, sides: { type: 'string' }, seconds: { type: 'string', default: '2' }, json: { type: 'boolean' }, profile: { type: 'boolean' }, out: { type: 'string' },
    },
  })
  const list = (text: string): number[] => text.split(',').map(Number)
  const chosen = o.networks.split(',').map(name => networks.find(n => n.name === name) ?? fail(`There is no network "${name}"; there are ${networks.map(n => n.name).join(', ')}.`))
  const which = o.engines.split(',').map(e => engines.find(x => x === e) ?? fail(`There is no engine "${e}"; there are ${engines.join(', ')}.`))
  const rows: Row[] = []
  const result = { machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, date: new Date().toISOString() }, rows }
  const out = resolve(root, o.out ?? 'bench/results/engine.json')
  mkdirSync(join(out, '..'), { recursive: true })
  for (const n of chosen) for (const threads of list(o.threads)) {
    rows.push(...await measure(n, threads, list(o.batches), o.sides ? list(o.sides) : [n.side], which, Number(o.seconds) * 1000, Boolean(o.profile), row => { if (!o.json) print(row) }))
    writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`)
  }
  console.log(o.json ? JSON.stringify(result) : summary(rows))
}

/** All engines on one network with one number of threads. */
async function measure(n: Network, threads: number, batches: readonly number[], sides: readonly number[], which: readonly EngineName[], budget: number, profile: boolean, heard: (row: Row) => void): Promise<Row[]> {
  const model = join(networkFolder(root, n.name), 'model.onnx'), rows: Row[] = []
  const started = await Promise.all([...which].map(async engine => ({ engine, child: new Child() })))
  const live: { engine: EngineName; child: Child; loadMs: number }[] = []
  for (const { engine, child } of started) {
    const a = await child.ask({ load: { engine, model, threads } })
    if (a.error) console.error(`${n.name}: ${engine} cannot load it: ${a.error}`)
    else live.push({ engine, child, loadMs: a.loadMs! })
  }
  try {
    for (const batch of batches) for (const side of sides) rows.push(...await turns(n, threads, batch, side, live, budget, profile, heard))
  } finally { for (const { child } of started) child.stop() }
  return rows
}

async function turns(n: Network, threads: number, batch: number, side: number, live: readonly { engine: EngineName; child: Child; loadMs: number }[], budget: number, profile: boolean, heard: (row: Row) => void): Promise<Row[]> {
  const feeds = feedsOf(n, batch, side), outputs = new Map<EngineName, Float32Array>(), best = new Map<EngineName, number>(), cpu = new Map<EngineName, number>(), peak = new Map<EngineName, number>()
  for (const { engine, child } of live) {
    const a = await child.ask({ run: { feeds, times: 1, output: true, profile } })
    if (a.error) throw new Error(`${engine} fails on ${n.name}, batch ${batch}: ${a.error}`)
    outputs.set(engine, a.output!)
    best.set(engine, a.ms![0]!)
    if (a.plan) console.error(`${engine}\n${a.plan}`)
  }
  const began = performance.now()
  for (let round = 0; round < 3 || performance.now() - began < budget * live.length; round++) for (const { engine, child } of live) {
    const a = await child.ask({ run: { feeds, times: (best.get(engine) ?? 0) < 200 ? 3 : 1 } })
    if (a.error) throw new Error(`${engine} fails on ${n.name}, batch ${batch}: ${a.error}`)
    best.set(engine, Math.min(best.get(engine) ?? Infinity, ...a.ms!))
    cpu.set(engine, Math.min(cpu.get(engine) ?? Infinity, ...a.cpuMs!))
    peak.set(engine, a.peakMB)
  }
  const reference = outputs.get('onnxruntime-node') ?? outputs.values().next().value!
  return live.map(({ engine, loadMs }) => {
    const ms = best.get(engine)!, gflop = n.gflop * batch * (side / n.side) ** 2, maxError = deviation(outputs.get(engine)!, reference)
    const row: Row = { network: n.name, batch, threads, side, engine, ms: round(ms, 3), cpuMs: round(cpu.get(engine)!, 3), gflops: round(gflop / ms * 1000, 1), peakMB: peak.get(engine)!, loadMs: Math.round(loadMs), maxError }
    heard(row)
    if (!(maxError <= tolerance[engine])) throw new Error(`${engine} differs on ${n.name}, batch ${batch}, by ${maxError} of the deviation; ${tolerance[engine]} is allowed.`)
    return row
  })
}

/** A process with one engine in it. */
class Child {
  private readonly process: ChildProcess
  constructor() {
    this.process = fork(fileURLToPath(new URL('./engine-child.js', import.meta.url)), { serialization: 'advanced' })
  }
  ask(what: Ask): Promise<Answer> {
    return new Promise((done, broken) => {
      const ended = (code: number | null): void => broken(new Error(`the process ended with ${code}`))
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

const round = (x: number, digits: number): number => Number(x.toFixed(digits))
const print = (r: Row): void => console.log(`${r.network.padEnd(11)} ${r.side}x${r.side} batch ${r.batch} threads ${r.threads}  ${r.engine.padEnd(17)} ${r.ms.toFixed(2).padStart(9)} ms ${r.cpuMs.toFixed(2).padStart(9)} ms of processor ${r.gflops.toFixed(1).padStart(7)} GFLOP/s ${String(r.peakMB).padStart(6)} MB  load ${String(r.loadMs).padStart(6)} ms  error ${r.maxError.toExponential(1)}`)

/** Ratios of the engine's builds to both peers. */
function summary(rows: readonly Row[]): string {
  const lines = ['', 'wasm / wasm-plain / wasm-strict against onnxruntime-web and onnxruntime-node: elapsed time, then processor time']
  const key = (r: Row): string => `${r.network} ${r.side}x${r.side} batch ${r.batch} threads ${r.threads}`
  for (const k of new Set(rows.map(key))) {
    const of = (e: EngineName, what: 'ms' | 'cpuMs'): number => rows.find(r => key(r) === k && r.engine === e)?.[what] ?? NaN
    const ratio = (peer: EngineName, what: 'ms' | 'cpuMs'): string => (['wasm', 'wasm-plain', 'wasm-strict'] as const).map(e => (of(e, what) / of(peer, what)).toFixed(3)).join(' / ')
    for (const what of ['ms', 'cpuMs'] as const) lines.push(`${(what === 'ms' ? k : '').padEnd(40)} web ${ratio('onnxruntime-web', what)}   node ${ratio('onnxruntime-node', what)}`)
  }
  return lines.join('\n')
}

function fail(message: string): never { throw new Error(message) }
