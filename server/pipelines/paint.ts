import { mix, type Conditioning, type Denoiser, type Interval, type Run, type Step, type Tensor } from '../../plugins/sdk/index.js'
import { denoiser } from '../core/denoiser.js'
import { NoisegraphError } from '../core/errors.js'
import type { Plan } from '../core/plan.js'
import type { Model } from '../models/model.js'
import type { Always } from './always.js'
import { gather } from './gather.js'
import { callFor, combine, type Call } from './guidance.js'
import type { Journal } from './pipeline.js'
import { answerCalls } from './placement.js'
import type { Stream } from './stream.js'

/** The next unit Gaussian of a picture's stream. */
export type Draw = (shape: readonly number[]) => Tensor

/** One picture of a run: what it is conditioned on, and its own stream of noise. */
export interface Picture extends Pick<Stream, 'draw'>, Partial<Pick<Stream, 'motion'>> { readonly conditioning: Conditioning }

export interface PaintRequest {
  readonly plan: Plan
  /** Of one sample, [1, ...]. */
  readonly shape: readonly number[]
  readonly guidanceScale: number
  /** Inputs of the network that are the same in every call, beside those of the conditioning. */
  readonly always: Always
  readonly journal: Journal
  readonly signal: AbortSignal
}

/** A step that all pictures have begun. `steps` has one entry for each picture that is still running. `total` is null where the sampler decides on its way. */
export interface Painted { readonly index: number; readonly total: number | null; readonly networkCalls: number; readonly steps: readonly Step[] }

/** Runs the sampler on every picture, step by step, and returns the finished samples: latents, or pixels. */
export async function* paint(model: Model, request: PaintRequest, pictures: readonly Picture[]): AsyncGenerator<Painted, readonly Tensor[]> {
  const { plan, shape, guidanceScale, always, journal, signal } = request
  const made = madeBy(plan).length
  let networkCalls = 0
  const calls = gather((waiting: readonly Call[]) => answerCalls(model.network, waiting, signal))
  const runs = pictures.map(({ conditioning, draw, motion }, which) => {
    const between = plan.sampler.brownian ? motion?.(...spread(plan)) : undefined
    let [own, begun] = [0, 0]
    const blameless = new WeakSet<object>()
    const network = (x: Tensor, t: number) => ask(x, t).catch((error: unknown) => {
      if (typeof error === 'object' && error !== null) blameless.add(error)
      throw error
    })
    const ask = async (x: Tensor, t: number) => {
      signal.throwIfAborted()
      // Numbered by picture and call, so that replay does not depend on who asks first.
      const number = own++ * pictures.length + which
      networkCalls++
      const known = await journal.read(number)
      const answer = known ?? await calls.ask(await callFor(conditioning, x, { t, from: begun / made, to: (begun + 1) / made }, always))
      if (!known) {
        checkFinite(answer, t)
        await journal.write(number, answer)
      }
      return combine(conditioning, guidanceScale, answer, x)
    }
    const plain = denoiser(network, plan.precondition, plan.limit)
    const run: Run = {
      x: begin(plan, conditioning, draw, shape), intervals: plan.intervals, skipped: plan.skipped, level: plan.level,
      ...stopping(plan, conditioning.wrap?.(plain) ?? plain), noise: (from, to, of = shape) => (between ? between(from, to, of) : draw(of)),
    }
    const steps = plan.sampler.sample(run, plan.options as never)
    const next = async () => {
      try {
        const answer = await steps.next()
        if (!answer.done) begun++
        return answer
      } catch (error) {
        if (error instanceof HandedOver) return { done: true as const, value: error.x }
        // What the network threw passes through the sampler; the rest is the sampler's own.
        if (signal.aborted || error instanceof NoisegraphError || (typeof error === 'object' && error !== null && blameless.has(error))) throw error
        throw new NoisegraphError('PLUGIN_FAILED', `The sampler "${plan.name}" failed at step ${begun}: ${error instanceof Error ? error.message : String(error)}`, 'sampler', { cause: error })
      }
    }
    return { steps, next, finish: conditioning.finish ?? ((x: Tensor) => x) }
  })
  const total = plan.sampler.steps ? plan.sampler.steps(madeBy(plan), plan.options as never) : made
  const results = new Map<(typeof runs)[number], Tensor>()
  try {
    for (let index = 0; results.size < runs.length; index++) {
      const active = runs.filter(r => !results.has(r))
      const answers = await Promise.all(active.map(r => calls.join(r.next)))
      const steps: Step[] = []
      for (const [i, a] of answers.entries()) {
        if (a.done) results.set(active[i]!, await active[i]!.finish(a.value))
        else steps.push(a.value)
      }
      if (steps.length) yield { index, total, networkCalls, steps }
    }
  } finally {
    await Promise.allSettled(runs.map(r => r.steps.return(undefined as never)))
  }
  return runs.map(r => results.get(r)!)
}

/** Pure noise, or a picture noised to where the plan begins. Draws where no conditioner has. */
function begin({ intervals, initNoiseSigma }: Plan, { start }: Conditioning, draw: Draw, shape: readonly number[]): Tensor {
  if (start?.after) return start.after.x
  const noise = start?.noise ?? draw(shape)
  const { alpha, sigma } = intervals[0]!.from
  return start?.clean ? mix([alpha, start.clean], [sigma, noise]) : mix([Math.fround(initNoiseSigma), noise])
}

/** The steps that are made: all, or those before the timestep at which another model goes on. */
export const madeBy = ({ intervals, until }: Plan): readonly Interval[] => (until === undefined ? intervals : intervals.filter(({ from }) => from.t >= until))

/** What a run ends with that ends early. Thrown through the sampler, which sees the whole schedule and need not know. */
class HandedOver extends Error {
  constructor(readonly x: Tensor) { super('The run ends here.') }
}

function stopping({ intervals, until }: Plan, model: Denoiser): Denoiser {
  if (until === undefined) return model
  const others = new Set(intervals.map(({ from }) => from.t).filter(t => t < until))
  return {
    read: model.read,
    denoise(x, at) {
      if (others.has(at.t)) throw new HandedOver(x)
      return model.denoise(x, at)
    },
  }
}

function checkFinite({ data }: Tensor, t: number): void {
  const bad = data.findIndex(v => !Number.isFinite(v))
  if (bad >= 0) throw new NoisegraphError('NON_FINITE', `The network answered ${data[bad]} at timestep ${t}. A network in half precision may overflow: use one in single precision, or a lower guidance scale.`)
}

/** The smallest level above 0 and the largest, in sigma / alpha: what a Brownian motion is asked about. */
function spread({ intervals }: Plan): [low: number, high: number] {
  const sigmas = intervals.flatMap(({ from, to }) => [from, to]).map(({ sigma, alpha }) => sigma / alpha).filter(s => s > 0 && Number.isFinite(s))
  const [low, high] = [Math.min(...sigmas), Math.max(...sigmas)]
  return [low, high > low ? high : 2 * low]
}
