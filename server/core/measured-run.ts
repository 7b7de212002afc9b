/** One run of a sampler, with its network calls counted and its time taken. */
import { sizeOf, type Level, type Sampler, type Tensor } from '../../plugins/sdk/index.js'
import { denoiser, type Network } from './denoiser.js'
import { runNoise } from './noise/run-noise.js'
import { planRun, type Plan, type RunRequest } from './plan.js'

/** What samplers are measured on. */
export interface Bench extends Pick<RunRequest, 'pipeline' | 'patch'> {
  /** The model's scheduler_config.json, `_class_name` included. */
  readonly scheduler: Readonly<Record<string, unknown>>
  /** The network behind guidance, with whatever it is conditioned on. */
  readonly network: Network
  /** Of one picture, [1, channels, height, width]. */
  readonly shape: readonly number[]
  readonly samplers: readonly Sampler[]
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly now?: () => number
}

export interface MeasuredRun { readonly x: Tensor; readonly calls: number; readonly milliseconds: number }

/** null is the model's own spacing. */
export const planOf = ({ scheduler, samplers, shape, pipeline, patch }: Bench, sampler: string, schedule: string | null, steps: number): Plan =>
  planRun({ scheduler, sampler: { name: sampler, options: {} }, schedule: schedule === null ? null : { name: schedule, options: {} }, steps, shape, ...(pipeline && { pipeline }), ...(patch && { patch }) }, { samplers })

export const isStochastic = ({ sampler, name }: Plan): boolean => (sampler.presets?.[name]?.order ?? sampler.order) === 'sde'

/** From the noise of a seed to the end. Samplers that draw noise on their way follow one Brownian motion per seed, whatever their steps. */
export async function measuredRun({ network, shape, signal, now = () => performance.now() }: Bench, plan: Plan, seed: bigint): Promise<MeasuredRun> {
  const ratios = plan.intervals.flatMap(({ from, to }) => [from, to]).map(l => l.sigma / l.alpha).filter(r => r > 0 && Number.isFinite(r))
  const noise = runNoise({ kind: 'torch', seeds: [seed], brownian: { low: Math.min(...ratios), high: 1.0001 * Math.max(...ratios) } })
  let [calls, drawing] = [0, 0]
  // A motion that the sampler would not follow outside of a measurement is not on its bill.
  const motion = (from: Level, to: Level, of: readonly number[]) => {
    const at = now()
    const drawn = noise.between(from, to, of)
    if (!plan.sampler.brownian) drawing += now() - at
    return drawn
  }
  const follows = isStochastic(plan)
  const counted: Network = (x, t) => { signal?.throwIfAborted(); calls++; return network(x, t) }
  const began = now()
  const start = noise.draw(shape)
  const steps = plan.sampler.sample({
    ...plan, x: { shape, data: start.data.map(v => v * plan.initNoiseSigma) }, ...denoiser(counted, plan.precondition, plan.limit),
    noise: (from, to, of = shape) => (follows && Number.isFinite(from.sigma / from.alpha) && from !== to ? motion(from, to, of) : noise.draw(of)),
  }, plan.options as never)
  for (;;) {
    const step = await steps.next()
    if (step.done) return { x: step.value, calls, milliseconds: now() - began - drawing }
  }
}

/** The most steps whose network calls fit, counted on an empty network of one element; undefined where not even one does. */
export async function stepsWithin(bench: Bench, sampler: string, schedule: string | null, calls: number) {
  const network: Network = x => Promise.resolve({ output: { shape: x.shape, data: new Float32Array(x.data.length) } })
  const count = async (steps: number) => {
    const plan = planOf(bench, sampler, schedule, steps)
    return { steps, plan, calls: (await measuredRun({ ...bench, network, shape: [1, 1, 1, 1] }, plan, 1n)).calls }
  }
  const one = await count(1)
  if (one.calls > calls) return undefined
  const two = await count(2)
  const perStep = Math.max(1, two.calls - one.calls)
  let best = one
  for (let steps = Math.max(1, Math.floor(calls / perStep) - 1); steps <= Math.min(1000, Math.ceil(calls / perStep) + 1); steps++) {
    const found = await count(steps)
    if (found.calls <= calls && found.steps > best.steps) best = found
  }
  return best
}

/** Milliseconds of a network call; the first calls, in which a device warms up, are not counted. */
export async function timeOfCall(bench: Bench): Promise<number> {
  const plan = planOf(bench, 'euler', null, 2)
  await measuredRun(bench, plan, 1n)
  const { milliseconds, calls } = await measuredRun(bench, plan, 1n)
  return milliseconds / calls
}

/** Root mean square of the difference over that of what is wanted. */
export function relativeDistance(got: Tensor, want: Tensor): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < sizeOf(want.shape); i++) { difference += (got.data[i]! - want.data[i]!) ** 2; size += want.data[i]! ** 2 }
  return Math.sqrt(difference / (size || 1))
}
