import { createEngine, type Engine } from '../engine.js'
import { EngineError } from '../errors.js'
import { readModel } from '../onnx/model.js'
import { type Build } from '../tape/build.js'
import { findCases, type Case } from './cases.js'
import { skips } from './skips.js'
import { compare, readItem, type Tolerance } from './values.js'

/** One way to run a case. */
export interface Configuration { readonly build: Build | 'auto'; readonly threads: number; readonly passes: boolean }

export interface CaseResult {
  readonly id: string
  readonly status: 'passed' | 'failed' | 'skipped'
  /** The largest error as a share of the tolerance; null where the outputs could not be compared. */
  readonly error: number | null
  readonly tolerance: Tolerance
  /** Why it failed or was skipped. */
  readonly reason?: string
}
export interface ConformanceResult { readonly passed: number; readonly failed: number; readonly skipped: number; readonly cases: readonly CaseResult[] }

export interface ConformanceOptions {
  /** Every case runs in each of these; one configuration if left out. */
  readonly configurations?: readonly Configuration[]
  /** Whether 256-bit operations may be used; where the platform has them if left out. */
  readonly revectorize?: boolean
  /** Only cases whose id this accepts. */
  readonly filter?: (id: string) => boolean
  /** Cases that are known to fail, with the reason; one of them that passes is a failure. The engine's own list if left out. */
  readonly skips?: Readonly<Record<string, string>>
  readonly onCase?: (result: CaseResult, done: number, of: number) => void
}

/** As for ONNX Runtime's figures on the same cases. */
const tolerance: Tolerance = { relative: 1e-3, absolute: 1e-4 }

export const matrix: readonly Configuration[] = (['fast', 'strict'] as const).flatMap(build => [1, 4].flatMap(threads => [true, false].map(passes => ({ build, threads, passes }))))

/** Runs every case of the ONNX node-test form below `path` (a folder, or a .tar.gz). A case whose operators the engine has not is skipped, and says which. */
export async function runOnnxConformance(path: string, options: ConformanceOptions = {}): Promise<ConformanceResult> {
  const all = await findCases(path), chosen = options.filter ? all.filter(c => options.filter!(c.id)) : all
  const known = options.skips ?? skips, engines = new Engines(options.revectorize ?? true), cases: CaseResult[] = []
  try {
    for (const c of chosen) {
      const result = await runCase(c, options.configurations ?? [{ build: 'auto', threads: 2, passes: true }], known[c.id], engines)
      cases.push(result)
      options.onCase?.(result, cases.length, chosen.length)
    }
  } finally { await engines.close() }
  const count = (s: CaseResult['status']): number => cases.filter(c => c.status === s).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases }
}

async function runCase(c: Case, configurations: readonly Configuration[], skip: string | undefined, engines: Engines): Promise<CaseResult> {
  let error = 0
  try {
    const bytes = await c.model(), sets = await c.sets()
    if (!sets.some(s => s.outputs.length)) throw new Error('there are no outputs to compare with')
    for (const configuration of configurations) {
      try { error = Math.max(error, await runOnce(bytes, sets, configuration, await engines.get(configuration))) } catch (e) {
        if (e instanceof EngineError && e.code === 'UNSUPPORTED' && e.message.startsWith('The model needs')) return { id: c.id, status: 'skipped', error: null, tolerance, reason: e.message }
        throw new Error(`${configurations.length > 1 ? `${configuration.build}, ${configuration.threads} threads, passes ${configuration.passes ? 'on' : 'off'}: ` : ''}${e instanceof Error ? e.message : String(e)}`, { cause: e })
      }
    }
  } catch (e) {
    if (skip) return { id: c.id, status: 'skipped', error: null, tolerance, reason: skip }
    return { id: c.id, status: 'failed', error: null, tolerance, reason: e instanceof Error ? e.message : String(e) }
  }
  if (skip) return { id: c.id, status: 'failed', error, tolerance, reason: `It is listed as failing ("${skip}"), but passes: remove it from the list.` }
  return { id: c.id, status: 'passed', error, tolerance }
}

async function runOnce(bytes: Uint8Array, sets: Awaited<ReturnType<Case['sets']>>, { passes }: Configuration, engine: Engine): Promise<number> {
  const session = await engine.load(bytes, { passes })
  let error = 0
  try {
    // Inputs come in the order of the graph, those with a default value too.
    const ports = readModel(new Uint8Array(bytes), () => new Uint8Array(0)).graph.inputs
    for (const [k, set] of sets.entries()) {
      const feeds = Object.fromEntries(set.inputs.map((b, i) => [ports[i]!.name, readItem(b, ports[i]!.type)]))
      const out = await session.run(feeds)
      session.outputs.forEach((p, i) => {
        if (!set.outputs[i]) return
        try { error = Math.max(error, compare(out[p.name], readItem(set.outputs[i], p.type), tolerance)) } catch (e) {
          throw new Error(`output "${p.name}"${sets.length > 1 ? ` of data set ${k}` : ''}: ${e instanceof Error ? e.message : String(e)}`, { cause: e })
        }
      })
    }
  } finally { await session.close() }
  return error
}

/** Engines by build and threads, started when first needed. */
class Engines {
  private readonly started = new Map<string, Promise<Engine>>()
  constructor(private readonly revectorize: boolean) {}
  get({ build, threads }: Configuration): Promise<Engine> {
    const key = `${build}/${threads}`
    let engine = this.started.get(key)
    if (!engine) this.started.set(key, engine = createEngine({ build, threads, revectorize: this.revectorize, debug: true }))
    return engine
  }
  async close(): Promise<void> { await Promise.all([...this.started.values()].map(async e => (await e).close())) }
}
