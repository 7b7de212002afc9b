import type { ScheduleRequest, SigmaGrid } from '../../../plugins/sdk/index.js'
import { interpolate } from './numeric.js'

/**
 * A grid through these timesteps of the model's training, then to 0. A flow model's timesteps count the places of its table, shift
 * included; what its network is told follows from sigma.
 */
export const gridAt = ({ space, sigmas, sigmaAt }: ScheduleRequest, timesteps: readonly number[]): SigmaGrid =>
  space === 'flow' ? { sigmas: [...timesteps.map(t => interpolate(sigmas, t)), 0] } : { sigmas: [...timesteps.map(t => sigmaAt(t)), 0], timesteps }
