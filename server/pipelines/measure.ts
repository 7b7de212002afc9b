/** Measures samplers on a model: what an order with `measure` asks for. The worker and the terminal both run it. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Tensor } from '../../plugins/sdk/index.js'
import type { Network } from '../core/denoiser.js'
import type { MeasuredRun } from '../core/measured-run.js'
import { recommendSampler } from '../core/recommend.js'
import { factsOf } from '../models/facts.js'
import { alwaysFeeds } from './always.js'
import { checkOrder } from './check-order.js'
import { gridOf, picturesOf, schedulerOf, stoppable, type Studio } from './generate.js'
import { callFor, combine } from './guidance.js'
import type { Generate, Journal } from './pipeline.js'
import { answerCalls } from './placement.js'
import { previewer } from './preview.js'
import { sampleShape } from './site.js'

/** Yields a step for each finished run, and returns one file: the `Recommendation` as JSON, with the `device` it was measured on. */
export const createMeasure = (studio: Studio): Generate => async function* measure(order, context) {
  const folder = studio.catalog.folder(order.model)
  checkOrder(order, folder.name, factsOf(folder))
  const model = yield* stoppable(studio.residency.use(order.model, order.device), context.signal)
  try {
    yield { type: 'started', device: model.device, sampler: 'measuring', timesteps: [], sigmas: [] }
    const [picture] = await picturesOf(model, order, context, studio)
    const always = alwaysFeeds(model, order)
    const network: Network = async (x, t) => {
      // Inference keeps the event loop busy; a turn of it lets a cancellation arrive.
      await turn()
      context.signal.throwIfAborted()
      const [answer] = await answerCalls(model.network, [await callFor(picture!.conditioning, x, { t, from: 0, to: 1 }, always)], context.signal)
      return combine(picture!.conditioning, order.guidanceScale, answer!, x)
    }
    const { budget, stochastic } = order.measure!
    const shape = sampleShape(model, order)
    const measuring = recommendSampler({
      scheduler: schedulerOf(folder.scheduler), network, ...gridOf(model, order), samplers: context.plugins.samplers(),
      budget, stochastic, signal: context.signal, once: journaled(context.journal, shape),
    })
    const preview = previewer(model)
    for (;;) {
      const next = await measuring.next()
      if (next.done) return [{ bytes: Buffer.from(JSON.stringify({ device: model.device, ...next.value })), mimeType: 'application/json', index: 0, seed: order.seed }]
      const { x, ...progress } = next.value
      yield { type: 'step', ...progress, timestep: 0, sigma: 0, preview: () => preview(x) }
    }
  } finally {
    studio.residency.release(model)
  }
}

/** A finished run is kept as its sample with two numbers behind it: network calls and milliseconds. */
const journaled = (journal: Journal, shape: readonly number[]) => async (number: number, make: () => Promise<MeasuredRun>): Promise<MeasuredRun> => {
  const known = await journal.read(number)
  if (known) return unpack(known, shape)
  const packed = pack(await make())
  await journal.write(number, packed)
  // What was just made goes through the same form, so that a measurement that is gone on with has the same digits.
  return unpack(packed, shape)
}

function pack({ x, calls, milliseconds }: MeasuredRun): Tensor {
  const data = new Float32Array(x.data.length + 2)
  data.set(x.data)
  data.set([calls, milliseconds], x.data.length)
  return { shape: [data.length], data }
}

function unpack({ data }: Tensor, shape: readonly number[]): MeasuredRun {
  const [calls, milliseconds] = data.subarray(-2) as unknown as [number, number]
  return { x: { shape, data: data.subarray(0, -2) }, calls, milliseconds }
}
