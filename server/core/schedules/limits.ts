import { number } from '../../../plugins/sdk/index.js'

/** Options of the schedules that lie between two sigmas of one's own choice. */
export const limitOptions = {
  sigmaMin: number('Smallest sigma before 0; the model\'s own where not given.', { default: null, min: 1e-12 }),
  sigmaMax: number('Largest sigma; the model\'s own where not given.', { default: null, min: 1e-12 }),
} as const

export const limits = ({ sigmas }: { readonly sigmas: readonly number[] }, o: { readonly sigmaMin: number | null; readonly sigmaMax: number | null }) =>
  ({ max: o.sigmaMax ?? sigmas.at(-1)!, min: o.sigmaMin ?? sigmas[0]! })
