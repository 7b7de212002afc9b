/** Each operator alone, on tensors of a U-Net's size, one thread, this engine beside onnxruntime-node taking turns: [operator ...] --seconds --json --out. */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { columns } from '../cli/style.js'
import { type Engine, type Tensor, createEngine } from '../wasm/index.js'
import { encodeModel } from '../wasm/testing/model.js'
import { type OperatorCase, operatorCases } from './operator-cases.js'

export interface OperatorRow {
  readonly name: string; readonly domain: string; readonly shapes: string
  /** The least of many runs. */
  readonly ms: number
  /** onnxruntime-node's; none where it has not the operator. */
  readonly nodeMs?: number
  /** What is read and written. */
  readonly mb: number
}
const root = resolve(fileURLToPath(import.meta.url), '../../..')

export async function run(args: readonly string[]): Promise<void> {
  const { values: o, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { seconds: { type: 'string', default: '0.4' }, json: { type: 'boolean' }, out: { type: 'string' } } })
  const unknown = positionals.find(p => !operatorCases.some(c => c.node.op === p))
  if (unknown) throw new Error(`There is no case of "${unknown}"; there are ${[...new Set(operatorCases.map(c => c.node.op))].join(', ')}.`)
  const engine = await createEngine({ threads: 1 }), rows: OperatorRow[] = []
  for (const c of operatorCases.filter(c => !positionals.length || positionals.includes(c.node.op))) {
    const row = await measure(engine, c, Number(o.seconds))
    rows.push(row)
    if (!o.json) console.log(`${row.name.padEnd(28)} ${row.ms.toFixed(2).padStart(9)} ms  ${row.nodeMs === undefined ? '        -' : row.nodeMs.toFixed(2).padStart(9)} ms of onnxruntime-node  ${(row.mb / row.ms).toFixed(1).padStart(6)} GB/s`)
  }
  await engine.close()
  const result = { machine: { cpu: cpus()[0]?.model ?? 'unknown', node: process.version, date: new Date().toISOString() }, rows }
  if (!positionals.length || o.out) writeFileSync(resolve(root, o.out ?? 'bench/results/operators.json'), `${JSON.stringify(result, null, 1)}\n`)
  const slow = rows.filter(r => r.nodeMs !== undefined).map(r => ({ r, ratio: r.ms / r.nodeMs! })).sort((a, b) => b.ratio - a.ratio).slice(0, 12)
  console.log(o.json ? JSON.stringify(result) : columns([['slowest beside it', 'of its time'], ...slow.map(s => [s.r.name, s.ratio.toFixed(2)])]))
}

/** Results are compared first: within 1e-3 of onnxruntime's deviation, one unit for whole numbers. */
async function measure(engine: Engine, c: OperatorCase, seconds: number): Promise<OperatorRow> {
  const bytes = encodeModel({ nodes: [c.node], inputs: Object.fromEntries(Object.entries(c.feeds).map(([k, t]) => [k, t.type])), outputs: c.outputs, weights: c.weights, opset: c.opset })
  const session = await engine.load(bytes), native = await reference(bytes)
  const feeds = Object.fromEntries(Object.entries(c.feeds).map(([k, t]) => [k, new OrtTensor(t.type as 'float32', t.data as Float32Array, t.shape)]))
  const out = await session.run(c.feeds)
  if (native) for (const [k, want] of Object.entries(await native.run(feeds))) same(c.name, out[k] as Tensor, want.data as ArrayLike<number | bigint>)
  let ms = Infinity, nodeMs = Infinity
  for (const end = performance.now() + seconds * 1000 * (native ? 2 : 1); performance.now() < end;) {
    ms = Math.min(ms, await timed(() => session.run(c.feeds)))
    if (native) nodeMs = Math.min(nodeMs, await timed(() => native.run(feeds)))
  }
  await session.close()
  await native?.release()
  const all = [...Object.values(c.feeds), ...Object.values(c.weights), ...Object.values(out) as Tensor[]]
  return {
    name: c.name, domain: c.node.domain ?? '', shapes: `${[...Object.values(c.feeds), ...Object.values(c.weights)].map(t => t.shape.join('x')).filter(Boolean).join(', ')} -> ${(Object.values(out) as Tensor[]).map(t => t.shape.join('x')).join(', ')}`,
    ms: Number(ms.toPrecision(4)), ...native && { nodeMs: Number(nodeMs.toPrecision(4)) }, mb: Number((all.reduce((a, t) => a + t.data.byteLength, 0) / 1e6).toPrecision(4)),
  }
}

/** Nothing where onnxruntime-node has not the operator. */
async function reference(bytes: Uint8Array): Promise<InferenceSession | undefined> {
  try { return await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 }) } catch (e) {
    if (/NOT_IMPLEMENTED|not implemented|not find an implementation|opset|is not a registered/i.test(String(e))) return undefined
    throw e
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

function same(name: string, got: Tensor, want: ArrayLike<number | bigint>): void {
  let most = 0, square = 0
  for (let i = 0; i < want.length; i++) {
    const w = Number(want[i]), d = Math.abs(Number(got.data[i]) - w)
    if (!(d <= most) && !Object.is(Number(got.data[i]), w)) most = d
    square += w * w
  }
  const allowed = got.type === 'float32' ? 1e-3 * Math.sqrt(square / want.length) : got.type === 'bool' ? 0 : 1
  if (got.data.length !== want.length || !(most <= allowed)) throw new Error(`${name} differs from onnxruntime by ${most}; ${allowed} is allowed.`)
}
