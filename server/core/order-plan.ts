import type { Sampler } from '../../plugins/sdk/index.js'
import type { Order, PluginCall } from './order.js'
import type { Part } from './part.js'
import { planRun, type Plan } from './plan.js'
import type { ModelInfo } from './services.js'

/** Where a run starts: midway, where a picture is noised by `image-to-image`. */
export const partOf = (conditioners: readonly PluginCall[]): Part => {
  const strength = conditioners.find(c => c.name === 'image-to-image')?.options.strength
  return typeof strength === 'number' ? { strength } : {}
}

/** The plan of an order whose pictures are still ids. */
export const planOrder = (order: Pick<Order, 'sampler' | 'schedule' | 'steps' | 'conditioners'> & Partial<Pick<Order, 'width' | 'height'>>, model: ModelInfo, samplers: readonly Sampler[]): Plan =>
  planRun({
    scheduler: model.scheduler, sampler: order.sampler, schedule: order.schedule, steps: order.steps, part: partOf(order.conditioners), images: 'ids', pipeline: model.pipeline, ...sizeOf(order, model),
  }, { samplers })

/** Schedules that depend on the size of the picture count patches of 2x2 elements of x; each is as wide as sizes are multiples of. */
const sizeOf = ({ width, height }: Partial<Pick<Order, 'width' | 'height'>>, { sizeMultiple }: ModelInfo) =>
  (width === undefined || height === undefined ? {} : { shape: [1, 1, (2 * height) / sizeMultiple, (2 * width) / sizeMultiple] })
