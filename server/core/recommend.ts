/**
 * Which sampler to take for a model and a budget, measured on the model itself: how far each ends from a run of many steps that
 * began with the same noise. Pure but for the network that is handed in, the clock, and the memory of finished runs.
 */
import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import { isStochastic, measuredRun, planOf, relativeDistance, stepsWithin, timeOfCall, type Bench, type MeasuredRun } from './measured-run.js'
import type { Measurement } from './order.js'
import type { Plan } from './plan.js'

export interface RecommendRequest extends Bench {
  readonly budget: Measurement['budget']
  /** Only samplers that draw noise, or only those that do not; both where left out. */
  readonly stochastic?: boolean | null
  readonly candidates?: readonly string[]
  /** null is the model's own spacing. */
  readonly schedules?: readonly (string | null)[]
  readonly seeds?: readonly bigint[]
  /** Steps of the runs that the others are measured against. */
  readonly referenceSteps?: number
  /** Answers what is known by that number, or makes it and keeps it. The same request asks in the same order. */
  readonly once?: (number: number, make: () => Promise<MeasuredRun>) => Promise<MeasuredRun>
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
  /** Why candidates are not in the table. */
  readonly refused: readonly string[]
}

/** A run that is finished. */
export interface Measuring { readonly index: number; readonly total: number; readonly networkCalls: number; readonly x: Tensor }

export const usualCandidates: readonly string[] = ['euler', 'heun', 'dpmpp-2m', 'unipc-bh2', 'deis-tab', 'ipndm', 'euler-ancestral', 'dpmpp-2m-sde', 'er-sde']

interface Candidate { readonly sampler: string; readonly schedule: string | null; readonly stochastic: boolean; readonly steps: number; readonly plan: Plan; readonly reference: string }

/**
 * Deterministic samplers are compared with `heun` at many steps. A stochastic one has no single right answer: it is compared with
 * itself at many steps along the same Brownian motion, so that only the steps make the difference.
 * @throws {NoisegraphError} INVALID_OPTION where the budget is too small, INCOMPATIBLE where no candidate can run on the model.
 */
export async function* recommendSampler(request: RecommendRequest): AsyncGenerator<Measuring, Recommendation> {
  const { budget, seeds = [1n, 2n], referenceSteps = 60, once = (_, make) => make() } = request
  let number = 0
  const timed = await once(number++, async () => ({ x: nothing, calls: 1, milliseconds: await timeOfCall(request) }))
  const millisecondsPerCall = timed.milliseconds
  const networkCalls = Math.floor('networkCalls' in budget ? budget.networkCalls : budget.milliseconds / millisecondsPerCall)
  if (!(networkCalls >= 1)) throw new NoisegraphError('INVALID_OPTION', `The budget allows no network call: one takes about ${millisecondsPerCall.toPrecision(2)} ms here.`, 'milliseconds' in budget ? 'milliseconds' : 'networkCalls')

  const { candidates, references, refused } = await prepare(request, Math.min(networkCalls, 1000), referenceSteps)
  const total = (candidates.length + references.size) * seeds.length
  let [index, calls] = [0, 0]
  async function* runs(plan: Plan): AsyncGenerator<Measuring, readonly MeasuredRun[]> {
    const made: MeasuredRun[] = []
    for (const seed of seeds) {
      request.signal?.throwIfAborted()
      const run = await once(number++, () => measuredRun(request, plan, seed))
      made.push(run)
      yield { index: index++, total, networkCalls: calls += run.calls, x: run.x }
    }
    return made
  }
  const wanted = new Map<string, readonly Tensor[]>()
  const table: Measured[] = []
  for (const { plan, reference, ...candidate } of candidates) {
    if (!wanted.has(reference)) wanted.set(reference, (yield* runs(references.get(reference)!)).map(r => r.x))
    const made = yield* runs(plan)
    const distance = mean(made.map((r, i) => relativeDistance(r.x, wanted.get(reference)![i]!)))
    if (Number.isFinite(distance)) table.push({ ...candidate, networkCalls: made[0]!.calls, milliseconds: mean(made.map(r => r.milliseconds)), distance })
    else refused.push(`${candidate.sampler} did not end in finite numbers.`)
  }
  table.sort((a, b) => a.distance - b.distance)
  if (table.length === 0) throw new NoisegraphError('INCOMPATIBLE', `None of the candidates can be measured on this model. ${refused.join(' ')}`, 'model')
  return { best: table[0]!, table, networkCalls, millisecondsPerCall, referenceSteps, refused }
}

/** What will be run, known before anything is: the candidates that fit the budget, and the plans of their references. */
async function prepare(request: RecommendRequest, networkCalls: number, referenceSteps: number) {
  const { candidates: names = usualCandidates, schedules = [null, 'karras'], stochastic } = request
  const candidates: Candidate[] = []
  const references = new Map<string, Plan>()
  const refused: string[] = []
  for (const sampler of names) for (const schedule of schedules) {
    await orRefused(refused, async () => {
      const random = isStochastic(planOf(request, sampler, schedule, 1))
      if (stochastic != null && random !== stochastic) return
      const reference = random ? JSON.stringify([sampler, schedule]) : 'deterministic'
      if (!references.has(reference)) references.set(reference, random ? planOf(request, sampler, schedule, referenceSteps) : deterministic(request, referenceSteps))
      const fit = await stepsWithin(request, sampler, schedule, networkCalls)
      if (fit) candidates.push({ sampler, schedule, stochastic: random, steps: fit.steps, plan: fit.plan, reference })
      else refused.push(`${sampler} takes more than ${networkCalls} network calls even for one step.`)
    })
  }
  for (const key of references.keys()) if (!candidates.some(c => c.reference === key)) references.delete(key)
  return { candidates, references, refused }
}

/** Not every model takes Karras' levels; its own do as well with many steps. */
function deterministic(request: RecommendRequest, steps: number): Plan {
  try {
    return planOf(request, 'heun', 'karras', steps)
  } catch (error) {
    if (!isIncompatible(error)) throw error
    return planOf(request, 'heun', null, steps)
  }
}

async function orRefused(refused: string[], attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    if (!isIncompatible(error)) throw error
    refused.push(error.message)
  }
}

const isIncompatible = (error: unknown): error is NoisegraphError => error instanceof NoisegraphError && error.code === 'INCOMPATIBLE'
const nothing: Tensor = { shape: [0], data: new Float32Array(0) }
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
