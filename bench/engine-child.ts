/** One engine in a process of its own: loads a network, runs it when told to, reports times and memory. Its flags and its peak memory are nobody else's. */
import { type Precision, type StreamOption, type Timed } from '../wasm/index.js'
import { type Feed } from './networks.js'
import { type Share, sharesOf } from './work.js'

export type EngineName = 'wasm' | 'wasm-plain' | 'wasm-strict' | 'onnxruntime-web' | 'onnxruntime-node'
export type Ask =
  | { readonly load: { readonly engine: EngineName; readonly model: string; readonly threads: number; readonly precision?: Precision; readonly stream?: StreamOption; readonly packed?: boolean } }
  | { readonly run: { readonly feeds: Readonly<Record<string, Feed>>; readonly times: number; readonly output?: boolean } }
  | { readonly profile: Readonly<Record<string, Feed>> }
  | { readonly close: true }
  /** Plans and brings weights to memory, so that what loading takes is whole. */
  | { readonly prepare: Readonly<Record<string, readonly number[]>> }
export interface Answer { readonly loadMs?: number; readonly ms?: readonly number[]; readonly cpuMs?: readonly number[]; readonly output?: Float32Array; readonly peakMB: number; readonly profile?: readonly Share[]; readonly error?: string }

interface Loaded { run(feeds: Readonly<Record<string, Feed>>): Promise<Float32Array>; profile?(feeds: Readonly<Record<string, Feed>>): Promise<readonly Timed[]>; prepare?(shapes: Readonly<Record<string, readonly number[]>>): Promise<void>; close?(): Promise<void> }

let loaded: Loaded | undefined
const peakMB = (): number => Math.round(process.resourceUsage().maxRSS / 1024)

process.on('message', (ask: Ask) => {
  answer(ask).then(a => process.send!(a), (e: unknown) => process.send!({ error: e instanceof Error ? e.message : String(e), peakMB: peakMB() } satisfies Answer))
})

async function answer(ask: Ask): Promise<Answer> {
  if ('load' in ask) {
    const began = performance.now(), used = process.cpuUsage()
    loaded = await load(ask.load)
    return { loadMs: performance.now() - began, cpuMs: [since(used)], peakMB: peakMB() }
  }
  if ('close' in ask) {
    await loaded!.close?.()
    return { peakMB: peakMB() }
  }
  if ('prepare' in ask) {
    const began = performance.now(), used = process.cpuUsage()
    await loaded!.prepare?.(ask.prepare)
    return { loadMs: performance.now() - began, cpuMs: [since(used)], peakMB: peakMB() }
  }
  if ('profile' in ask) return { peakMB: peakMB(), profile: sharesOf(await loaded!.profile!(ask.profile)) }
  const { feeds, times, output } = ask.run, ms: number[] = [], cpuMs: number[] = []
  let last: Float32Array | undefined
  for (let i = 0; i < times; i++) {
    const began = performance.now(), used = process.cpuUsage()
    last = await loaded!.run(feeds)
    ms.push(performance.now() - began)
    cpuMs.push(since(used))
  }
  return { ms, cpuMs, peakMB: peakMB(), ...output && last && { output: last.slice() } }
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function load({ engine, model, threads, precision = 'stored', stream = false, packed = false }: Extract<Ask, { load: unknown }>['load']): Promise<Loaded> {
  if (engine === 'onnxruntime-node') {
    const { default: ort } = await import('onnxruntime-node')
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, executionProviders: ['cpu'] })
    return { run: async feeds => first(await session.run(tensors(feeds, ort.Tensor) as never)) }
  }
  if (engine === 'onnxruntime-web') {
    const ort = await import('onnxruntime-web'), { readFile } = await import('node:fs/promises')
    ort.env.wasm.numThreads = threads
    const data = await wholeFile(`${model}_data`)
    const session = await ort.InferenceSession.create(await readFile(model), { executionProviders: ['wasm'], externalData: [{ path: 'model.onnx_data', data }] })
    return { run: async feeds => first(await session.run(tensors(feeds, ort.Tensor) as never)) }
  }
  const { createEngine } = await import('../wasm/index.js')
  const session = await (await createEngine({ threads, build: engine === 'wasm-strict' ? 'strict' : 'fast', revectorize: engine !== 'wasm-plain' })).load(model, { precision, stream, packed })
  return { run: async feeds => first(await session.run(feeds)), profile: feeds => session.profile(feeds, 5, () => since({ user: 0, system: 0 })), prepare: shapes => session.prepare(shapes), close: () => session.close() }
}

/** Also where it has more than the 2 GiB that are read at once. */
async function wholeFile(path: string): Promise<Uint8Array> {
  const { open } = await import('node:fs/promises'), file = await open(path)
  try {
    const bytes = new Uint8Array((await file.stat()).size)
    for (let at = 0, got = 1; got && at < bytes.length; at += got) got = (await file.read(bytes, at, Math.min(bytes.length - at, 1 << 30), at)).bytesRead
    return bytes
  } finally { await file.close() }
}

const tensors = (feeds: Readonly<Record<string, Feed>>, Tensor: new (type: never, data: never, shape: never) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(feeds).map(([k, f]) => [k, new Tensor(f.type as never, f.data as never, f.shape as never)]))
const first = (out: Readonly<Record<string, unknown>>): Float32Array => (Object.values(out)[0] as { data: Float32Array }).data
