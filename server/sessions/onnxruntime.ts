import * as ort from 'onnxruntime-node'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { NoisegraphError } from '../core/errors.js'
import { checkFeeds } from './feeds.js'
import { readOnnxHeader } from './onnx-header.js'
import { probeModel } from './probe-model.js'
import type { ElementType, Session, SessionProvider, Value } from './session.js'

// Errors reach the caller as exceptions; the runtime's own log would only repeat them on stderr.
ort.env.logLevel = 'fatal'

export interface OnnxRuntimeOptions {
  /** Threads of the CPU provider; the machine's cores when left out. */
  readonly threads?: number
  /** Which CUDA device, from 0. */
  readonly deviceId?: number
  /** Further options of the CUDA provider, such as `gpuMemLimit`, by the names that ONNX Runtime gives them. */
  readonly cuda?: Readonly<Record<string, unknown>>
}

/** ONNX Runtime on a CUDA device or on the CPU. `run` computes on the calling thread: never use it in a process that must answer. */
export function onnxruntime(device: 'cuda' | 'cpu', { threads, deviceId = 0, cuda = {} }: OnnxRuntimeOptions = {}): SessionProvider {
  const count = threads ?? availableParallelism()
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: device === 'cuda' ? [{ name: 'cuda', deviceId, ...cuda }] : [{ name: 'cpu' }],
    intraOpNumThreads: count, graphOptimizationLevel: 'all', logSeverityLevel: 4,
    // Threads that wait do not burn the cores that another process may need. Sums of products of bytes saturate on processors without VNNI unless that is asked for.
    extra: { session: { intra_op: { allow_spinning: '0' }, x64quantprecision: '1' } },
  }
  return {
    device,
    async probe() {
      try {
        await (await ort.InferenceSession.create(probeModel, options)).release()
        const version = ort.env.versions.node ?? ort.env.versions.common
        return { available: true, detail: `ONNX Runtime ${version}, ${device === 'cuda' ? `CUDA device ${deviceId}` : `CPU, ${count} thread${count === 1 ? '' : 's'}`}` }
      } catch (error) {
        return { available: false, reason: messageOf(error) }
      }
    },
    async open(file) {
      const { inputs, outputs } = readOnnxHeader(file)
      const name = join(basename(dirname(file)), basename(file))
      let session: ort.InferenceSession | undefined
      try {
        session = await created(file, options)
      } catch (error) {
        throw failure(error, 'BROKEN_MODEL', `ONNX Runtime (${device}) cannot open ${file}`)
      }
      return {
        device, inputs, outputs,
        async run(feeds, signal) {
          signal?.throwIfAborted()
          if (!session) throw new NoisegraphError('INTERNAL', `${name} was closed.`)
          checkFeeds(name, inputs, feeds)
          try {
            const answers = await session.run(Object.fromEntries(Object.entries(feeds).map(([key, value]) => [key, tensor(value)])))
            signal?.throwIfAborted()
            return Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, valueOf(value as ort.Tensor)]))
          } catch (error) {
            if (signal?.aborted) throw error
            throw failure(error, 'INCOMPATIBLE', `ONNX Runtime (${device}) failed in ${name}`)
          }
        },
        async close() {
          await session?.release()
          session = undefined
        },
      } satisfies Session
    },
  }
}

/** The runtime's optimisations fail on some networks with fixed axes, which it runs well as they are. */
async function created(file: string, options: ort.InferenceSession.SessionOptions): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(file, options)
  } catch (error) {
    if (!messageOf(error).includes('graph_utils')) throw error
    return ort.InferenceSession.create(file, { ...options, graphOptimizationLevel: 'disabled' })
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function failure(error: unknown, code: 'BROKEN_MODEL' | 'INCOMPATIBLE', what: string): NoisegraphError {
  const memory = /alloc|out of memory|bad_alloc/i.test(messageOf(error))
  return new NoisegraphError(memory ? 'OUT_OF_MEMORY' : code, `${what}: ${messageOf(error)}`, undefined, { cause: error })
}

/** Where Node knows Float16Array, the runtime's own tensors hold one, which its native half reads as nothing: half precision is handed over as raw bits. */
function tensor({ type, shape, data }: Value): ort.Tensor {
  if (type === 'float16') return { type, dims: shape, data, location: 'cpu' } as unknown as ort.Tensor
  return new ort.Tensor(type as ort.Tensor.Type, data as ort.Tensor.DataType, shape)
}

function valueOf({ type, dims, data }: ort.Tensor): Value {
  const raw = data as unknown as Float32Array
  return { type: type as ElementType, shape: dims, data: type === 'float16' ? new Uint16Array(raw.buffer, raw.byteOffset, raw.length) : raw }
}
