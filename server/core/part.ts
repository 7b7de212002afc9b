import type { Interval } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'

/** Which part of a schedule a run walks. */
export interface Part {
  /** Image to image: how much of the noise to add to the picture, above 0 to 1. */
  readonly strength?: number
  /**
   * `skip` makes the last floor(steps * strength) of the steps, as diffusers does, and `keep` the last ceil(steps * strength), as it does for
   * flow models; `stretch` makes a schedule of floor(steps / strength) steps and the last `steps` of it, as ComfyUI does.
   */
  readonly rule?: 'skip' | 'keep' | 'stretch'
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
export function walked(all: readonly Interval[], steps: number, part: Part): { readonly skipped: readonly Interval[]; readonly intervals: readonly Interval[] } {
  const { strength = 1, rule = 'skip', startStep = 0, endStep = all.length, leftoverNoise = true } = part
  for (const [name, value] of Object.entries({ startStep, endStep }))
    if (!Number.isInteger(value) || value < 0) throw new NoisegraphError('INVALID_OPTION', `${name} must be a whole number from 0, got ${value}.`, name)
  const byStrength = rule === 'stretch' ? all.length - steps : rule === 'keep' ? Math.floor(steps - steps * strength) : Math.max(0, steps - Math.floor(steps * strength))
  const first = Math.max(startStep, strength < 1 ? byStrength : 0)
  const intervals = all.slice(first, endStep)
  if (intervals.length === 0) throw new NoisegraphError('INVALID_OPTION', `No step is left of ${all.length}: this part would begin at step ${first} and stop before step ${endStep}.`,
    first > startStep ? 'strength' : 'startStep')
  if (!leftoverNoise && endStep < all.length) intervals[intervals.length - 1] = { from: intervals.at(-1)!.from, to: all.at(-1)!.to }
  return { skipped: all.slice(0, first), intervals }
}
