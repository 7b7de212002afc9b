/** Makes an order of a request: checks everything against the model and the plugins, and fills every default in. */
import { checkCall, checkImages } from './check-options.js'
import { NoisegraphError } from './errors.js'
import { extentOf } from './extent.js'
import { chooseFormat } from './formats.js'
import type { Order } from './order.js'
import { checkConditioners } from './order-conditioners.js'
import { findModel } from './find-model.js'
import { withStages } from './order-stages.js'
import { planOrder } from './order-plan.js'
import { optionsOf, orderLimits, type Choices, type OrderRequest } from './order-request.js'
import { find } from './registry.js'
import { schedules } from './schedules/index.js'
import type { ModelInfo } from './services.js'

export { findModel } from './find-model.js'
export { orderLimits, type CallRequest, type Choices, type OrderRequest } from './order-request.js'

export async function makeOrder(request: OrderRequest, from: Choices): Promise<Order> {
  const first = await singleOrder(request, from)
  return request.stages?.length ? withStages(first, request.stages, singleOrder, from) : first
}

async function singleOrder(asked: OrderRequest, from: Choices): Promise<Order> {
  const model = await findModel(asked.model, from)
  const request = { ...asked, frames: asked.frames ?? await framesOfClip(asked, from) }
  const steering = await checkConditioners(request, model, from)
  if (model.output === 'picture' && request.frames != null && !steering.some(c => ['morph', 'video-to-video'].includes(c.name))) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" makes pictures, all frames of which would be one: say with the conditioner "morph" where they lead or with "video-to-video" where they come from, or leave frames out.`, 'frames')
  const { width, height, steps, guidanceScale } = model.defaults
  const order = {
    steps: within('steps', request.steps ?? steps, 1, orderLimits.steps, true),
    guidanceScale: within('guidanceScale', request.guidanceScale ?? guidanceScale, 0, orderLimits.guidanceScale),
    width: side('width', request.width ?? width, model),
    height: side('height', request.height ?? height, model),
    ...extentOf(request, model.name, model.extent, model.output),
    count: within('count', request.count ?? 1, 1, orderLimits.count, true),
    seed: seed64(request.seed),
    device: request.device ?? 'auto',
    noise: request.noise ?? 'torch',
    ...chooseFormat(model.output === 'picture' && request.frames != null ? 'video' : model.output, model.name, request.format, request.quality),
  } as const
  const pixels = order.width * order.height * order.count * (order.frames ?? 1)
  if (pixels > orderLimits.requestPixels) throw new NoisegraphError('INVALID_OPTION', `${order.count} ${order.frames ? `videos of ${order.frames} frames` : 'pictures'} of ${order.width} x ${order.height} are ${pixels} pixels; a request takes at most ${orderLimits.requestPixels}. Ask for fewer or smaller ones.`, 'count')
  return {
    model: model.name,
    ...await walk(request, model, { ...order, conditioners: steering }, from),
    conditioners: steering,
    ...order,
  }
}

/** A clip to start from has a length of its own, which is the result's where nothing else is said. */
async function framesOfClip({ conditioners }: OrderRequest, from: Choices): Promise<number | null> {
  for (const { name, options } of conditioners ?? []) {
    const spec = from.conditioners.find(c => c.name === name)?.options ?? {}
    for (const [key, id] of Object.entries(options ?? {})) if (spec[key]?.kind === 'image' && spec[key].frames && typeof id === 'string') {
      const frames = (await from.findImage(id))?.frames ?? 1
      if (frames > 1) return frames
    }
  }
  return null
}

/** The run is planned once here, so that a sampler and a schedule that do not go together are refused at once. */
async function walk(request: OrderRequest, model: ModelInfo, rest: Pick<Order, 'steps' | 'conditioners' | 'width' | 'height'>, { findImage, ...plugins }: Choices): Promise<Pick<Order, 'sampler' | 'schedule'>> {
  const sampler = request.sampler ? { name: request.sampler.name, options: optionsOf(request.sampler, 'sampler') } : null
  const wanted = request.schedule && find('schedule', schedules, request.schedule.name, 'schedule.name')
  const schedule = wanted ? checkCall(wanted, optionsOf(request.schedule!, 'schedule'), 'schedule.options') : null
  const plan = planOrder({ ...rest, sampler, schedule }, model, plugins)
  const call = sampler && { name: plan.name, options: plan.options }
  if (call) await checkImages(plan.sampler, call, 'sampler.options', findImage)
  return { sampler: call, schedule }
}

function within(field: string, value: number, min: number, max: number, whole = false): number {
  if (typeof value !== 'number' || !(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    throw new NoisegraphError('INVALID_OPTION', `${field} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, got ${String(value).slice(0, 40)}.`, field)
  return value
}

/** What has no sides. */
const flat: Partial<Record<ModelInfo['output'], string>> = { sound: 'sounds', points: 'point clouds', molecule: 'molecules' }

function side(field: 'width' | 'height', value: number, { name, sizeMultiple, output, defaults, exported }: ModelInfo): number {
  if (flat[output] && value !== defaults[field]) throw new NoisegraphError('INCOMPATIBLE', `The model "${name}" makes ${flat[output]}, which have no ${field}: leave it out, got ${value}.`, field)
  within(field, value, sizeMultiple, orderLimits.side, true)
  if (value % sizeMultiple) {
    const below = value - (value % sizeMultiple)
    throw new NoisegraphError('INVALID_OPTION', `${field} must be a multiple of ${sizeMultiple} for the model "${name}", got ${value}. The next are ${below} and ${below + sizeMultiple}.`, field)
  }
  const fixed = exported?.[field]
  if (fixed !== undefined && value !== fixed) throw new NoisegraphError('INVALID_OPTION', `The model "${name}" was exported for a ${field} of ${fixed} only, got ${value}.`, field)
  return value
}

function seed64(value: string): string {
  const seed = /^\d{1,20}$/.test(value) ? BigInt(value) : -1n
  if (seed < 0n || seed >= 2n ** 64n) throw new NoisegraphError('INVALID_OPTION', `seed must be a whole number from 0 to 18446744073709551615, got "${value.slice(0, 40)}".`, 'seed')
  return seed.toString()
}
