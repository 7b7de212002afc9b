/** What a network takes in memory, and how far its result is from ONNX Runtime's, for each type that weights are held as, and streamed; one process at a time. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { columns } from '../cli/style.js'
import { estimate, type Precision } from '../wasm/index.js'
import { Child } from './child.js'
import { type Answer, type Ask } from './engine-child.js'
import { type Network, feedsOf, networks } from './networks.js'
import { networkFolder } from './weights.js'

interface Variant { readonly name: string; readonly precision?: Precision; readonly stream?: number }
const variants: readonly Variant[] = [{ name: 'onnxruntime-node' }, ...(['stored', 'float16', 'int8', 'int4'] as const).map(precision => ({ name: precision, precision })), { name: 'stored, streamed', precision: 'stored', stream: 512 }]

export interface MemoryRow {
  readonly network: string; readonly batch: number; readonly threads: number; readonly variant: string
  /** From nothing to ready to run, and again with packed weights on disk (for ONNX Runtime: the session is made). Elapsed, then processor time. */
  readonly loadMs: number; readonly loadCpuMs: number; readonly againMs?: number; readonly againCpuMs?: number
  /** The run that comes after, and the quickest of all. */
  readonly firstMs?: number; readonly firstCpuMs?: number
  readonly ms: number; readonly cpuMs: number
  /** The most that the process had in memory, and what `estimate` said about the engine's part of it. */
  readonly peakMB: number; readonly estimateMB?: number
  /** Largest and root mean square difference from ONNX Runtime's result, in units of that result's root mean square. */
  readonly maxError?: number; readonly rmsError?: number
}
const root = resolve(fileURLToPath(import.meta.url), '../../..')

export async function run(args: readonly string[]): Promise<void> {
  const { values: o } = parseArgs({
    args: [...args],
    options: {
      networks: { type: 'string', default: 'small,medium' }, variants: { type: 'string', default: variants.map(v => v.name).join(';') }, batch: { type: 'string', default: '2' }, threads: { type: 'string', default: '2' },
      runs: { type: 'string', default: '3' }, window: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' },
    },
  })
  const chosen = o.networks.split(',').map(name => networks.find(n => n.name === name) ?? fail(`There is no network "${name}"; there are ${networks.map(n => n.name).join(', ')}.`))
  const which = o.variants.split(';').map(name => variants.find(v => v.name === name) ?? fail(`There is no variant "${name}"; there are ${variants.map(v => v.name).join('; ')}.`))
  const rows: MemoryRow[] = [], out = resolve(root, o.out ?? 'bench/results/memory.json')
  mkdirSync(join(out, '..'), { recursive: true })
  for (const n of chosen) {
    const folder = networkFolder(root, n.name, o.data)
    let reference: Float32Array | undefined
    for (const v of which) {
      const { row, output } = await measure(n, folder, v.stream && o.window ? { ...v, stream: Number(o.window) } : v, Number(o.batch), Number(o.threads), Number(o.runs), reference)
      if (!v.precision) reference = output
      rows.push(row)
      if (!o.json) console.log(JSON.stringify(row))
      writeFileSync(out, `${JSON.stringify({ machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, date: new Date().toISOString() }, rows }, null, 1)}\n`)
    }
  }
  console.log(o.json ? JSON.stringify(rows) : columns([['network', 'variant', 'load', 'again', 'run', 'peak', 'rms error'], ...rows.map(r => [r.network, r.variant, `${r.loadCpuMs} ms`, r.againCpuMs === undefined ? '' : `${r.againCpuMs} ms`, `${r.cpuMs} ms`, `${r.peakMB} MB`, r.rmsError?.toExponential(1) ?? ''])]))
}

async function measure(n: Network, folder: string, v: Variant, batch: number, threads: number, runs: number, reference: Float32Array | undefined): Promise<{ row: MemoryRow; output: Float32Array }> {
  const feeds = feedsOf(n, batch), shapes = Object.fromEntries(Object.entries(feeds).map(([k, f]) => [k, f.shape])), model = join(folder, 'model.onnx')
  const stream = v.stream ? v.stream * 2 ** 20 : false, load = { load: { engine: v.precision ? 'wasm' as const : 'onnxruntime-node' as const, model, threads, packed: true, stream, ...v.precision && { precision: v.precision } } }
  for (const f of readdirSync(folder)) if (f.endsWith('.packed')) rmSync(join(folder, f))
  const first = await loaded(load, shapes)
  const ms: number[] = [], cpu: number[] = []
  let output: Float32Array | undefined, peakMB = 0
  for (let i = 0; i < runs; i++) {
    const a = await asked(first.child, { run: { feeds, times: 1, output: i === 0 } })
    ms.push(a.ms![0]!)
    cpu.push(a.cpuMs![0]!)
    output ??= a.output!
    peakMB = a.peakMB
  }
  await end(first.child)
  const again = v.precision ? await loaded(load, shapes) : undefined
  if (again) await end(again.child)
  const told = v.precision ? await estimate(model, shapes, { precision: v.precision, stream, threads }) : undefined
  return {
    output: output!,
    row: {
      network: n.name, batch, threads, variant: v.stream ? `${v.name} through ${v.stream} MiB` : v.name, loadMs: first.ms, loadCpuMs: first.cpuMs, ...again && { againMs: again.ms, againCpuMs: again.cpuMs },
      firstMs: Math.round(ms[0]!), firstCpuMs: Math.round(cpu[0]!), ms: Math.round(Math.min(...ms)), cpuMs: Math.round(Math.min(...cpu)), peakMB, ...told && { estimateMB: Math.round(told.total / 2 ** 20) }, ...reference && errors(output!, reference),
    },
  }
}

async function loaded(ask: Ask, shapes: Readonly<Record<string, readonly number[]>>): Promise<{ child: Child; ms: number; cpuMs: number }> {
  const child = new Child(), a = await asked(child, ask), b = await asked(child, { prepare: shapes })
  return { child, ms: Math.round(a.loadMs! + b.loadMs!), cpuMs: Math.round(a.cpuMs![0]! + b.cpuMs![0]!) }
}

async function asked(child: Child, what: Ask): Promise<Answer> {
  const a = await child.ask(what)
  if (a.error) throw new Error(a.error)
  return a
}

/** What is being written to disk is written first. */
async function end(child: Child): Promise<void> {
  await asked(child, { close: true })
  child.stop()
}

function errors(a: Float32Array, b: Float32Array): { maxError: number; rmsError: number } {
  let most = 0, squares = 0, size = 0
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs(a[i]! - b[i]!))
    squares += (a[i]! - b[i]!) ** 2
    size += b[i]! ** 2
  }
  return { maxError: most / Math.sqrt(size / b.length), rmsError: Math.sqrt(squares / size) }
}

function fail(message: string): never { throw new Error(message) }
