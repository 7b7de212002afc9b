/** Runs a recorded case through `fromDiffusers` and the plugin that it names. */
import { mix, parseOptions, sizeOf, type Level, type Run, type Sampler, type Tensor } from '../../../../plugins/sdk/index.js'
import { denoiser } from '../../denoiser.js'
import { fromDiffusers } from '../../diffusers/from-diffusers.js'
import { findSampler } from '../../registry.js'
import { closedForm, stepNoise } from '../forms.js'
import { network, type Header, type SampleCase } from './case.js'

export interface Played {
  readonly x: Tensor
  /** Every x that a step began with, the result after them. */
  readonly states: readonly Tensor[]
  /** Where the network was asked, in order. */
  readonly calls: readonly Level[]
}

export async function play(c: SampleCase, header: Header, samplers: readonly Sampler[]): Promise<Played> {
  const recipe = fromDiffusers(c.class, c.config, { steps: c.steps, schedule: c.set_timesteps ?? {}, step: { ...c.step, ...handed(c, header) } })
  const { sampler } = findSampler(samplers, recipe.sampler)
  const options = parseOptions(sampler.name, sampler.options, recipe.options)
  const noise = stepNoise(c.noise_seed, c.shape)
  const midway = c.start.mode === 'img2img'
  const begin = midway ? stepOf(c) : 0
  const first = recipe.intervals[begin]
  if (!first) throw new RangeError(`The schedule has ${recipe.intervals.length} steps, and the case begins at step ${begin}.`)
  const calls: Level[] = []
  const { denoise, read } = denoiser(network(c), recipe.precondition, recipe.limit)
  const run: Run = {
    x: midway ? mix([first.from.alpha, closedForm(header.image, c.shape)], [first.from.sigma, noise()]) : closedForm(header.init, c.shape, Math.fround(recipe.initNoiseSigma)),
    intervals: recipe.intervals.slice(begin), skipped: recipe.intervals.slice(0, begin), level: recipe.level, read,
    denoise: (x, at) => { calls.push(at); return denoise(x, at) },
    noise: (_from, _to, shape) => noise(shape),
  }
  const states: Tensor[] = []
  const steps = sampler.sample(run, options)
  for (;;) {
    const step = await steps.next()
    if (step.done) return { x: step.value, states: [...states, step.value], calls }
    states.push(step.value.x)
  }
}

/** Cases count network calls from the start of the schedule; these classes make two in a step. */
const twoCalls = /^(HeunDiscrete|KDPM2(Ancestral)?Discrete|DPMSolverSDE|FlowMatchHeunDiscrete)Scheduler$/
export const makesTwoCalls = (className: string): boolean => twoCalls.test(className)
const stepOf = (c: SampleCase): number => (c.start.index ?? 0) / (makesTwoCalls(c.class) ? 2 : 1)

/** Pictures and flags that some loops hand to each step. */
function handed(c: SampleCase, header: Header): Readonly<Record<string, unknown>> {
  if (c.driver === 'unclip') return { pass_prev_timestep: c.pass_prev_timestep }
  if (c.driver !== 'repaint') return {}
  const mask: Tensor = { shape: c.shape, data: Float32Array.from({ length: sizeOf(c.shape) }, (_, i) => (i % 3 === 0 ? 1 : 0)) }
  return { original_image: closedForm(header.image, c.shape), mask }
}
