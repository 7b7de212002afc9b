import type { Options, Values } from './options.js'

/**
 * The noise levels that a model was trained on. Sigmas are in the numbers that schedules are published in: sigma / alpha, the
 * noise of an x whose clean part is unscaled; in flow models (`space` is 'flow') the sigma of x = (1 - sigma) clean + sigma noise.
 */
export interface NoiseTable {
  readonly space: 'variance' | 'flow'
  /** Sigma by training timestep, ascending; t counts from 0. Its ends are the model's smallest and largest sigma. */
  readonly sigmas: readonly number[]
  /** Sigma at a fractional timestep. */
  sigmaAt(t: number): number
  /** Flow models with a shift: sigma at a time as it was before the shift. Schedules that are even in the model's time take it in place of `sigmaAt`. */
  shiftedAt?(t: number): number
  /** The fractional timestep, as the network is told it, of a sigma. */
  timeOf(sigma: number): number
}

export interface ScheduleRequest extends NoiseTable {
  /** Intervals asked for, at least 1. */
  readonly steps: number
  /** Shape of x, [batch, channels, height, width], for schedules that depend on the size of the picture. */
  readonly shape?: readonly number[]
  /** The model's scheduler_config.json, for schedules that follow its spacing and offset. */
  readonly config: Readonly<Record<string, unknown>>
}

/** Descending sigmas, one more than there are intervals, usually ending in 0. */
export interface SigmaGrid {
  readonly sigmas: readonly number[]
  /** What the network is told at each sigma but the last, where the schedule decides that itself; else `timeOf` each sigma. */
  readonly timesteps?: readonly number[]
}

/** Where the noise levels of a run lie. A pure function of the model's table, the number of steps and its options. */
export interface Schedule<O extends Options = Options> {
  readonly name: string
  /** Names that users of other software know it by. */
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly cites: string
  readonly options: O
  /** The only kind of model that it is made for, where it is not made for both. */
  readonly space?: NoiseTable['space']
  /** @throws {RangeError} where the request has no such schedule, with the reason. */
  grid(request: ScheduleRequest, options: Values<O>): SigmaGrid
}
export const schedule = <const O extends Options>(it: Schedule<O>): Schedule<O> => it
