/**
 * From what a caller asks for to the run that will be made: which steps, between which levels, read how, by which sampler with
 * which options. Pure: the same request gives the same plan, and what the API shows of a schedule is the plan itself.
 */
import { OptionError, chain, level, parseOptions, shortOfPureNoise, type Interval, type Level, type Sampler, type Schedule } from '../../plugins/sdk/index.js'
import { classFor, modelConfig } from './diffusers/class-for.js'
import { dynamicShift } from './diffusers/dynamic-shift.js'
import { complete, fromDiffusers, schedulerClass, shortName } from './diffusers/from-diffusers.js'
import { NoisegraphError, type Code } from './errors.js'
import { noiseTable } from './noise-table.js'
import type { PluginCall } from './order.js'
import { cutoff, scheduleSteps, walked, type Part } from './part.js'
import type { Recipe, Trajectory } from './recipe.js'
import { find, findSampler } from './registry.js'
import { schedules as builtIn } from './schedules/index.js'
import { f32, rint } from './tables/numeric.js'
import { exploding, levelIn, preserving, straight } from './tables/spaces.js'

export interface RunRequest {
  /** The model's scheduler_config.json, `_class_name` included. */
  readonly scheduler: Readonly<Record<string, unknown>>
  /** Where null or left out, the model's own sampler with its options. Options not given here are the model's or the plugin's. */
  readonly sampler?: PluginCall | null
  /** Where null or left out, the spacing that the model's config names. */
  readonly schedule?: PluginCall | null
  /** Intervals, 1 to 1000. */
  readonly steps: number
  /** Which part of the schedule to walk; all of it where left out. */
  readonly part?: Part
  /** Shape of x, for flow models whose schedule depends on the size of the picture; the smallest that their config names where left out. */
  readonly shape?: readonly number[]
  /** Class of the model's pipeline: some hand levels of their own to the scheduler. */
  readonly pipeline?: string
  /** Further arguments of diffusers' set_timesteps, in place of those: timesteps, sigmas, mu. `steps` is then how many there are. */
  readonly handed?: Readonly<Record<string, unknown>>
  /** Values of x along each side of a patch, which sizes are counted in; 2 where left out. */
  readonly patch?: number
  /** Whether options that are pictures hold ids still, as in an order, or tensors, as in a run (the default). */
  readonly images?: 'ids' | 'tensors'
}
export interface Catalog { readonly samplers: readonly Sampler[]; readonly schedules?: readonly Schedule[] }

/**
 * A run starts from pure noise as `initNoiseSigma * noise`, and from a picture as `alpha * picture + sigma * noise` of
 * `intervals[0].from`. `name` and `options` in place of the request's sampler make the same plan again.
 */
export interface Plan extends Trajectory, Pick<Recipe, 'precondition' | 'limit'> {
  readonly sampler: Sampler
  /** The name that the sampler was asked for by: its own or a preset's. */
  readonly name: string
  /** Complete and checked. */
  readonly options: Readonly<Record<string, unknown>>
  /** Steps of the schedule before the first one, where the run starts midway. */
  readonly skipped: readonly Interval[]
  /** The run ends with the sample that the network would be asked about at the first of the steps below this timestep. */
  readonly until?: number
  /** Keys of the scheduler config that its class does not have, and that were therefore not read. */
  readonly unknownKeys: readonly string[]
}

/** @throws {NoisegraphError} UNKNOWN_PLUGIN, INVALID_OPTION, INCOMPATIBLE or BROKEN_MODEL, with the field at fault. */
export function planRun(request: RunRequest, { samplers, schedules = builtIn }: Catalog): Plan {
  const { scheduler, steps, shape } = request
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000) throw new NoisegraphError('INVALID_OPTION', `steps must be a whole number from 1 to 1000, got ${steps}.`, 'steps')
  const { className, family, config, unknown } = known(scheduler)
  const asked = request.sampler ? findSampler(samplers, request.sampler.name) : undefined

  const keepsClass = !asked || family !== 'table' || config.use_flow_sigmas === true
  const runsAs = keepsClass ? className : classFor(asked.sampler)
  // Latent consistency pipelines let the scheduler choose among the steps that it was distilled on, up to the strength.
  const { strength = 1, ...others } = request.part ?? {}
  const inSchedule = runsAs === 'LCM' && strength < 1 && request.pipeline?.startsWith('LatentConsistency') === true
  const part: Part = { ...(/^(StableDiffusion3|Flux|Chroma|QwenImage)/.test(request.pipeline ?? '') && { rule: 'keep' }), ...others, ...(!inSchedule && { strength }) }
  const total = scheduleSteps(steps, part)
  const mu = typeof request.handed?.mu === 'number' ? request.handed.mu : dynamicShift(className, config, shape, request.patch)
  const own = request.handed ?? handedBy(request.pipeline, runsAs, total)
  const recipe = attempt('INCOMPATIBLE', 'steps', () =>
    fromDiffusers(runsAs, runsAs === className ? config : modelConfig(config), { steps: own.timesteps || own.sigmas ? null : total, schedule: { ...own, ...(inSchedule && { strength }), ...(mu !== undefined && { mu }) } }))
  const { name, sampler, options: preset } = asked ?? findSampler(samplers, recipe.sampler)
  if (recipe.sampler !== sampler.name && family === 'fixed')
    throw new NoisegraphError('INCOMPATIBLE', `This model's scheduler, ${className}, runs with the sampler ${recipe.sampler} only, not with ${name}.`, 'sampler.name')
  if (recipe.sampler !== sampler.name && sampler.ownSchedule)
    throw new NoisegraphError('INCOMPATIBLE', `The sampler ${name} cannot run on ${className}: ${sampler.ownSchedule}`, 'sampler.name')

  const trajectory = request.schedule ? scheduled(request.schedule, schedules, sampler, { className, config, steps: total, mu, shape })
    : runsAs === className ? recipe : beginningBelow(sampler.noisiest, recipe)
  const inherited = recipe.sampler === sampler.name ? recipe.options : {}
  const options = checked('sampler.options', () => parseOptions(name, sampler.options, { ...inherited, ...preset, ...request.sampler?.options }, request.images))
  const trained = Number(config.num_train_timesteps ?? 1000)
  const { skipped, intervals } = walked(family === 'table' ? withoutSurplus(trajectory.intervals) : trajectory.intervals, steps, part, trained)
  const until = cutoff('until', part.until, trained)
  if (until !== undefined && !intervals.some(({ from }) => from.t >= until)) throw new NoisegraphError('INVALID_OPTION', `No step is left of ${total}: none of them lies before ${part.until} of the run.`, 'until')
  return {
    sampler, name, options, unknownKeys: unknown, skipped, intervals: sampler.finite?.(options) ? shortOfPureNoise(intervals, trajectory.level) : intervals,
    initNoiseSigma: trajectory.initNoiseSigma, level: trajectory.level, precondition: recipe.precondition, limit: recipe.limit, ...(until !== undefined && { until }),
  }
}

/** Flux and its kin step evenly from 1 to 1/n, where the scheduler alone would end at its smallest level. */
const handedBy = (pipeline = '', scheduler: string, steps: number): Readonly<Record<string, unknown>> =>
  /^(Flux|Chroma|QwenImage)/.test(pipeline) && /^FlowMatch(Euler|LCM)/.test(scheduler) ? { sigmas: Array.from({ length: steps }, (_, i) => 1 - (i * (1 - 1 / steps)) / Math.max(1, steps - 1)) } : {}

/** The same steps from a level that is no noisier, with the noise that belongs to it. */
function beginningBelow(noisiest = Infinity, { intervals, initNoiseSigma, level }: Trajectory): Trajectory {
  const [first, ...rest] = intervals
  const exceeds = first !== undefined && first.from.alpha === 1 && first.from.sigma > noisiest && first.to.sigma < noisiest
  return exceeds ? { intervals: [{ from: level({ sigma: noisiest }), to: first.to }, ...rest], initNoiseSigma: noisiest, level } : { intervals, initNoiseSigma, level }
}

/**
 * Trailing spacing in floating point may list one timestep too many, -1, which published schedulers read from the noisy end of
 * their table. A run stops before it.
 */
function withoutSurplus(intervals: readonly Interval[]): readonly Interval[] {
  const [last, before] = [intervals.at(-1), intervals.at(-2)]
  if (last?.from.t !== -1 || !before) return intervals
  return [...intervals.slice(0, -2), { from: before.from, to: last.to }]
}

/** The config completed by its class's defaults. */
function known(scheduler: Readonly<Record<string, unknown>>) {
  const named = scheduler._class_name
  if (typeof named !== 'string') throw new NoisegraphError('BROKEN_MODEL', 'The scheduler config has no `_class_name`.', 'model')
  return attempt('BROKEN_MODEL', 'model', () => ({ className: shortName(named), family: schedulerClass(named).family, ...complete(named, scheduler) }))
}

interface Site { readonly className: string; readonly config: Readonly<Record<string, unknown>>; readonly steps: number; readonly mu: number | undefined; readonly shape: readonly number[] | undefined }

/** The levels that a schedule plugin chooses, in the space that the sampler runs in. */
function scheduled(call: PluginCall, all: readonly Schedule[], sampler: Sampler, { className, config, steps, mu, shape }: Site): Trajectory {
  const schedule = find('schedule', all, call.name, 'schedule.name')
  const refuse = (why: string) => new NoisegraphError('INCOMPATIBLE', `The schedule ${schedule.name} cannot be used here: ${why}`, 'schedule.name')
  if (sampler.ownSchedule) throw refuse(`the sampler ${sampler.name} has its own. ${sampler.ownSchedule}`)
  const table = attempt('INCOMPATIBLE', 'schedule.name', () => noiseTable(className, config, mu === undefined ? undefined : Math.exp(mu)))
  if (schedule.space && schedule.space !== table.space) throw refuse(`it is made for ${schedule.space} models, and ${className} is not one.`)
  const options = checked('schedule.options', () => parseOptions(schedule.name, schedule.options, call.options))
  const { sigmas, timesteps } = attempt('INCOMPATIBLE', 'schedule', () => schedule.grid({ ...table, steps, config, ...(shape && { shape }) }, options))
  const wrong = gridProblem(sigmas, timesteps)
  if (wrong) throw new NoisegraphError('PLUGIN_FAILED', `The schedule ${schedule.name} made ${wrong}`, 'schedule')

  const grid = sigmas.map(f32)
  const space = table.space === 'flow' ? straight : sampler.space === 'preserving' && !className.includes('EDM') && !className.startsWith('Cosine') ? preserving : exploding
  /** From sigma / alpha, or a flow model's sigma, to the space's own. */
  const own = (s: number) => (space === preserving ? s / Math.sqrt(s * s + 1) : s)
  const ratio = (sigma: number) => (space === preserving ? sigma / Math.sqrt(1 - sigma ** 2) : sigma)
  const told = (s: number, i: number) => timesteps?.[i] ?? (s > 0 ? (space === preserving ? rint(table.timeOf(s)) : f32(table.timeOf(s))) : 0)
  const at = (s: number, i: number): Level => {
    const alpha = space === preserving ? 1 / Math.sqrt(s * s + 1) : space.alpha(s)
    return level(told(s, i), space === preserving ? s * alpha : s, alpha)
  }
  return {
    intervals: chain(grid.map(at)), initNoiseSigma: space === exploding ? Math.max(...grid) : 1,
    level: levelIn({ ...space, timeOf: sigma => table.timeOf(ratio(sigma)), sigmaAt: t => own(table.sigmaAt(t)) }),
  }
}

function gridProblem(sigmas: readonly number[], timesteps: readonly number[] | undefined): string | undefined {
  if (sigmas.length < 2) return `${sigmas.length} sigmas; it takes at least two to make a step.`
  if (!sigmas.every(s => Number.isFinite(s) && s >= 0)) return 'a sigma that is negative or not finite.'
  if (timesteps && timesteps.length < sigmas.length - 1) return `${timesteps.length} timesteps for ${sigmas.length - 1} steps.`
  return undefined
}

function attempt<T>(code: Code, field: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) throw new NoisegraphError(code, error.message, field, { cause: error })
    throw error
  }
}

function checked<T>(field: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof OptionError) throw new NoisegraphError('INVALID_OPTION', error.message, `${field}.${error.option}`, { cause: error })
    throw error
  }
}
