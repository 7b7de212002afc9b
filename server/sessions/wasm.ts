import { basename, dirname, join } from 'node:path'
import { createEngine, EngineError, type Engine, type EngineOptions } from '../../wasm/index.js'
import { NoisegraphError } from '../core/errors.js'
import { checkFeeds } from './feeds.js'
import { readOnnxHeader } from './onnx-header.js'
import type { SessionProvider, Value } from './session.js'

/** `precision`, `stream` and `packed` are the engine's (see LoadOptions), precision by its short names. */
export interface WasmOptions {
  readonly threads?: number; readonly build?: NonNullable<EngineOptions['build']>; readonly revectorize?: boolean
  readonly precision?: keyof typeof held; readonly stream?: boolean | number; readonly packed?: boolean | string
}
const held = { stored: 'stored', fp32: 'float32', fp16: 'float16', int8: 'int8', int4: 'int4' } as const

/** The engine in WebAssembly: nothing but Node is needed. Its threads and memory are shared by all sessions, and start with the first one. */
export function wasm({ threads, build, revectorize, precision = 'stored', stream = false, packed = false }: WasmOptions = {}): SessionProvider {
  let engine: Promise<Engine> | undefined
  const start = () => (engine ??= createEngine({ ...(threads !== undefined && { threads }), ...(build && { build }), ...(revectorize !== undefined && { revectorize }) }))
  return {
    device: 'wasm',
    async probe() {
      try {
        const it = await start()
        return { available: true, detail: `WebAssembly engine, ${it.build} build, ${it.threads} thread${it.threads === 1 ? '' : 's'}; 256-bit operations ${it.revectorized.on ? 'on' : 'off'} (${it.revectorized.reason})` }
      } catch (error) {
        engine = undefined
        return { available: false, reason: error instanceof Error ? error.message : String(error) }
      }
    },
    async open(file) {
      const { inputs, outputs } = readOnnxHeader(file)
      const name = join(basename(dirname(file)), basename(file))
      const session = await (await start()).load(file, { precision: held[precision], stream, packed }).catch((error: unknown) => { throw translated(error, `The WASM engine cannot open ${file}`) })
      return {
        device: 'wasm', inputs, outputs,
        async run(feeds, signal) {
          signal?.throwIfAborted()
          checkFeeds(name, inputs, feeds)
          try {
            return await session.run(feeds, signal ? { signal } : {}) as Readonly<Record<string, Value>>
          } catch (error) {
            signal?.throwIfAborted()
            throw translated(error, `The WASM engine failed in ${name}`)
          }
        },
        close: () => session.close(),
      }
    },
  }
}

/** The engine's errors in the server's terms; what is not its own stays as it is. */
function translated(error: unknown, what: string): unknown {
  if (!(error instanceof EngineError)) return error
  const codes: Partial<Record<EngineError['code'], 'OUT_OF_MEMORY' | 'INCOMPATIBLE'>> = { OUT_OF_MEMORY: 'OUT_OF_MEMORY', INVALID_INPUT: 'INCOMPATIBLE' }
  return new NoisegraphError(codes[error.code] ?? 'BROKEN_MODEL', `${what}: ${error.message}`, undefined, { cause: error })
}
