/** Services in memory, for tests of the API: every interface is kept, nothing is computed. */
import { randomUUID, createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Conditioner, Sampler } from '../../../plugins/sdk/index.js'
import { NoisegraphError } from '../../core/errors.js'
import { find, findSampler } from '../../core/registry.js'
import type { Order } from '../../core/order.js'
import type { Artifact, EventBody, Generation, ModelInfo, PluginEvent, StoredEvent, Upload, WorkerReport } from '../../core/services.js'
import type { Services } from '../context.js'
import { fakeModelControl } from './fake-models.js'

export const model: ModelInfo = {
  name: 'toy64', pipeline: 'StableDiffusionPipeline', summary: 'A model that only tests know.', output: 'picture', parts: [{ name: 'unet', className: 'UNet2DConditionModel', bytes: 12_000_000 }],
  defaults: { width: 64, height: 64, steps: 8, guidanceScale: 4.5 }, conditioners: ['text', 'image-to-image', 'inpaint', 'video-to-video', 'morph'], sizeMultiple: 8,
  scheduler: { _class_name: 'DDIMScheduler', beta_schedule: 'squaredcos_cap_v2', prediction_type: 'v_prediction', timestep_spacing: 'trailing', clip_sample: false, num_train_timesteps: 1000 },
}

const worker: WorkerReport = {
  id: 'worker-1', pid: process.pid, seenAt: new Date(), busy: false, threads: 2, engine: 'onnxruntime 1.30.0', rssBytes: 3_000_000_000, loadedModels: ['toy64'],
  models: [{ name: 'toy64', device: 'cpu', bytes: 12_000_000, pinned: false }], budgetBytes: 8_000_000_000,
  devices: [{ device: 'cuda', available: false, chosen: false, detail: 'Failed to load shared library' }, { device: 'cpu', available: true, chosen: true, detail: '2 threads' }],
}

/** Lets readers wait for the next change. */
class Bell {
  private waiting: (() => void)[] = []
  ring() { for (const wake of this.waiting.splice(0)) wake() }
  wait(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => { if (signal.aborted) resolve(); else { this.waiting.push(resolve); signal.addEventListener('abort', () => resolve(), { once: true }) } })
  }
}

export interface Fakes extends Services {
  readonly bell: Bell
  readonly generations: Map<string, { generation: Generation; events: StoredEvent[] }>
  readonly pluginList: { samplers: Sampler[]; conditioners: Conditioner[] }
  readonly pictures: Map<string, Uint8Array>
  emit(id: string, body: EventBody): void
  /** Runs a generation to its end, a few milliseconds a step. */
  run(id: string, milliseconds?: number): Promise<void>
  tell(event: Omit<PluginEvent, 'at'>): void
  /** Followers that have not left. */
  followers: number
  /** Readers of plugin events that have not left; the server itself is one. */
  watchers: number
  /** Events handed to followers. */
  handed: number
}

export function fakes(pluginList: Fakes['pluginList'], models: readonly ModelInfo[] = [model]): Fakes {
  const generations: Fakes['generations'] = new Map()
  const keys = new Map<string, string>()
  const bell = new Bell()
  const pictures = new Map<string, Uint8Array>()
  const uploads = new Map<string, Upload>()
  const pluginEvents: PluginEvent[] = []
  const terminal = ['succeeded', 'failed', 'cancelled']
  const entry = (id: string) => {
    const found = generations.get(id)
    if (!found) throw new NoisegraphError('UNKNOWN_GENERATION', `No generation "${id}".`, 'id')
    return found
  }
  const set = (id: string, change: Partial<Generation>) => { const e = entry(id); e.generation = { ...e.generation, ...change } }
  const it: Fakes = {
    bell, generations, pluginList, pictures, followers: 0, watchers: 0, handed: 0,
    emit(id, body) {
      const { events } = entry(id)
      events.push({ generationId: id, sequence: events.length + 1, at: new Date(), body })
      bell.ring()
    },
    async run(id, milliseconds = 5) {
      const { generation: { order } } = entry(id)
      const ended = () => terminal.includes(entry(id).events.at(-1)!.body.type)
      set(id, { status: 'running', startedAt: new Date(), attempts: 1 })
      it.emit(id, { type: 'loading', part: 'unet', bytes: 12_000_000, totalBytes: 12_000_000 })
      it.emit(id, { type: 'started', device: 'cpu', sampler: order.sampler?.name ?? 'ddim', attempt: 1, timesteps: [999, 499], sigmas: [1, 0.5] })
      for (let index = 0; index < order.steps; index++) {
        await new Promise(resolve => setTimeout(resolve, milliseconds))
        if (ended()) return
        it.emit(id, {
          type: 'step', index, total: order.steps, networkCalls: index + 1, timestep: 999 - index, sigma: 1 - index / order.steps, percent: 100 * (index + 1) / order.steps,
          milliseconds, etaMilliseconds: (order.steps - index - 1) * milliseconds, preview: `data:image/png;base64,${(await toyPicture(index)).toString('base64')}`,
        })
      }
      if (ended()) return
      it.emit(id, { type: 'decoding' })
      const artifacts: Artifact[] = []
      for (let index = 0; index < order.count; index++) {
        const bytes = await toyPicture(index)
        pictures.set(`${id}-${index}`, bytes)
        artifacts.push({ id: `${id}-${index}`, url: `/artifacts/${id}-${index}`, mimeType: 'image/png', width: 64, height: 64, bytes: bytes.length, index, seed: String(BigInt.asUintN(64, BigInt(order.seed) + BigInt(index))) })
      }
      set(id, { status: 'succeeded', finishedAt: new Date(), artifacts })
      it.emit(id, { type: 'succeeded', artifacts, milliseconds: milliseconds * order.steps })
    },
    tell(event) { pluginEvents.push({ ...event, at: new Date() }); bell.ring() },
    jobs: {
      async submit(order, key) {
        const before = key === undefined ? undefined : keys.get(key)
        if (before) {
          const { generation } = entry(before)
          if (JSON.stringify(generation.order) !== JSON.stringify(order)) throw new NoisegraphError('IDEMPOTENCY_CONFLICT', 'The key was used with another request.', 'idempotencyKey')
          return generation
        }
        const generation: Generation = { id: randomUUID(), status: 'queued', order, createdAt: new Date(), attempts: 0, artifacts: [] }
        generations.set(generation.id, { generation, events: [] })
        if (key !== undefined) keys.set(key, generation.id)
        it.emit(generation.id, { type: 'queued', position: 0 })
        return generation
      },
      get: async id => generations.get(id)?.generation,
      async list({ first, after, status, model: name }) {
        const all = [...generations.values()].map(e => e.generation).reverse().filter(g => (!status || status.includes(g.status)) && (name === undefined || g.order.model === name))
        const from = after === undefined ? 0 : all.findIndex(g => g.id === after) + 1
        const items = all.slice(from, from + first)
        return { items, cursors: items.map(g => g.id), endCursor: items.at(-1)?.id ?? null, hasNextPage: from + first < all.length, totalCount: all.length }
      },
      async cancel(id) {
        if (!terminal.includes(entry(id).events.at(-1)!.body.type)) {
          set(id, { status: 'cancelled', finishedAt: new Date() })
          const steps = entry(id).events.filter(e => e.body.type === 'step').length
          it.emit(id, { type: 'cancelled', atStep: steps ? steps - 1 : null })
        }
        return entry(id).generation
      },
      async remove(id) {
        generations.delete(id)
        for (const [key, of] of keys) if (of === id) keys.delete(key)
      },
      position: async id => (entry(id).generation.status === 'queued' ? 0 : undefined),
    },
    events: {
      async *follow(id, after, signal) {
        it.followers++
        try {
          for (let at = after; !signal.aborted;) {
            const { events } = entry(id)
            if (at >= events.length) {
              if (terminal.includes(events.at(-1)!.body.type)) return
              await bell.wait(signal)
              continue
            }
            const event = events[at++]!
            it.handed++
            yield event
            if (terminal.includes(event.body.type)) return
          }
        } finally {
          it.followers--
        }
      },
    },
    workers: { list: async () => [worker] },
    modelControl: fakeModelControl([worker]),
    models: {
      list: async () => models,
      async inspect(name) {
        const { pipeline, output } = await it.models.get(name)
        const network = { name: 'unet', className: 'UNet2DConditionModel', bytes: 12_000_000, opset: 17, parameters: 3_000_000, weightBytes: 12_000_000, weightTypes: ['float32'], inputs: ['sample: float32 [b, 4, h, w]'], outputs: ['out: float32 [b, 4, h, w]'], operators: [{ operator: 'Conv', count: 20 }], missingInWasm: [] }
        return { name, pipeline, family: 'toy', scheduler: 'DDIMScheduler', makes: output, width: 64, height: 64, takes: ['text'], needs: [], networks: [network], memory: [{ device: 'cpu', precision: 'fp32', stored: true, weights: 12_000_000, activations: null, total: 12_000_000 }] }
      },
      async get(name) {
        const found = models.find(m => m.name === name)
        if (!found) throw new NoisegraphError('UNKNOWN_MODEL', `No model "${name}".`, 'model')
        return found
      },
    },
    uploads: {
      async put(chunks) {
        const parts: Uint8Array[] = []
        for await (const chunk of chunks) parts.push(chunk)
        const bytes = Buffer.concat(parts)
        const { width, height, format } = await sharp(bytes).metadata()
        const id = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
        const upload = { id, width, height, frames: 1, mimeType: `image/${format}`, bytes: bytes.length, url: `/uploads/${id}` }
        uploads.set(id, upload)
        pictures.set(id, bytes)
        return upload
      },
      get: async id => uploads.get(id),
      read: async id => pictures.get(id)!,
    },
    recipes: {
      async read(file) {
        const text = Buffer.from(file).toString()
        if (!text.startsWith('{')) throw new NoisegraphError('INVALID_IMAGE', 'The file holds no recipe.')
        return JSON.parse(text) as Order
      },
    },
    artifacts: { open: async id => { const bytes = pictures.get(id); return bytes && { bytes, mimeType: 'image/png' } } },
    plugins: {
      samplers: () => pluginList.samplers, conditioners: () => pluginList.conditioners,
      sampler: name => findSampler(pluginList.samplers, name).sampler,
      conditioner: name => find('conditioner', pluginList.conditioners, name, 'name'),
      failures: () => pluginEvents.filter(e => e.type === 'failed'),
      reload: async () => undefined,
      async *events(signal) {
        it.watchers++
        try {
          for (let at = pluginEvents.length; !signal.aborted;) {
            if (at < pluginEvents.length) yield pluginEvents[at++]!
            else await bell.wait(signal)
          }
        } finally {
          it.watchers--
        }
      },
    },
  }
  return it
}

const toyPicture = (index: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: (40 * index) % 256, g: 90, b: 160 } } }).png().toBuffer()
