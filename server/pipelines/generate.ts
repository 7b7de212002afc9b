import type { Order, PluginCall } from '../core/order.js'
import type { Part } from '../core/part.js'
import { planRun, type Plan } from '../core/plan.js'
import { findSampler } from '../core/registry.js'
import { film, type Conditioning, type Tensor } from '../../plugins/sdk/index.js'
import type { Catalog } from '../models/catalog.js'
import { factsOf } from '../models/facts.js'
import type { Model } from '../models/model.js'
import { stack } from '../models/network.js'
import type { Residency } from '../models/residency.js'
import { alwaysFeeds, embedsGuidance } from './always.js'
import { applied, withPictures } from './apply.js'
import { checkOrder } from './check-order.js'
import { condition, type Applied } from './condition.js'
import { finish } from './finish.js'
import { madeBy, paint, type Picture } from './paint.js'
import type { Generate, Output, Progress, RunContext } from './pipeline.js'
import { previewer } from './preview.js'
import { orderOfPicture, recipeText, seedOf } from './recipe-text.js'
import { samplerPictures } from './sampler-pictures.js'
import { sampleShape, siteOf, type Canvas } from './site.js'
import { checkHandover, continued, counted, shown, stagesOf, stepsAhead, takenOver, withPrevious, type Handed } from './stages.js'
import { streamOf, type Stream } from './stream.js'

export interface Studio {
  readonly catalog: Catalog
  readonly residency: Residency
  /** Services of the server that plugins may ask for, by token. */
  readonly service?: (token: string) => unknown
}

/** The one implementation that makes pictures from an order; the worker and the terminal both run it. */
export const createGenerate = (studio: Studio): Generate => async function* generate(order, context) {
  const stages = stagesOf(order)
  for (const stage of stages) {
    const folder = studio.catalog.folder(stage.model)
    checkOrder(stage, folder.name, factsOf(folder))
    // Says what is wrong before anything is loaded.
    planRun({ scheduler: schedulerOf(folder.scheduler), sampler: stage.sampler, schedule: stage.schedule, steps: stage.steps, pipeline: folder.pipeline, images: 'ids' }, { samplers: context.plugins.samplers() })
  }
  let handed: Handed | undefined
  const journal = continued(context.journal)
  for (const [at, stage] of stages.entries()) {
    const model: Model = yield* stoppable(studio.residency.use(stage.model, stage.device), context.signal)
    try {
      const made: Handed = yield* sampled(model, stage, { ...context, journal: journal.stage() }, studio, handed, stepsAhead(order, at))
      if (at < stages.length - 1) {
        const asSample = takenOver(order, at)
        if (asSample) checkHandover(model, factsOf(studio.catalog.folder(stages[at + 1]!.model)), stages[at + 1]!.model)
        const pictures: Tensor[] = []
        for (const sample of made.pictures) pictures.push(await shown(model, sample, asSample))
        const { scheduler, ...rest } = made
        handed = { ...rest, pictures, ...(asSample && scheduler && { scheduler }) }
        continue
      }
      yield { type: 'decoding' }
      const outputs: Output[] = []
      for (const [index, sample] of filmed(made.pictures, framesOfOrder(model, order)).entries()) {
        context.signal.throwIfAborted()
        outputs.push({ ...(await finish(model, sample, recipeText(orderOfPicture(order, index)), stage)), index, seed: seedOf(order, index) })
      }
      return outputs
    } finally {
      studio.residency.release(model)
    }
  }
  return []
}

/** One stage, to its finished samples. */
async function* sampled(model: Model, order: Order, context: RunContext, studio: Studio, handed: Handed | undefined, ahead: number): AsyncGenerator<Progress, Handed> {
  const pictures = await picturesOf(model, order, context, studio, handed)
  const plan = await planOf(model, order, pictures, context, handed)
  const made = madeBy(plan)
  if (!handed) yield { type: 'started', device: model.device, sampler: plan.name, timesteps: made.map(i => i.from.t), sigmas: made.map(i => i.from.sigma) }
  const preview = previewer(model)
  const painting = paint(model, { plan, shape: sampleShape(model, order), guidanceScale: order.guidanceScale, always: alwaysFeeds(model, order), journal: context.journal, signal: context.signal }, pictures)
  const before = { steps: handed?.steps ?? 0, networkCalls: handed?.networkCalls ?? 0 }
  let done = before
  for (;;) {
    const next = await painting.next()
    if (next.done) return { pictures: next.value, streams: pictures, scheduler: schedulerOf(model.folder.scheduler), ...done }
    const { index, total, networkCalls, steps: [first] } = next.value
    yield counted({ type: 'step', index, total, networkCalls, timestep: first!.level.t, sigma: first!.level.sigma, preview: () => preview(first!.denoised) }, before, ahead)
    done = { steps: before.steps + index + 1, networkCalls: before.networkCalls + networkCalls }
  }
}

/** Pictures that are the frames of one video. */
const framesOfOrder = ({ facts: { output } }: Model, { frames }: Order): number => (output === 'picture' ? frames ?? 1 : 1)

/** Samples [1, c, h, w] in groups, each as a video [1, c, frames, h, w]. */
function filmed(samples: readonly Tensor[], frames: number): readonly Tensor[] {
  if (frames === 1) return samples
  return Array.from({ length: samples.length / frames }, (_, v) => film(stack(samples.slice(v * frames, (v + 1) * frames))))
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
export async function picturesOf(model: Model, order: Order, context: RunContext, studio: Studio, handed?: Handed): Promise<readonly (Picture & Stream)[]> {
  const sources = { image: context.image, samplers: context.plugins.samplers(), signal: context.signal, ...(studio.service && { service: studio.service }) }
  const known = new Map<PluginCall, Applied>()
  const ready = async (call: PluginCall, index: number): Promise<Applied> => {
    const options = withPrevious(call.options, handed?.pictures[index])
    const one = known.get(call) ?? await applied(context.plugins.conditioner(call.name), options, model, sources)
    if (options === call.options) known.set(call, one)
    return one
  }
  const asked = order.sampler && findSampler(context.plugins.samplers(), order.sampler.name)
  const needsBoth = asked?.sampler.needsUnconditional?.({ ...asked.options, ...order.sampler?.options } as never) ?? false
  const canvas: Canvas = { ...order, guided: (order.guidanceScale > 1 || needsBoth) && !embedsGuidance(model) }
  const fitted = new Map<Tensor, Tensor>()
  const pictures: (Picture & Stream)[] = []
  const frames = framesOfOrder(model, order)
  for (let i = 0; i < order.count * frames; i++) {
    context.signal.throwIfAborted()
    const stream = handed?.streams[i] ?? streamOf(order.noise, BigInt(seedOf(order, Math.floor(i / frames))))
    const conditioners: Applied[] = []
    for (const call of order.conditioners) conditioners.push(await ready(call, i))
    pictures.push({ draw: stream.draw, motion: stream.motion, conditioning: await condition(conditioners, siteOf(model, frames > 1 ? { ...canvas, position: (i % frames) / (frames - 1) } : canvas, stream.draw, fitted), context.signal) })
  }
  return pictures
}

/** Which part of the schedule the conditioners ask for. */
export const partOf = ({ start, until }: Conditioning): Part =>
  ({ strength: start?.strength ?? 1, ...(start?.after && { after: start.after.share }), ...(until !== undefined && { until }) })

async function planOf(model: Model, order: Order, [first]: readonly Picture[], context: RunContext, handed?: Handed): Promise<Plan> {
  const samplers = context.plugins.samplers()
  const shape = sampleShape(model, order)
  let call = order.sampler
  if (call) {
    const spec = findSampler(samplers, call.name).sampler.options
    call = { ...call, options: await samplerPictures(model, spec, await withPictures(spec, call.options, 'sampler.options', context), shape, order) }
  }
  const own = schedulerOf(model.folder.scheduler)
  // A run that is taken over goes on on the levels that it began on; what the network's output means is its own matter.
  const scheduler = handed?.scheduler ? { ...handed.scheduler, ...('prediction_type' in own ? { prediction_type: own.prediction_type } : {}) } : own
  return planRun({ scheduler, sampler: call, schedule: order.schedule, steps: order.steps, ...gridOf(model, order), part: partOf(first!.conditioning) }, { samplers })
}
