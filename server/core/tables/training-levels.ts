import type { ScheduleRequest } from '../../../plugins/sdk/index.js'
import { linspace } from './numeric.js'
import { trainingTable } from './training.js'

/**
 * Sigmas of n even times of a training schedule, in the convention of the model that is asked about (sigma / alpha, or in flow
 * models sigma = ratio / (1 + ratio)), within the levels that the model knows; 0 at the end.
 */
export function trainingLevels(beta_schedule: string, { sigmas, steps, space }: ScheduleRequest, beta_start = 0.0001, beta_end = 0.02): number[] {
  const T = 1000
  const table = trainingTable({ num_train_timesteps: T, beta_start, beta_end, beta_schedule, trained_betas: null, rescale_betas_zero_snr: false }, { allowed: [beta_schedule] })
  const [min, max] = [sigmas[0]!, sigmas.at(-1)!]
  const levels = linspace(T - 1, 0, steps).map(t => table.sigmaAt(t)).map(s => (space === 'flow' ? s / (1 + s) : s))
  return [...new Set(levels.map(s => Math.min(max, Math.max(min, s)))), 0]
}
