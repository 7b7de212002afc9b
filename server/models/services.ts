import { augmentation, controlNetworks, promptEncoder, mix, type Augmentation, type ControlNetworks, type Feeds, type Tensor } from '../../plugins/sdk/index.js'
import { noiseTable } from '../core/noise-table.js'
import type { Session } from '../sessions/session.js'
import type { ModelFolder } from './folder.js'
import type { Model } from './model.js'
import { part, stack } from './network.js'
import { toTensor, toValue } from './value.js'

/** What plugins may ask of a model, by token; undefined where this one does not have it. */
export function modelService(model: Model, token: string): unknown {
  switch (token) {
    case promptEncoder.token: return model.prompts
    case controlNetworks.token: return controlOf(model)
    case augmentation.token: return augmentationOf(model.folder)
    default: return undefined
  }
}

/** Upscalers noise their input on a schedule of their own (Ho et al. 2022, cascaded diffusion). */
function augmentationOf({ schedulers }: ModelFolder): Augmentation | undefined {
  const own = schedulers.get('low_res_scheduler') ?? schedulers.get('image_noising_scheduler')
  if (!own) return undefined
  const { sigmas } = noiseTable(own.className.replace(/Scheduler$/, ''), own.config)
  return {
    augment(image, level, noise) {
      const sigma = sigmas[level]
      if (sigma === undefined) throw new RangeError(`upscale.noiseLevel must be from 0 to ${sigmas.length - 1} for this model, got ${level}.`)
      // The table is in sigma / alpha, of alpha^2 + sigma^2 = 1.
      return mix([1 / Math.hypot(1, sigma), image], [sigma / Math.hypot(1, sigma), noise])
    },
  }
}

/** One is `controlnet`; further ones are `controlnet_1` and so on, as published pipelines with several save them. */
function controlOf(model: Model): ControlNetworks | undefined {
  const names = [...model.folder.parts.keys()].filter(name => /^controlnet(_\d+)?$/.test(name)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return names.length ? { count: names.length, residuals: async (which, ...call) => residuals(await model.session(names[which]!), ...call) } : undefined
}

type Arguments = Parameters<ControlNetworks['residuals']> extends [number, ...infer A] ? A : never

async function residuals(session: Session, ...[{ x, t, feeds, batch }, hint, strength, guess]: Arguments): Promise<Feeds> {
  // Guessing asks with the condition alone, which comes last in the batch.
  const alone = guess && batch > 1
  const own = (tensor: Tensor) => (alone ? part(tensor, batch - 1) : tensor)
  const count = alone ? 1 : batch
  const repeated = stack(Array.from({ length: count }, () => hint))
  const given: Record<string, Tensor> = { ...Object.fromEntries(Object.entries(feeds).map(([k, v]) => [k, own(v)])), sample: own(x), controlnet_cond: repeated }
  const values = Object.fromEntries(session.inputs.map(port => {
    const scalar = port.name === 'timestep' ? t : port.name === 'conditioning_scale' ? strength : undefined
    const tensor = scalar === undefined ? given[port.name] : { shape: port.shape.map(s => (typeof s === 'number' ? s : count)), data: new Float32Array(port.shape.length ? (typeof port.shape[0] === 'number' ? port.shape[0] : count) : 1).fill(scalar) }
    if (!tensor) throw new RangeError(`The ControlNet needs "${port.name}", which nothing gives.`)
    return [port.name, toValue(tensor, port.type)]
  }))
  const out = await session.run(values)
  const last = session.outputs.length - 1
  // Networks that were exported without the input are weighted afterwards.
  const weight = session.inputs.some(i => i.name === 'conditioning_scale') ? 1 : strength
  const answers: Record<string, Tensor> = {}
  for (const [i, { name }] of session.outputs.entries()) {
    const tensor = toTensor(out[name]!)
    // From a tenth in the first block to the whole in the middle one.
    const weighted = mix([guess ? weight * 10 ** (i / last - 1) : weight, tensor])
    answers[name] = alone ? stack([...Array.from({ length: batch - 1 }, () => mix([0, weighted])), weighted]) : weighted
  }
  return answers satisfies Feeds
}
