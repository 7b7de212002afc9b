import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import type { Order, PluginCall } from './order.js'
import type { Part } from './part.js'
import { planRun, type Plan } from './plan.js'
import type { ModelInfo } from './services.js'

/** What there is to plan with. */
export interface Planners { readonly samplers: readonly Sampler[]; readonly conditioners: readonly Conditioner[] }

/** The part of the schedule that a run walks, where conditioners say so. Of several the last one counts, as in the run. */
const partOf = (calls: readonly PluginCall[], conditioners: readonly Conditioner[]): Part =>
  Object.assign({}, ...calls.map(({ name, options }) => {
    const it = conditioners.find(c => c.name === name)
    return it?.part ? asked(name, () => it.part!(options as never)) : {}
  }))

function asked(name: string, part: () => Part): Part {
  const wrong = (what: string, cause?: unknown) => new NoisegraphError('PLUGIN_FAILED', `The conditioner "${name}" ${what}`, `conditioners.${name}`, { cause })
  let answer: Part
  try {
    answer = { ...part() }
  } catch (error) {
    throw wrong(`failed to say which part of the run it leaves: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  for (const [key, value] of Object.entries(answer)) if (!['strength', 'after', 'until'].includes(key) || !(value >= 0 && value <= 1)) throw wrong(`says that it leaves ${key} ${String(value).slice(0, 40)} of the run; strength, after and until are numbers from 0 to 1.`)
  return answer
}

/** The plan of an order whose pictures are still ids. */
export const planOrder = (order: Pick<Order, 'sampler' | 'schedule' | 'steps' | 'conditioners'> & Partial<Pick<Order, 'width' | 'height'>>, model: ModelInfo, { samplers, conditioners }: Planners): Plan =>
  planRun({
    scheduler: model.scheduler, sampler: order.sampler, schedule: order.schedule, steps: order.steps, part: partOf(order.conditioners, conditioners), images: 'ids', pipeline: model.pipeline, ...sizeOf(order, model),
  }, { samplers })

/** Schedules that depend on the size of the picture count patches of 2x2 elements of x; each is as wide as sizes are multiples of. */
const sizeOf = ({ width, height }: Partial<Pick<Order, 'width' | 'height'>>, { sizeMultiple }: ModelInfo) =>
  (width === undefined || height === undefined ? {} : { shape: [1, 1, (2 * height) / sizeMultiple, (2 * width) / sizeMultiple] })
