/**
 * Which sampler to take for a model and a budget, measured on the model itself: how far each ends from a run of many steps that
 * began with the same noise. Pure but for the network that is handed in and the clock.
 */
import { sizeOf, type Sampler, type Tensor } from '../../plugins/sdk/index.js'
import { denoiser, type Network } from './denoiser.js'
import { NoisegraphError } from './errors.js'
import { runNoise } from './noise/run-noise.js'
import { planRun, type Plan } from './plan.js'

export interface RecommendRequest {
  /** The model's scheduler_config.json, `_class_name` included. */
  readonly scheduler: Readonly<Record<string, unknown>>
  /** The network behind guidance, with whatever it is conditioned on. */
  readonly network: Network
  /** Of one picture, [1, channels, height, width]. */
  readonly shape: readonly number[]
  readonly samplers: readonly Sampler[]
  /** One of the two. */
  readonly budget: { readonly networkCalls: number } | { readonly milliseconds: number }
  /** Only samplers that draw noise, or only those that do not; both where left out. */
  readonly stochastic?: boolean
  readonly candidates?: readonly string[]
  /** null is the model's own spacing. */
  readonly schedules?: readonly (string | null)[]
  readonly seeds?: readonly bigint[]
  /** Steps of the runs that the others are measured against. */
  readonly referenceSteps?: number
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly now?: () => number
}

export interface Measured {
  readonly sampler: string
  readonly schedule: string | null
  readonly stochastic: boolean
  readonly steps: number
  readonly networkCalls: number
  /** Of one picture; mean over the seeds. */
  readonly milliseconds: number
  /** Root mean square of the difference from the reference over that of the reference; mean over the seeds. */
  readonly distance: number
}
export interface Recommendation {
  readonly best: Measured
  /** Best first. */
  readonly table: readonly Measured[]
  readonly networkCalls: number
  readonly millisecondsPerCall: number
  readonly referenceSteps: number
}

export const usualCandidates: readonly string[] = ['euler', 'heun', 'dpmpp-2m', 'unipc-bh2', 'deis-tab', 'ipndm', 'euler-ancestral', 'dpmpp-2m-sde', 'er-sde']

/**
 * Deterministic samplers are compared with `heun` at many steps. A stochastic one has no single right answer: it is compared with
 * itself at many steps along the same Brownian motion, so that only the steps make the difference.
 * @throws {NoisegraphError} INVALID_OPTION where the budget is too small, INCOMPATIBLE where no candidate can run on the model.
 */
export async function recommendSampler(request: RecommendRequest): Promise<Recommendation> {
  const { candidates = usualCandidates, schedules = [null, 'karras'], seeds = [1n, 2n], referenceSteps = 60, stochastic, signal } = request
  const millisecondsPerCall = await timeOfCall(request)
  const networkCalls = Math.floor('networkCalls' in request.budget ? request.budget.networkCalls : request.budget.milliseconds / millisecondsPerCall)
  if (!(networkCalls >= 1)) throw new NoisegraphError('INVALID_OPTION', `The budget allows no network call: one takes about ${millisecondsPerCall.toPrecision(2)} ms here.`, 'budget')

  const references = new Map<string, Promise<readonly Tensor[]>>()
  const reference = (sampler: string, schedule: string | null) => {
    const key = JSON.stringify([sampler, schedule])
    if (!references.has(key)) references.set(key, runs(request, planOf(request, sampler, schedule, referenceSteps), seeds).then(all => all.map(r => r.x)))
    return references.get(key)!
  }
  const table: Measured[] = []
  const refused: string[] = []
  for (const name of candidates) for (const schedule of schedules) {
    signal?.throwIfAborted()
    try {
      const random = isStochastic(planOf(request, name, schedule, 1))
      if (stochastic !== undefined && random !== stochastic) continue
      const fit = await stepsWithin(request, name, schedule, networkCalls)
      if (!fit) { refused.push(`${name} takes more than ${networkCalls} network calls even for one step.`); continue }
      const made = await runs(request, fit.plan, seeds)
      const wanted = await (random ? reference(name, schedule) : reference('heun', 'karras'))
      table.push({
        sampler: name, schedule, stochastic: random, steps: fit.steps, networkCalls: fit.calls,
        milliseconds: mean(made.map(r => r.milliseconds)), distance: mean(made.map((r, i) => relative(r.x, wanted[i]!))),
      })
    } catch (error) {
      if (!(error instanceof NoisegraphError && error.code === 'INCOMPATIBLE')) throw error
      refused.push(error.message)
    }
  }
  table.sort((a, b) => a.distance - b.distance)
  if (table.length === 0) throw new NoisegraphError('INCOMPATIBLE', `None of the candidates can be measured on this model. ${refused.join(' ')}`, 'candidates')
  return { best: table[0]!, table, networkCalls, millisecondsPerCall, referenceSteps }
}

const planOf = ({ scheduler, samplers, shape }: RecommendRequest, sampler: string, schedule: string | null, steps: number): Plan =>
  planRun({ scheduler, sampler: { name: sampler, options: {} }, schedule: schedule === null ? null : { name: schedule, options: {} }, steps, shape }, { samplers })

const isStochastic = ({ sampler, name }: Plan): boolean => (sampler.presets?.[name]?.order ?? sampler.order) === 'sde'

interface Made { readonly x: Tensor; readonly calls: number; readonly milliseconds: number }

async function runs(request: RecommendRequest, plan: Plan, seeds: readonly bigint[]): Promise<Made[]> {
  const all: Made[] = []
  for (const seed of seeds) all.push(await run(request, plan, seed))
  return all
}

async function run({ network, shape, signal, now = () => performance.now() }: Omit<RecommendRequest, 'budget'>, plan: Plan, seed: bigint): Promise<Made> {
  const ratios = plan.intervals.flatMap(({ from, to }) => [from, to]).map(l => l.sigma / l.alpha).filter(r => r > 0 && Number.isFinite(r))
  const noise = runNoise({ kind: 'torch', seeds: [seed], brownian: { low: Math.min(...ratios), high: 1.0001 * Math.max(...ratios) } })
  let calls = 0
  const counted: Network = (x, t) => { signal?.throwIfAborted(); calls++; return network(x, t) }
  const began = now()
  const start = noise.draw(shape)
  const steps = plan.sampler.sample({
    ...plan, x: { shape, data: start.data.map(v => v * plan.initNoiseSigma) }, ...denoiser(counted, plan.precondition, plan.limit),
    noise: (from, to, of = shape) => (Number.isFinite(from.sigma / from.alpha) && from !== to ? noise.between(from, to, of) : noise.draw(of)),
  }, plan.options as never)
  for (;;) {
    const step = await steps.next()
    if (step.done) return { x: step.value, calls, milliseconds: now() - began }
  }
}

/** The most steps whose network calls fit, counted on an empty network of one element. */
async function stepsWithin(request: RecommendRequest, sampler: string, schedule: string | null, calls: number) {
  const count = async (steps: number) => {
    const plan = planOf(request, sampler, schedule, steps)
    const network: Network = x => Promise.resolve({ output: { shape: x.shape, data: new Float32Array(x.data.length) } })
    return { steps, plan, calls: (await run({ ...request, network, shape: [1, 1, 1, 1] }, plan, 1n)).calls }
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

async function timeOfCall(request: RecommendRequest): Promise<number> {
  const now = request.now ?? (() => performance.now())
  const plan = planOf(request, 'euler', null, 2)
  const { calls } = await run(request, plan, 1n)
  const began = now()
  await run(request, plan, 1n)
  return (now() - began) / calls
}

function relative(got: Tensor, want: Tensor): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < sizeOf(want.shape); i++) { difference += (got.data[i]! - want.data[i]!) ** 2; size += want.data[i]! ** 2 }
  return Math.sqrt(difference / (size || 1))
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
