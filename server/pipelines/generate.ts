import type { Order } from '../core/order.js'
import type { Part } from '../core/part.js'
import { planRun, type Plan } from '../core/plan.js'
import { findSampler } from '../core/registry.js'
import type { Conditioning, Tensor } from '../../plugins/sdk/index.js'
import type { Catalog } from '../models/catalog.js'
import { factsOf } from '../models/facts.js'
import type { Model } from '../models/model.js'
import type { Residency } from '../models/residency.js'
import { alwaysFeeds, embedsGuidance } from './always.js'
import { applied, withPictures } from './apply.js'
import { checkOrder } from './check-order.js'
import { condition } from './condition.js'
import { finish } from './finish.js'
import { madeBy, paint, type Picture } from './paint.js'
import type { Generate, Output, RunContext } from './pipeline.js'
import { previewer } from './preview.js'
import { orderOfPicture, recipeText, seedOf } from './recipe-text.js'
import { samplerPictures } from './sampler-pictures.js'
import { sampleShape, siteOf, type Canvas } from './site.js'
import { streamOf } from './stream.js'

export interface Studio {
  readonly catalog: Catalog
  readonly residency: Residency
  /** Services of the server that plugins may ask for, by token. */
  readonly service?: (token: string) => unknown
}

/** The one implementation that makes pictures from an order; the worker and the terminal both run it. */
export const createGenerate = (studio: Studio): Generate => async function* generate(order, context) {
  const folder = studio.catalog.folder(order.model)
  checkOrder(order, folder.name, factsOf(folder))
  // Says what is wrong before anything is loaded.
  planRun({ scheduler: schedulerOf(folder.scheduler), sampler: order.sampler, schedule: order.schedule, steps: order.steps, pipeline: folder.pipeline, images: 'ids' }, { samplers: context.plugins.samplers() })
  const model = yield* stoppable(studio.residency.use(order.model, order.device), context.signal)
  try {
    const pictures = await picturesOf(model, order, context, studio)
    const plan = await planOf(model, order, pictures, context)
    const made = madeBy(plan)
    yield { type: 'started', device: model.device, sampler: plan.name, timesteps: made.map(i => i.from.t), sigmas: made.map(i => i.from.sigma) }
    const preview = previewer(model)
    const painting = paint(model, { plan, shape: sampleShape(model, order), guidanceScale: order.guidanceScale, always: alwaysFeeds(model, order), journal: context.journal, signal: context.signal }, pictures)
    let samples: readonly Tensor[]
    for (;;) {
      const next = await painting.next()
      if (next.done) { samples = next.value; break }
      const { index, total, networkCalls, steps: [first] } = next.value
      yield { type: 'step', index, total, networkCalls, timestep: first!.level.t, sigma: first!.level.sigma, preview: () => preview(first!.denoised) }
    }
    yield { type: 'decoding' }
    const outputs: Output[] = []
    for (const [index, sample] of samples.entries()) {
      context.signal.throwIfAborted()
      outputs.push({ ...(await finish(model, sample, recipeText(orderOfPicture(order, index)), order)), index, seed: seedOf(order, index) })
    }
    return outputs
  } finally {
    studio.residency.release(model)
  }
}

/** Between the parts of a model that is being loaded, a cancelled run stops. */
export async function* stoppable<Y, R>(inner: AsyncGenerator<Y, R>, signal: AbortSignal): AsyncGenerator<Y, R> {
  try {
    for (;;) {
      const next = await inner.next()
      if (next.done) return next.value
      yield next.value
      signal.throwIfAborted()
    }
  } finally {
    await inner.return(undefined as never)
  }
}

export const schedulerOf = ({ className, config }: { readonly className: string; readonly config: Readonly<Record<string, unknown>> }) => ({ ...config, _class_name: className })

/** What a schedule may depend on beside its own config. */
export const gridOf = (model: Model, canvas: Pick<Canvas, 'width' | 'height'>) =>
  ({ shape: sampleShape(model, canvas), pipeline: model.folder.pipeline, patch: model.facts.sizeMultiple / model.facts.factor })

/** What every picture of the order is conditioned on. Options are read once; draws are each picture's own. */
export async function picturesOf(model: Model, order: Order, context: RunContext, studio: Studio): Promise<readonly Picture[]> {
  const sources = { image: context.image, ...(studio.service && { service: studio.service }) }
  const conditioners = []
  for (const { name, options } of order.conditioners) conditioners.push(await applied(context.plugins.conditioner(name), options, model, sources))
  const asked = order.sampler && findSampler(context.plugins.samplers(), order.sampler.name)
  const needsBoth = asked?.sampler.needsUnconditional?.({ ...asked.options, ...order.sampler?.options } as never) ?? false
  const canvas: Canvas = { ...order, guided: (order.guidanceScale > 1 || needsBoth) && !embedsGuidance(model) }
  const fitted = new Map<Tensor, Tensor>()
  const pictures: Picture[] = []
  for (let i = 0; i < order.count; i++) {
    context.signal.throwIfAborted()
    const stream = streamOf(order.noise, BigInt(seedOf(order, i)))
    pictures.push({ ...stream, conditioning: await condition(conditioners, siteOf(model, canvas, stream.draw, fitted)) })
  }
  return pictures
}

/** Which part of the schedule the conditioners ask for. */
export const partOf = ({ start, until }: Conditioning): Part =>
  ({ strength: start?.strength ?? 1, ...(start?.after && { after: start.after.share }), ...(until !== undefined && { until }) })

async function planOf(model: Model, order: Order, [first]: readonly Picture[], context: RunContext): Promise<Plan> {
  const samplers = context.plugins.samplers()
  const shape = sampleShape(model, order)
  let call = order.sampler
  if (call) {
    const spec = findSampler(samplers, call.name).sampler.options
    call = { ...call, options: await samplerPictures(model, spec, await withPictures(spec, call.options, 'sampler.options', context), shape, order) }
  }
  return planRun({ scheduler: schedulerOf(model.folder.scheduler), sampler: call, schedule: order.schedule, steps: order.steps, ...gridOf(model, order), part: partOf(first!.conditioning) }, { samplers })
}
