import { createEngine, EngineError, type Engine, type Item, type Port, type Session } from '../../index.js'
import { allocate, width } from '../../graph/value.js'
import { mutated, type Seed } from './mutate.js'

/** How a case ended: it ran, it was planned, it was read; or the code of the EngineError. Anything else is a `fault`. */
export interface Outcome { readonly index: number; readonly from: string; readonly how: string; readonly end: string; readonly fault?: string; readonly milliseconds: number }

const limit = 2000, zeros = new Uint8Array(1 << 24)
const outside = (_name: string, offset: number, length = 0): Uint8Array => {
  if (offset + length > zeros.length) throw new EngineError('INVALID_MODEL', 'The file of weights is truncated.')
  return zeros.subarray(offset, offset + length)
}

/** Mutated files one after the other, each loaded, planned and, where it is small, run. Memory is guarded and limited to 64 MiB. */
export class Fuzzer {
  private constructor(private engine: Engine, private readonly seeds: readonly Seed[], private readonly seed: number) {}
  static async start(seeds: readonly Seed[], seed: number): Promise<Fuzzer> { return new Fuzzer(await newEngine(), seeds, seed) }

  async run(index: number): Promise<Outcome> {
    const { from, how, bytes } = mutated(this.seeds, this.seed, index), began = busy()
    const large = from.bytes.length > 1 << 15, plan = !large || index % 64 === 0
    const { end, fault } = await attempt(this.engine, bytes, plan)
    const used = this.engine.memory().used, leak = used !== this.idle && this.idle !== undefined ? `${used - this.idle} bytes were not given back` : undefined
    this.idle ??= used
    if (leak) { await this.engine.close(); this.engine = await newEngine() }
    const milliseconds = busy() - began
    const wrong = fault ?? leak ?? (milliseconds > 2 * limit + 1000 ? `it took ${Math.round(milliseconds)} ms` : undefined)
    return { index, from: from.name, how, end, milliseconds, ...wrong && { fault: wrong } }
  }
  private idle: number | undefined

  close(): Promise<void> { return this.engine.close() }
}

/** Milliseconds that this thread computed, where the platform counts them: what else the machine does is not the engine's fault. */
const busy = (): number => { const cpu = process.threadCpuUsage?.(); return cpu ? (cpu.user + cpu.system) / 1000 : performance.now() }
const newEngine = (): Promise<Engine> => createEngine({ build: 'plain', debug: true, maximumMemory: 64 << 20 })

/** Loads, plans and runs a file that may be anything. */
export async function attempt(engine: Engine, bytes: Uint8Array, plan = true): Promise<{ end: string; fault?: string }> {
  const session: { it?: Session } = {}
  const answer = await answerOf(engine, bytes, plan, session)
  try { await session.it?.close() } catch (e) { return { ...answer, fault: answer.fault ?? `closing: ${e instanceof Error ? e.stack : String(e)}` } }
  return answer
}

async function answerOf(engine: Engine, bytes: Uint8Array, plan: boolean, opened: { it?: Session }): Promise<{ end: string; fault?: string }> {
  try {
    const session = opened.it = await engine.load(bytes, { externalData: outside })
    const feeds = plan ? feedsFor(session.inputs) : undefined
    if (!feeds) return { end: 'read' }
    await session.run(feeds, { signal: AbortSignal.timeout(limit) })
    return { end: 'ran' }
  } catch (e) {
    if (!(e instanceof EngineError)) return { end: 'thrown', fault: e instanceof Error ? e.stack ?? e.message : String(e) }
    if (e.code === 'FAILED') return { end: e.code, fault: e.message }
    return { end: e.code }
  }
}

/** Ones for every input, where they are few enough. */
function feedsFor(ports: readonly Port[]): Record<string, Item> | undefined {
  const feeds: Record<string, Item> = {}
  for (const p of ports) {
    if (p.type === 'optional') continue
    if (p.type === 'sequence') { feeds[p.name] = { type: 'sequence', items: [] }; continue }
    const shape = (p.shape ?? [2]).map(d => typeof d === 'number' ? d : 2), n = shape.reduce((a, b) => a * b, 1)
    if (!Number.isSafeInteger(n) || n < 0 || n > 1 << 16) return undefined
    if (p.type === 'string') { feeds[p.name] = { type: 'string', shape, data: Array.from({ length: n }, () => 'x') }; continue }
    const data = allocate(p.type, n)
    if (width[p.type] === 8 && p.type !== 'float64') (data as BigInt64Array).fill(1n)
    else (data as Float32Array).fill(1)
    feeds[p.name] = { type: p.type, shape, data }
  }
  return feeds
}
