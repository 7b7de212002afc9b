import type { Interval } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import { rint } from './tables/numeric.js'

/** Which part of a schedule a run walks. */
export interface Part {
  /** Image to image: how much of the noise to add to the picture, above 0 to 1. */
  readonly strength?: number
  /**
   * `skip` makes the last floor(steps * strength) of the steps, as diffusers does, and `keep` the last ceil(steps * strength), as it does for
   * flow models; `stretch` makes a schedule of floor(steps / strength) steps and the last `steps` of it, as ComfyUI does.
   */
  readonly rule?: 'skip' | 'keep' | 'stretch'
  /**
   * Shares of the training timesteps, 0 to 1: the steps before the first and after the second are another model's (Balaji et al. 2022, an ensemble of expert denoisers;
   * diffusers' denoising_start and denoising_end). A run that ends early keeps its noise, and its sampler still sees the whole schedule.
   */
  readonly after?: number
  readonly until?: number
  /** First step to make, from 0, and the step to stop before. */
  readonly startStep?: number
  readonly endStep?: number
  /** Where the run stops early: whether x keeps the noise of that level; otherwise the last step goes to the end of the schedule. */
  readonly leftoverNoise?: boolean
}

/** How many steps the schedule must have for this part of it to have `steps`. */
export function scheduleSteps(steps: number, { strength = 1, rule = 'skip' }: Part): number {
  if (!(strength > 0 && strength <= 1)) throw new NoisegraphError('INVALID_OPTION', `strength must be above 0 and at most 1, got ${strength}.`, 'strength')
  return rule === 'stretch' ? Math.floor(steps / strength) : steps
}

/**
 * The steps to make, and those left out before them.
 * @throws {NoisegraphError} INVALID_OPTION where no step is left.
 */
export function walked(all: readonly Interval[], steps: number, part: Part, trained: number): { readonly skipped: readonly Interval[]; readonly intervals: readonly Interval[] } {
  const { strength = 1, rule = 'skip', startStep = 0, endStep = all.length, leftoverNoise = true } = part
  for (const [name, value] of Object.entries({ startStep, endStep }))
    if (!Number.isInteger(value) || value < 0) throw new NoisegraphError('INVALID_OPTION', `${name} must be a whole number from 0, got ${value}.`, name)
  const byStrength = rule === 'stretch' ? all.length - steps : rule === 'keep' ? Math.floor(steps - steps * strength) : Math.max(0, steps - Math.floor(steps * strength))
  const before = cutoff('after', part.after, trained)
  const begun = before === undefined ? 0 : all.filter(({ from }) => from.t >= before).length
  // Where another model has made the first steps, strength says nothing.
  const first = Math.max(startStep, before !== undefined ? begun : strength < 1 ? byStrength : 0)
  const intervals = all.slice(first, endStep)
  if (intervals.length === 0) throw new NoisegraphError('INVALID_OPTION', `No step is left of ${all.length}: this part would begin at step ${first} and stop before step ${endStep}.`,
    before !== undefined ? 'after' : first > startStep ? 'strength' : 'startStep')
  if (!leftoverNoise && endStep < all.length) intervals[intervals.length - 1] = { from: intervals.at(-1)!.from, to: all.at(-1)!.to }
  return { skipped: all.slice(0, first), intervals }
}

/** The timestep at which such a share of the run is made, rounded to even at the half as Python does. */
export function cutoff(field: 'after' | 'until', share: number | undefined, trained: number): number | undefined {
  if (share === undefined) return undefined
  if (!(share > 0 && share < 1)) throw new NoisegraphError('INVALID_OPTION', `The share of the run must lie between 0 and 1, got ${share}.`, field)
  return rint(trained - share * trained)
}
