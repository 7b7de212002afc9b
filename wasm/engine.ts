import { EngineError } from './errors.js'
import { checkGraph } from './graph/check.js'
import { inlineFunctions } from './graph/inline.js'
import { checkOperators } from './graph/registry.js'
import { type Precision } from './passes/pack.js'
import { readModel } from './onnx/model.js'
import { openModel, type ExternalData } from './onnx/files.js'
import { buildHash, compileBuild, type Build } from './tape/build.js'
import { Aside } from './tape/aside.js'
import { Constants } from './tape/constants.js'
import { Memory } from './tape/memory.js'
import type { Shelf } from './tape/shelf.js'
import { InlinePool, scratchBytes, ThreadPool, type Pool } from './tape/pool.js'
import { Session } from './session.js'
import { cores, fourGiB, type StreamOption } from './limits.js'
import { checkWeights } from './weights.js'

export interface EngineOptions {
  /** Threads that compute; as many as the machine has cores if left out. Always one in the plain build. */
  readonly threads?: number
  /** `auto` takes `fast` where the platform has relaxed SIMD, `strict` elsewhere, and `plain` where memory cannot be shared. `strict` and `plain` give the same bits on every machine. */
  readonly build?: Build | 'auto'
  /** Let V8 join 128-bit operations into 256-bit ones where that passes the self-test (the default); an experimental feature, in Node 24 or newer on x64. The bits of `strict` and `plain` do not depend on it. */
  readonly revectorize?: boolean
  /** Bytes that the engine may use for weights and values together; at most 4 GiB. */
  readonly maximumMemory?: number
  /** Watch for writes past the end of an allocation. Slow. */
  readonly debug?: boolean
}

export interface LoadOptions {
  /** Bytes of files beside the model, by name, or a function that reads a part of one. Without it they are read from the model's folder (only for a model given by its path). */
  readonly externalData?: ExternalData
  /** `false` runs the graph as it is written: no fusion, no change of layout. */
  readonly passes?: boolean
  /**
   * What the weights of products and convolutions are held as. `stored` (the default) keeps halves as halves, eight and four bits as they are where panels can hold them, and all else in float32; `float16`, `int8` (a scale
   * for each channel) and `int4` (a scale for each block of 32; convolutions in int8) convert at load. Arithmetic is float32 always.
   */
  readonly precision?: Precision
  /**
   * Weights stay where they are stored, and pass through a window of memory in every run, packed as they come (512 MiB, or as many bytes as are given): for models
   * that do not fit. Loading is quick then, nothing is written to disk, and files must stay as they are while the session is open. Needs shared memory.
   */
  readonly stream?: StreamOption
  /**
   * Packed weights are kept on disk, so that the next load need not pack them: `true` for beside the model (as `.NAME.HASH.packed`, for a model given by its path), a
   * folder for where that cannot be written to. In Node only.
   */
  readonly packed?: boolean | string
}

export interface Engine {
  readonly build: Build
  readonly threads: number
  /** Whether 256-bit operations are on, and why or why not. */
  readonly revectorized: { readonly on: boolean; readonly reason: string }
  /** Loads a model from a file (Node) or from its bytes. Throws EngineError: INVALID_MODEL, UNSUPPORTED (all missing operators are named), OUT_OF_MEMORY. */
  load(model: string | URL | Uint8Array, options?: LoadOptions): Promise<Session>
  /** Bytes in use, the most that were in use, and the limit. */
  memory(): { readonly used: number; readonly peak: number; readonly maximum: number }
  close(): Promise<void>
}


/** Compiles the kernels and starts the threads. One engine serves any number of sessions, which share its threads and memory. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const maximum = Math.min(options.maximumMemory ?? fourGiB, fourGiB)
  const threads = options.threads ?? cores()
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) throw new EngineError('INVALID_INPUT', `threads must be a whole number from 1 to 256, not ${threads}.`)
  const { build, module, revectorized, reason } = await compileBuild(options.build ?? 'auto', options.revectorize ?? true)
  const shared = build !== 'plain'
  const wasm = new WebAssembly.Memory({ initial: 16, maximum: Math.ceil(maximum / 65536), shared })
  const exports = (await WebAssembly.instantiate(module, { env: { memory: wasm } })).exports as Record<string, unknown> & { heap_base(): number; set_scratch(at: number): void; set_wide(on: number): void; walk(job: number): void }
  const memory = new Memory(wasm, exports.heap_base(), maximum, options.debug)
  const kernels = new Map(Object.entries(exports).filter(([k]) => k.startsWith('kernel_')).map(([k, f]) => [k.slice(7), (f as () => number)()]))
  const here = (): InlinePool => {
    exports.set_scratch(memory.allocate(scratchBytes, 'The engine'))
    exports.set_wide(Number(revectorized))
    return new InlinePool(memory, exports.walk)
  }
  const pool: Pool = shared ? await ThreadPool.start(module, memory, threads, cores(), revectorized) : here()
  let own = shared ? undefined : pool
  const inline = (): Pool => own ??= here()
  const aside = new Aside(shared), sessions = new Set<Session>()
  return {
    build, threads: pool.threads, revectorized: { on: revectorized, reason },
    async load(model, { externalData, passes = true, precision = 'stored', stream = false, packed = false } = {}) {
      const { bytes, external, path } = await openModel(model, externalData)
      const read = readModel(bytes, external)
      const graph = checkGraph(inlineFunctions(read))
      checkOperators(graph)
      if (!stream) checkWeights(graph, precision, memory)
      if (stream && !memory.shared) throw new EngineError('UNSUPPORTED', 'Weights cannot be streamed without shared memory.')
      const shelf = await shelfFor(externalData ? undefined : path, build, packed)
      const session: Session = new Session({ memory, pool, inline, aside, kernels, manner: { passes, strict: build !== 'fast', precision }, stream, constants: new Constants(memory, pool, kernels, shelf) }, graph, () => sessions.delete(session))
      sessions.add(session)
      return session
    },
    memory: () => ({ used: memory.bytes, peak: memory.peak, maximum }),
    async close() { await Promise.all([...sessions].map(s => s.close())); await Promise.all([pool.close(), aside.close()]) },
  }
}

/** Where packed weights are kept, if they are. */
async function shelfFor(path: string | undefined, build: Build, packed: boolean | string): Promise<Shelf | undefined> {
  if (!packed || path === undefined) return undefined
  const { Shelf } = await import('./tape/shelf.js')
  return Shelf.at(path, await buildHash(build), typeof packed === 'string' ? packed : undefined)
}
