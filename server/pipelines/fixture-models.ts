/** Model folders for tests: ONNX files that declare ports and hold nothing, and a device that answers for them and remembers what it was fed. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOnnxHeader } from '../sessions/onnx-header.js'
import type { ElementType, Session, SessionProvider, Value } from '../sessions/session.js'
import { modelsFolder } from './fixture.js'

type Ports = Readonly<Record<string, readonly [type: ElementType, ...shape: (number | string)[]]>>
interface PartSpec { readonly inputs: Ports; readonly outputs: Ports; readonly config?: object }
export interface ModelSpec { readonly pipeline: string; readonly index?: object; readonly parts: Readonly<Record<string, PartSpec>>; readonly tokenizers?: readonly string[]; readonly scheduler?: object; readonly lowResScheduler?: object }

const codes: Partial<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 }
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)])
const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, ...varint(bytes.length), ...bytes]
const integer = (number: number, value: number) => [number << 3, ...varint(value)]
const text = (number: number, value: string) => field(number, [...Buffer.from(value)])

function onnx({ inputs, outputs }: PartSpec): Uint8Array {
  const port = ([name, [type, ...shape]]: [string, Ports[string]]) => [...text(1, name), ...field(2, field(1, [...integer(1, codes[type]!), ...field(2, shape.flatMap(s => field(1, typeof s === 'number' ? integer(1, s) : text(2, s))))]))]
  const graph = [...text(2, 'ports'), ...Object.entries(inputs).flatMap(p => field(11, port(p))), ...Object.entries(outputs).flatMap(p => field(12, port(p)))]
  return Uint8Array.from([...integer(1, 8), ...field(7, graph), ...field(8, integer(2, 17))])
}

export function writeModel(root: string, name: string, { pipeline, index = {}, parts, tokenizers = [], scheduler, lowResScheduler }: ModelSpec): void {
  const at = join(root, name)
  const put = (folder: string, file: string, data: string | Uint8Array) => { mkdirSync(join(at, folder), { recursive: true }); writeFileSync(join(at, folder, file), data) }
  for (const [part, spec] of Object.entries(parts)) {
    put(part, 'model.onnx', onnx(spec))
    put(part, 'config.json', JSON.stringify(spec.config ?? {}))
  }
  put('scheduler', 'scheduler_config.json', JSON.stringify(scheduler ?? { _class_name: 'DDIMScheduler', num_train_timesteps: 1000, clip_sample: false, timestep_spacing: 'trailing' }))
  if (lowResScheduler) put('low_res_scheduler', 'scheduler_config.json', JSON.stringify(lowResScheduler))
  for (const t of tokenizers) cpSync(join(modelsFolder, 'emoji64/tokenizer'), join(at, t), { recursive: true })
  const listed = [...Object.keys(parts), ...tokenizers, 'scheduler', ...(lowResScheduler ? ['low_res_scheduler'] : [])]
  put('.', 'model_index.json', JSON.stringify({ _class_name: pipeline, ...index, ...Object.fromEntries(listed.map(p => [p, ['diffusers', p.endsWith('scheduler') ? 'DDPMScheduler' : 'Part']])) }))
}

export interface Fed { readonly part: string; readonly feeds: Readonly<Record<string, Value>> }

/** Every output is a tenth of the first input's values, over again, in the declared shape: named axes are taken from the inputs of the same name. */
export function rememberingProvider(fed: Fed[], sizes: Readonly<Record<string, number>> = {}): SessionProvider {
  return {
    device: 'cpu',
    probe: () => Promise.resolve({ available: true, detail: 'answers a tenth of what it is given' }),
    open: file => {
      const { inputs, outputs } = readOnnxHeader(file)
      const part = file.split(/[\\/]/).at(-2)!
      const session: Session = {
        device: 'cpu', inputs, outputs, close: () => Promise.resolve(),
        run(feeds) {
          fed.push({ part, feeds })
          const axes: Record<string, number> = { ...sizes }
          for (const port of inputs) port.shape.forEach((s, i) => { if (typeof s === 'string') axes[s] ??= feeds[port.name]!.shape[i]! })
          const source = feeds[inputs[0]!.name]!.data
          return Promise.resolve(Object.fromEntries(outputs.map(port => {
            const shape = port.shape.map(s => (typeof s === 'number' ? s : axes[s]!))
            return [port.name, { type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Number(source[i % source.length]) / 10) }]
          })))
        },
      }
      return Promise.resolve(session)
    },
  }
}
